#!/usr/bin/python
"""Keys of a keys file for NTP: made where they are missing, copied in, taken out."""

DOCUMENTATION = r"""
---
module: ntp_keys
short_description: Keys of a keys file for chrony, NTPsec and ntpd
version_added: "2.0.0"
description:
  - Makes, copies and removes single keys of a keys file. All other lines stay byte for byte.
  - What has to be done is computed by the command C(keygen) on the host, which reads the file as the daemon does and
    refuses what the daemon would misread. Nothing is written then.
  - Keys go through standard input and output of the command, never through arguments, the log or the diff, which shows
    ids, types and fingerprints.
options:
  path:
    description: The keys file. Exactly one of O(path) and O(content) is needed.
    type: path
  content:
    description:
      - The text of a keys file instead, for keys that live elsewhere, such as in Ansible Vault.
      - The new text is returned. Set C(no_log) for the task.
    type: str
  state:
    description:
      - V(present) makes the keys of O(ids) that are missing, and puts in the O(lines).
      - V(absent) removes the keys of O(ids).
      - V(extracted) changes nothing and returns the lines of O(ids) as C(content). Set C(no_log) for the task. In check
        mode, keys that a run would have made before are made up and thrown away.
    type: str
    choices: [present, absent, extracted]
    default: present
  ids:
    description: Ids and ranges, such as V(10) and V(20-29).
    type: list
    elements: str
    default: []
  lines:
    description: Keys that other hosts have. They replace keys with the same id.
    type: list
    elements: dict
    default: []
    suboptions:
      text:
        description: Lines of a keys file.
        type: str
        required: true
      dialect:
        description: Whose lines they are. By default it is seen from them.
        type: str
        choices: [ntpd, ntpsec, chrony, common]
  keep:
    description:
      - With O(state=present) and O(purge), further ids that stay.
    type: list
    elements: str
    default: []
  purge:
    description:
      - Ids and ranges of keys that are removed unless they are among O(ids), O(keep) or O(lines).
    type: list
    elements: str
    default: []
  key_type:
    description: Type of the keys that are made.
    type: str
    default: AES128CMAC
  dialect:
    description: Whose file it is. By default it is seen from the keys in the file; a file without keys is ntpd's.
    type: str
    choices: [ntpd, ntpsec, chrony, common]
  to:
    description:
      - With O(state=extracted), whose lines are returned; also C(ios-xe), C(junos), C(eos) and C(ontap).
    type: str
extends_documentation_fragment:
  - files
author:
  - The keygen authors
"""

EXAMPLES = r"""
- name: A key for each client
  keygen.ntp.ntp_keys:
    path: /etc/chrony/chrony.keys
    ids: [10-19, 31]
    dialect: chrony
    group: _chrony
    mode: "0640"

- name: The line for one client, in ntpd's words
  keygen.ntp.ntp_keys:
    path: /etc/chrony/chrony.keys
    state: extracted
    ids: [31]
    to: ntpd
  no_log: true
  register: line_of_client

- name: Keys that live in Ansible Vault
  keygen.ntp.ntp_keys:
    content: "{{ vaulted_keys }}"
    ids: [10-20]
    dialect: common
    key_type: SHA1
  no_log: true
  register: keys
"""

RETURN = r"""
keys:
  description: Id and type of every key in the file, without the keys themselves.
  type: list
  elements: dict
  returned: success
  sample: [{"id": 10, "type": "AES128CMAC"}]
path:
  description: The keys file, behind all links. Owner, group and mode are returned too.
  type: str
  returned: with O(path)
content:
  description: The new text, secret. With O(content), or O(state=extracted).
  type: str
  returned: without O(path), or with O(state=extracted)
"""

import os

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.keygen.ntp.plugins.module_utils.command import Command

DIALECTS = ["ntpd", "ntpsec", "chrony", "common"]
SECRETS = ("content", "lines")
# Removing a key that no file has is a way to ask whose file it is.
NO_ID = "4294967295"


def numbers_of(ids):
    """The ids of "10", "20-29" and so on; what is no number is left for the command to refuse."""
    numbers = set()
    for word in ids:
        first, dash, last = word.partition("-")
        if first.isdigit() and (last.isdigit() or not dash):
            numbers.update(range(int(first), int(last or first) + 1))
    return numbers


def ranges_of(numbers):
    """The other way: an argument has an end, and one file may have tens of thousands."""
    ranges = []
    for number in sorted(numbers):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ",".join("%d-%d" % (first, last) for first, last in ranges)


class KeysFile:
    """The text of a keys file, and what the command makes of it."""

    def __init__(self, module, text):
        self.command = Command(module)
        self.dialect = module.params["dialect"]
        self.key_type = module.params["key_type"]
        self.text = text
        self.source = module.params["path"]

    def options(self, name="--dialect"):
        return [name, self.dialect] if self.dialect else []

    def keys(self):
        """Id and type of each. Fails for a file that its daemon would misread."""
        if not self.text.strip():
            return []
        dialect = self.dialect or self.guess()
        arguments = ["--convert", "-", "--from", dialect, "--dialect", dialect]
        return self.command.report("keygen", arguments, self.text, self.source)["keys"]

    def guess(self):
        return self.command.report("keygen", ["--remove", NO_ID, "-"], self.text, self.source)["dialect"]

    def fingerprints(self):
        """Lines for a diff."""
        if not self.text.strip():
            return ""
        report = self.command.report("keyinspect", ["-"] + self.options(), self.text, self.source)
        keys = report["files"][0]["keys"] if report["files"] else []
        return "".join("%s %s %s\n" % (key["id"], key["type"], key["fingerprint"]) for key in keys)

    def ensure(self, ids):
        if not ids:
            return
        arguments = ["--ensure", "-", "--ids", ",".join(ids), "--key-type", self.key_type] + self.options()
        self.text = self.command.run("keygen", arguments, self.text, self.source)

    def remove(self, ids):
        if ids:
            arguments = ["--remove", ranges_of(ids)] + self.options() + ["-"]
            self.text = self.command.run("keygen", arguments, self.text, self.source)

    def extract(self, ids, to):
        if not ids:
            return ""
        arguments = ["--extract", ",".join(ids)] + self.options("--from") + (["--dialect", to] if to else []) + ["-"]
        return self.command.run("keygen", arguments, self.text, self.source)

    def put(self, lines, dialect):
        """Takes in the keys of another file, in place of those with the same ids."""
        if not lines.strip():
            return set()
        to = self.dialect or (self.guess() if self.text.strip() else "ntpd")
        arguments = ["--convert", "-", "--dialect", to] + (["--from", dialect] if dialect else [])
        wanted = words_by_id(self.command.run("keygen", arguments, lines))
        ids = list(wanted)
        there = {str(key["id"]) for key in self.keys()}
        present = [number for number in ids if number in there]
        own = words_by_id(self.extract(present, None))
        stale = [number for number in present if own.get(number) != wanted[number]]
        self.remove({int(number) for number in stale})
        missing = [number for number in ids if number not in present or number in stale]
        if missing:
            if self.text and not self.text.endswith("\n"):
                self.text += "\n"
            self.text += "".join(" ".join(wanted[number]) + "\n" for number in missing)
            self.extract(ids, None)
        return {int(number) for number in ids}


def words_by_id(text):
    lines = [line.split("#")[0].split() for line in text.splitlines()]
    return {words[0]: words for words in lines if len(words) > 1 and words[0].isdigit()}


def change(module, file):
    """Makes the file what it shall be; returns the text that was asked for, if any."""
    params = module.params
    if params["state"] == "absent":
        file.remove(numbers_of(params["ids"]))
        return None
    if params["state"] == "extracted":
        if module.check_mode:
            file.ensure(params["ids"])
        return file.extract(params["ids"], params["to"])
    wanted = numbers_of(params["ids"] + params["keep"])
    file.ensure(params["ids"])
    for lines in params["lines"]:
        wanted |= file.put(lines["text"], lines["dialect"])
    if params["purge"]:
        present = {key["id"] for key in file.keys()}
        file.remove((present & numbers_of(params["purge"])) - wanted)
    return None


def read(path):
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        return file.read()


def write(module, path, text):
    """In place of the file, in one step; a new file is private from its first moment on."""
    if not os.path.exists(path):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    temporary = os.path.join(module.tmpdir, "keys")
    descriptor = os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(text)
    module.atomic_move(temporary, path)


def finish(module, result):
    # What is returned on purpose would be masked as a parameter's secret.
    module.no_log_values.clear()
    arguments = {name: None if name in SECRETS else value for name, value in module.params.items()}
    module.exit_json(invocation={"module_args": arguments}, **result)


def main():
    module = AnsibleModule(
        argument_spec={
            "path": {"type": "path"},
            "content": {"type": "str", "no_log": True},
            "state": {"type": "str", "choices": ["present", "absent", "extracted"], "default": "present"},
            "ids": {"type": "list", "elements": "str", "default": []},
            "keep": {"type": "list", "elements": "str", "default": []},
            "purge": {"type": "list", "elements": "str", "default": []},
            "lines": {"type": "list", "elements": "dict", "default": [], "options": {
                "text": {"type": "str", "required": True, "no_log": True},
                "dialect": {"type": "str", "choices": DIALECTS}}},
            "key_type": {"type": "str", "default": "AES128CMAC", "no_log": False},
            "dialect": {"type": "str", "choices": DIALECTS},
            "to": {"type": "str"},
        },
        add_file_common_args=True,
        required_one_of=[["path", "content"]],
        mutually_exclusive=[["path", "content"]],
        required_if=[["state", "absent", ["ids"]], ["state", "extracted", ["ids"]]],
        supports_check_mode=True)
    params = module.params
    path = os.path.realpath(params["path"]) if params["path"] else None
    is_there = path is not None and os.path.exists(path)
    before = params["content"] if path is None else read(path) if is_there else ""
    file = KeysFile(module, before)
    extracted = change(module, file)
    result = {"changed": file.text != before, "keys": file.keys()}
    if params["state"] == "extracted":
        finish(module, dict(result, changed=False, content=extracted))
    if path is None:
        result["content"] = file.text
    else:
        result["path"] = path
    if path is not None and result["changed"]:
        result["diff"] = {"before_header": path, "after_header": path,
                          "before": KeysFile(module, before).fingerprints(), "after": file.fingerprints()}
        if not module.check_mode:
            write(module, path, file.text)
    if path is not None and os.path.exists(path):
        arguments = module.load_file_common_arguments(dict(params, path=path))
        result["changed"] = module.set_fs_attributes_if_different(arguments, result["changed"])
    finish(module, result)


if __name__ == "__main__":
    main()
