#!/usr/bin/python
"""Restarts a time daemon, and waits until its associations are authenticated and it serves."""

DOCUMENTATION = r"""
---
module: ntp_daemon
short_description: Restart a time daemon and wait for it
version_added: "2.0.0"
description:
  - Runs a command that makes the daemon take its keys, and then asks the daemon until it is ready.
  - With C(throttle=1), daemons of several hosts are away one after the other.
options:
  daemon:
    description: Which daemon it is.
    type: str
    choices: [chrony, ntpsec, ntpd]
    required: true
  command:
    description: What to run first, such as V([systemctl, restart, ntpsec]).
    type: list
    elements: str
    default: []
  ask:
    description: The command that asks the daemon, C(chronyc) or C(ntpq).
    type: list
    elements: str
    required: true
  associations:
    description: So many associations have to be authenticated and answered.
    type: int
    default: 0
  serves:
    description: Whether the daemon has to be synchronised too.
    type: bool
    default: false
  timeout:
    description: Seconds to wait; 0 does not wait.
    type: int
    default: 120
author:
  - The keygen authors
"""

EXAMPLES = r"""
- name: Let NTPsec take its keys, on one host after the other
  keygen.ntp.ntp_daemon:
    daemon: ntpsec
    command: [systemctl, restart, ntpsec]
    ask: [ntpq, -n]
    associations: 3
  throttle: 1
"""

RETURN = r"""
authenticated:
  description: How many associations are.
  type: int
  returned: when it was asked
"""

import re
import time

from ansible.module_utils.basic import AnsibleModule

CHRONY_GOOD = re.compile(r"^Authenticated +: Yes\n(?:.+\n)*?Total valid RX +: [1-9]", re.MULTILINE)
NTP_GOOD = re.compile(r"^ *[0-9]+ +[0-9]+ +[0-9a-f]+ +yes +yes +ok ", re.MULTILINE)
SERVES = re.compile(r"leap=0[012]|^Leap status +: (?:Normal|Insert|Delete)", re.MULTILINE)


class Daemon:
    def __init__(self, module):
        self.module = module
        self.is_chrony = module.params["daemon"] == "chrony"

    def ask(self, of_chrony, of_ntp):
        words = of_chrony if self.is_chrony else ["-c", of_ntp]
        status, out, _err = self.module.run_command(self.module.params["ask"] + words)
        return out if status == 0 else ""

    def authenticated(self):
        answer = self.ask(["ntpdata"], "associations")
        return len((CHRONY_GOOD if self.is_chrony else NTP_GOOD).findall(answer))

    def serves(self):
        return SERVES.search(self.ask(["tracking"], "rv 0 leap")) is not None


def wait(module, result):
    daemon = Daemon(module)
    wanted = module.params["associations"]
    end = time.monotonic() + module.params["timeout"]
    while True:
        result["authenticated"] = daemon.authenticated() if wanted else 0
        serves = not module.params["serves"] or daemon.serves()
        if result["authenticated"] >= wanted and serves:
            return
        if time.monotonic() > end:
            module.fail_json(msg="after %d seconds %d of %d associations are authenticated%s" % (
                module.params["timeout"], result["authenticated"], wanted, "" if serves else ", and it does not serve"),
                **result)
        time.sleep(1)


def main():
    module = AnsibleModule(
        argument_spec={
            "daemon": {"type": "str", "choices": ["chrony", "ntpsec", "ntpd"], "required": True},
            "command": {"type": "list", "elements": "str", "default": []},
            "ask": {"type": "list", "elements": "str", "required": True},
            "associations": {"type": "int", "default": 0},
            "serves": {"type": "bool", "default": False},
            "timeout": {"type": "int", "default": 120},
        },
        supports_check_mode=True)
    result = {"changed": bool(module.params["command"])}
    if not module.check_mode:
        if module.params["command"]:
            module.run_command(module.params["command"], check_rc=True)
        if module.params["timeout"] > 0:
            wait(module, result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
