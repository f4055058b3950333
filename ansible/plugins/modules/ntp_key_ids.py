#!/usr/bin/python
"""Which id the key of each client and server has: allocated once, kept, and moved on by a rotation."""

DOCUMENTATION = r"""
---
module: ntp_key_ids
short_description: Stable ids for the keys of NTP clients and servers
version_added: "2.0.0"
description:
  - Gives every pair of a client and a server the id of its key, and remembers it in a file without secrets, which belongs
    beside the inventory.
  - A pair keeps its id when others come and go. The id of a pair that is gone is given out again only when the range is
    used up, so that no host gets a key that another one had.
options:
  path:
    description: The file that remembers.
    type: path
    required: true
  clients:
    description: Names of the clients.
    type: list
    elements: str
    required: true
  servers:
    description: Names of the servers; a host that is both needs no key of its own.
    type: list
    elements: str
    required: true
  first:
    description: The smallest id.
    type: int
    default: 1000
  last:
    description: The largest id.
    type: int
    default: 64999
  phase:
    description:
      - V(keep) leaves a rotation where it is.
      - V(add) gives every pair a second id, V(switch) has the client use it, V(drop) forgets the first one.
    type: str
    choices: [keep, add, switch, drop]
    default: keep
  hosts:
    description:
      - A rotation moves on only for pairs whose hosts are both among these. By default all are.
      - A client among these gets a first key only from servers that are among these too.
    type: list
    elements: str
author:
  - The keygen authors
"""

EXAMPLES = r"""
- name: An id for each client and server
  keygen.ntp.ntp_key_ids:
    path: "{{ inventory_dir }}/ntp_auth_ids.json"
    clients: "{{ groups['ntp_clients'] }}"
    servers: "{{ groups['ntp_servers'] }}"
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
pairs:
  description: For each client and server, the id that the client uses, and all that both have to know.
  type: list
  elements: dict
  returned: success
  sample: [{"client": "c1", "server": "s1", "use": 1000, "ids": [1000, 1003]}]
"""

import json
import os
import tempfile

from ansible.module_utils.basic import AnsibleModule


class Ids:
    """What is remembered: of each "client server" the id in use, and perhaps the one that is coming or leaving."""

    def __init__(self, text, first, last):
        remembered = json.loads(text) if text else {}
        self.pairs = remembered.get("pairs", {})
        self.next = remembered.get("next", first)
        self.first = first
        self.last = last
        self.taken = {number for pair in self.pairs.values() for number in pair.values()}

    def text(self):
        return json.dumps({"next": self.next, "pairs": self.pairs}, indent=1, sort_keys=True) + "\n"

    def allocate(self):
        for _attempt in range(self.first, self.last + 1):
            number = self.next if self.first <= self.next <= self.last else self.first
            self.next = number + 1
            if number not in self.taken:
                self.taken.add(number)
                return number
        raise ValueError("all ids from %d to %d are in use: widen the range" % (self.first, self.last))

    def keep(self, names):
        """New pairs get ids before those of old ones are free, so that no key changes hands."""
        for name in names:
            if name not in self.pairs:
                self.pairs[name] = {"use": self.allocate()}
        self.pairs = {name: self.pairs[name] for name in names}

    def require_servers(self, names, hosts):
        """A client cannot fetch a key that no run has made."""
        for client, server in (name.split(" ") for name in names if name not in self.pairs):
            if client in hosts and server not in hosts:
                raise ValueError("%s has no key with %s yet, which has to be among the hosts of this run" % (client, server))

    def rotate(self, phase, names):
        for name in names:
            pair = self.pairs[name]
            if phase == "add" and "leaving" in pair:
                raise ValueError("the last rotation of %s is not over: drop its old key first" % name)
            if phase == "add" and "coming" not in pair:
                pair["coming"] = self.allocate()
            elif phase == "switch" and "coming" in pair:
                pair["leaving"] = pair["use"]
                pair["use"] = pair.pop("coming")
            elif phase == "drop":
                pair.pop("leaving", None)

    def list(self):
        return [dict(zip(("client", "server"), name.split(" ")), use=pair["use"], ids=sorted(pair.values()))
                for name, pair in sorted(self.pairs.items())]


def write(path, text):
    descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(path) or ".", prefix=".ntp_key_ids-")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        os.chmod(temporary, 0o644)
        os.rename(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise


def main():
    module = AnsibleModule(
        argument_spec={
            "path": {"type": "path", "required": True},
            "clients": {"type": "list", "elements": "str", "required": True},
            "servers": {"type": "list", "elements": "str", "required": True},
            "first": {"type": "int", "default": 1000},
            "last": {"type": "int", "default": 64999},
            "phase": {"type": "str", "choices": ["keep", "add", "switch", "drop"], "default": "keep"},
            "hosts": {"type": "list", "elements": "str"},
        },
        supports_check_mode=True)
    params = module.params
    pairs = [(client, server) for client in params["clients"] for server in params["servers"] if client != server]
    hosts = set(params["clients"] + params["servers"] if params["hosts"] is None else params["hosts"])
    path = params["path"]
    before = ""
    try:
        if os.path.exists(path):
            with open(path) as file:
                before = file.read()
        ids = Ids(before, params["first"], params["last"])
        names = ["%s %s" % pair for pair in pairs]
        ids.require_servers(names, hosts)
        ids.keep(names)
        ids.rotate(params["phase"], ["%s %s" % pair for pair in pairs if hosts.issuperset(pair)])
        after = ids.text()
        if after != before and not module.check_mode:
            write(path, after)
    except (OSError, ValueError) as error:
        module.fail_json(msg="%s: %s" % (path, error))
    diff = {"before_header": path, "after_header": path, "before": before, "after": after}
    module.exit_json(changed=after != before, pairs=ids.list(), diff=diff)


if __name__ == "__main__":
    main()
