"""Runs keygen and keyinspect on the host, with secrets on standard input and output only."""

import json


class Command:
    def __init__(self, module):
        self.module = module

    def run(self, name, arguments, text="", source=None):
        """Standard output. Without the command, or where it fails, the module fails with its words; `source` is what
        they call the text."""
        path = self.module.get_bin_path(name)
        if path is None:
            self.module.fail_json(
                msg="the command %s is not on this host, nothing was changed: install the package keygen" % name)
        status, out, err = self.module.run_command([path] + arguments, data=text, binary_data=True)
        if source:
            err = err.replace("(standard input)", source)
        if status != 0:
            self.module.fail_json(msg=error_of(err) or "%s ends with status %d: %s" % (name, status, err.strip()),
                                  rc=status)
        for line in err.splitlines():
            if ": warning: " in line:
                self.module.warn(line)
        return out

    def report(self, name, arguments, text="", source=None):
        return json.loads(self.run(name, arguments + ["--json"], text, source))


def error_of(err):
    """`keygen: error: ...` and its hints, on one line."""
    lines = [line for line in err.splitlines() if ": error: " in line or ": hint: " in line]
    return "; ".join(lines)
