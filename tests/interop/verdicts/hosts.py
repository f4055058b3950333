"""Two hosts joined by a cable, many times beside each other: namespaces, and the daemons that run in them.

`isolated` runs a function in user, process, mount and network namespaces of its own. The kernel ends all of it with its
first process, and no clock of the machine can be set from there. Each thread that then makes a `Cable` has two hosts.
"""
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

SERVER, CLIENT = "server", "client"
ADDRESS = {SERVER: "192.0.2.1", CLIENT: "192.0.2.2"}
NEW_USER, NEW_PID, NEW_NET, NEW_UTS, NEW_MOUNT = 0x10000000, 0x20000000, 0x40000000, 0x04000000, 0x00020000
PR_SET_PDEATHSIG = 1
ALL_USERS = 65536

_libc = ctypes.CDLL(None, use_errno=True)


class Unavailable(Exception):
    """What this machine cannot do."""


def _call(name, *arguments):
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise Unavailable(f"{name}: {os.strerror(number)}")


def has_all_users():
    """Whether files can be given to, and daemons run as, users other than root."""
    return len(Path("/proc/self/uid_map").read_text().splitlines()) == 1 and \
        int(Path("/proc/self/uid_map").read_text().split()[2]) >= ALL_USERS


def _map_users(process):
    everyone = os.getuid() == 0
    if not everyone:
        Path(f"/proc/{process}/setgroups").write_text("deny")
    for kind, own in (("uid", os.getuid()), ("gid", os.getgid())):
        Path(f"/proc/{process}/{kind}_map").write_text(f"0 0 {ALL_USERS}" if everyone else f"0 {own} 1")


def _kill(process):
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def isolated(function):
    """The status that `function` returns, run in namespaces of its own."""
    ready, mapped = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os._exit(_first_process(function, ready[1], mapped[0]))
    if os.read(ready[0], 1) != b"1":
        os.waitpid(child, 0)
        raise Unavailable("this machine allows no user namespaces")
    _map_users(child)
    os.write(mapped[1], b"1")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _kill(child))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _first_process(function, ready, mapped):
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    allowed = _libc.unshare(NEW_USER) == 0
    os.write(ready, b"1" if allowed else b"0")
    if not allowed:
        return 1
    os.read(mapped, 1)
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
    _call("unshare", NEW_PID | NEW_MOUNT | NEW_NET | NEW_UTS)
    inner = os.fork()
    if inner == 0:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        status = 1
        try:
            status = function()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(inner, 0)[1])


def _enter(network):
    _call("setns", network, NEW_NET)


def _new_network():
    _call("unshare", NEW_NET)
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY)


def as_host(name):
    """What this thread starts from now on has this host name."""
    _call("unshare", NEW_UTS)
    socket.sethostname(name)


class Cable:
    """Two networks of this thread's own, joined by a cable."""

    def __init__(self):
        self.network = {host: _new_network() for host in (SERVER, CLIENT)}
        peer = self.network[SERVER]
        _ip("link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", f"/proc/self/fd/{peer}", pass_fds=[peer])
        for host in (SERVER, CLIENT):
            _enter(self.network[host])
            _ip("address", "add", f"{ADDRESS[host]}/24", "dev", "eth0")
            _ip("link", "set", "lo", "up")
            # No IPv6 address: daemons stumble over one that is still being checked for duplicates.
            _ip("link", "set", "eth0", "addrgenmode", "none", "up")
        # A daemon that starts before the cable is ready misses the address for seconds.
        until(lambda: Path("/proc/thread-self/net/route").read_text().count("eth0") or None, 5)

    def enter(self, host):
        _enter(self.network[host])

    def socket(self, host):
        self.enter(host)
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.settimeout(0.3)
        return made


def _ip(*words, pass_fds=()):
    done = subprocess.run(["ip", *words], pass_fds=pass_fds, capture_output=True, text=True)
    if done.returncode != 0:
        raise Unavailable(f"ip {' '.join(words)}: {done.stderr.strip()}")


def until(condition, seconds, pause=0.02):
    """The first answer other than None, or None when the time is over."""
    end = time.monotonic() + seconds
    while (answer := condition()) is None and time.monotonic() < end:
        time.sleep(pause)
    return answer


def program(tree, path):
    """The command that runs a program of an unpacked tree by the tree's own loader and libraries."""
    libraries = [str(folder) for folder in tree.glob("usr/lib/*-linux-gnu*")]
    return [str(next(tree.glob("usr/lib/*-linux-gnu*/ld-linux*.so.?"))), "--library-path", ":".join(libraries), str(tree / path)]


class Daemon:
    """A running daemon on one of the hosts, with a host name of its own."""

    def __init__(self, cable, host, command, output, name, environment=None):
        cable.enter(host)
        as_host(name)
        with open(output, "w") as sink:
            # Without a terminal ntpd cannot stop there to ask for the password of a file.
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, start_new_session=True,
                                            env={**os.environ, **(environment or {})})

    def status(self):
        """None while it runs."""
        return self.process.poll()

    def hurry(self):
        """ntpd counts its seconds by SIGALRM; a further one lets the next come at once. The clock stays as it is."""
        if self.status() is None:
            self.process.send_signal(signal.SIGALRM)

    def end(self):
        if self.status() is None:
            os.killpg(self.process.pid, signal.SIGKILL)  # with its helpers
        self.process.wait()
