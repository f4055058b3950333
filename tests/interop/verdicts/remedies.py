"""The commands that keyinspect prints against a finding, run as they are printed: on a copy of the directories, on the host
that they name, with the password that they ask for. Afterwards the finding has to be gone and none worse to have come."""
import re
import shutil
import subprocess
from dataclasses import dataclass, field

from hosts import CLIENT, SERVER, as_host

PASSWORD = {SERVER: "pw1", CLIENT: "pw2"}
RANK = {"note": 0, "warning": 1, "critical": 2}
# "on the server of grp: COMMAND; then here, with a copy of that file: COMMAND"
FIRST = re.compile(r"^(?:on (?:the server(?: of \S+)?|(?P<host>\S+), which made it): )?(?P<command>.*?)$")
NEXT = re.compile(r"; then (?P<place>here|on each client), with [^:]*: (?P<command>.*?)$")
# What is no command: the new password belongs into the configuration, which a bare name of a file leaves open.
WRITE = re.compile(r'; then write "(?P<line>crypto pw) <new password>" into (?P<path>\S+)$')
PROGRAMS = re.compile(r"^\(?(keygen|keylink|chmod|chown|chgrp|sed|rm|mv|cp|ln|printf|echo|umask|sudo|install|touch|mkdir)\b")


@dataclass
class Tried:
    """What became of the remedies of one case."""
    provoked: int = 0
    unrunnable: list = field(default_factory=list)  # for a place outside of the copy
    executed: int = 0
    ineffective: list = field(default_factory=list)
    asked: int = 0  # daemons, after the remedy against what had stopped them
    refused: list = field(default_factory=list)


def _key(finding):
    # A remedy may make a file of a new generation, which is another file.
    return finding["id"], re.sub(r"\.\d{9,10}$", "", finding["path"])


def _steps(finding, folder):
    """(host, command) of each step, or None where it is not a command as it stands."""
    here = CLIENT if f"{folder}/client" in finding["path"] else SERVER
    remedy, *rest = re.split(r"(?=; then )", finding["remedy"])
    first = FIRST.match(remedy)
    there = here if remedy == first["command"] else CLIENT if first["host"] == "client1" else SERVER
    steps = [(there, first["command"].replace("<client>", "1"))]
    for words in rest:
        if write := WRITE.match(words):
            path = write["path"] if "/" in write["path"] else folder / there / write["path"]
            steps.append((there, f"sed -i '/^crypto/s/$/\\n{write['line']} '$PASSWORD/ {path}"))
        elif step := NEXT.match(words):
            steps.append((CLIENT if step["place"] == "on each client" else here, step["command"]))
        else:
            return None
    if any(not PROGRAMS.match(command) or re.search(r"<[a-z ]+>", command) for _, command in steps):
        return None
    return steps


def _leaves(command, folder):
    """Whether it names a place outside: such a command is the machine's owner's to run, not a test's."""
    return any(not path.startswith(f"{folder}/") for path in re.findall(r"(?<![\w./$s])/[\w./-]+", command))


def _keys_or(folder, host):
    """The host's key directory, or where its commands run without one."""
    place = folder / host / "keys"
    return place if place.is_dir() else folder


def _run(steps, folder, environment, passwords):
    """The error text of the step that failed, or None."""
    for host, command in steps:
        command = command.replace("--ask-password", f"-p {passwords[host]}").replace("--ask-new-password", "--new-password-env PASSWORD")
        as_host(host + "1")
        place = _keys_or(folder, host)
        # The new password is the old one: only what the configuration says of it would otherwise have to change too.
        done = subprocess.run(["bash", "-c", command], cwd=place,
                              env={**environment, "PASSWORD": passwords[host]}, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True)
        if done.returncode != 0:
            return f"{command}: status {done.returncode}: {done.stderr.strip()}"
        for made in place.glob("*par.txt"):
            if (there := _keys_or(folder, CLIENT if host == SERVER else SERVER)) != place:
                shutil.copy(made, there)
    return None


def try_remedies(findings, trial, passwords, causes):
    """Runs each remedy on the trial's directories, which are put back afterwards. After those against `causes`, which stopped
    the daemons, these are asked again."""
    folder, environment = trial.folder, trial.tools.bases.environment
    tried, whole = Tried(), folder.with_name(folder.name + ".before")
    folder.rename(whole)
    for finding in findings:
        if not finding["remedy"]:
            continue
        tried.provoked += 1
        steps = _steps(finding, folder)
        if steps is None or any(_leaves(command, folder) for _, command in steps):
            (tried.unrunnable if steps else tried.ineffective).append(f"{finding['id']}: {finding['remedy']}")
            continue
        tried.executed += 1
        subprocess.run(["cp", "-a", whole, folder], check=True)  # with its owners
        if error := _run(steps, folder, environment, passwords):
            tried.ineffective.append(f"{finding['id']}: {error}")
        elif what := _worse(finding, findings, trial.inspect()["findings"]):
            tried.ineffective.append(f"{finding['id']}: {finding['remedy']}: {what}")
        elif finding["id"] in causes:
            tried.asked += 1
            if refused := trial.refusal():
                tried.refused.append(f"{finding['id']}: {finding['remedy']}: {refused}")
        shutil.rmtree(folder)
    whole.rename(folder)
    return tried


def _worse(finding, before, after):
    """Why the remedy is none, or None."""
    if any(_key(other) == _key(finding) and other["severity"] == finding["severity"] for other in after):
        return "the finding is still there"
    known = {_key(other) for other in before}
    worse = [other for other in after if _key(other) not in known and RANK[other["severity"]] >= max(1, RANK[finding["severity"]])]
    return f"brings {worse[0]['severity']} {worse[0]['id']}: {worse[0]['cause']}" if worse else None
