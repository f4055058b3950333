"""Two ntpd 4.2.8 with a pair of ntp.conf: does the client come to trust the server, and by which identity scheme?"""
import re
import shutil
import time
from dataclasses import dataclass

from control import associations, variables
from hosts import CLIENT, SERVER, Daemon, program

# Flags of ntp_crypto.h. The server is trusted with certificate, identity and cookie (CERT, VRFY, COOK), its signature
# holds (PROV). Expired certificates show only in the last step, when the server signs the client's (SIGN).
TRUSTED, PROVEN = 0x0B00, 0x2F00
# So many answers are plenty for trust, so many questions without any for silence; ntpd itself asks on for ever.
ENOUGH_ANSWERS, ENOUGH_QUESTIONS = 8, 14
# What ntpd writes when it will have nothing to do with a key, a certificate or a message. Event 102, bad_timestamp, is a
# repeated message and passes.
REFUSAL = re.compile(r"crypto_[a-z0-9]+: |cert_[a-z]+: | [0-9a-f]{8} [0-9]+ 1(0[013-9a-f]|[1-9a-f].) [a-z]")
# A client writes its challenge without leading zero bytes but sends the full length: about one proof in 256 fails. The
# next poll brings another challenge.
PROOF_FAILURE, ENOUGH_FAILED_PROOFS = re.compile(r"identity not verified|bad_or_missing_group key"), 4
# In ticks, not seconds: a machine that is slow has as many of them.
TICK, TICKS_A_LOOK, ALL_TICKS = 0.05, 3, 800
UNDECIDED = "undecided"


@dataclass
class Outcome:
    scheme: str | None  # what the acceptance rests on: none (trusted or private certificate), iff, gq, mv; None when rejected
    reason: str


class Pair:
    def __init__(self, cable, tree, folder, options):
        self.cable, self.tree, self.folder, self.options = cable, tree, folder, options
        self.running, self.sockets = {}, {}
        self.ticks = ALL_TICKS

    def log(self, host):
        """ntpd's log, its statistics, and what it says before there is a log."""
        return "".join(path.read_text(errors="replace") for name in ("cryptostats", "log", "output")
                       if (path := self.folder / host / "run" / name).exists())

    def start(self, host):
        run = self.folder / host / "run"
        shutil.rmtree(run, ignore_errors=True)
        run.mkdir()
        run.chmod(0o1777)  # ntpd writes there as its own user
        wrapper = run / "ntp.conf"
        wrapper.write_text(f"includefile {self.folder / host / 'ntp.conf'}\nstatsdir {run}/\ndisable kernel\n"
                           "filegen cryptostats file cryptostats type none nolink enable\n")
        command = [*program(self.tree, "usr/sbin/ntpd"), "-n", "-c", str(wrapper), "-l", str(run / "log"), *self.options]
        self.running[host] = Daemon(self.cable, host, command, run / "output", host + "1")
        self.sockets[host] = self.cable.socket(host)
        return self.loop(lambda: True if "Listening on routing socket" in self.log(host) else None, hurried=False)

    def loop(self, condition, hurried=True):
        """The condition's first answer other than None, or the Outcome that came before it."""
        while self.ticks > 0:
            if self.ticks % TICKS_A_LOOK == 0:
                answer = condition()
                if answer is None:
                    answer = self.refusal()
                if answer is not None:
                    return answer
            # An alarm kills an ntpd that has not installed its handler yet.
            if hurried:
                for daemon in self.running.values():
                    daemon.hurry()
            self.ticks -= 1
            time.sleep(TICK)
        return Outcome(None, f"{UNDECIDED}: {self.state() if CLIENT in self.running else self.last_words(SERVER)}")

    def ask(self, host, association, *names):
        return variables(self.sockets[host], association, names)

    def state(self):
        peers = associations(self.sockets[CLIENT])
        return self.ask(CLIENT, peers[0], "flash", "flags", "reach", "sent", "received", "unreach") if peers else "no association"

    def refusal(self):
        for host, daemon in self.running.items():
            if daemon.status() is not None:
                return Outcome(None, f"{host}: ntpd has ended with status {daemon.status()}: {self.last_words(host)}")
        lines = [line for host in self.running for line in self.log(host).splitlines() if REFUSAL.search(line)]
        refused = [line for line in lines if not PROOF_FAILURE.search(line)]
        failed = [line for line in lines if "identity not verified" in line]
        if refused or len(failed) >= ENOUGH_FAILED_PROOFS:
            return Outcome(None, (refused or failed)[0])
        # Packets of another group, or of none, are dropped without a word; only a counter tells.
        for host in self.running:
            if self.ask(host, 0, "ss_declined").get("ss_declined", "0") != "0":
                return Outcome(None, f"{host}: packets of another group or of none")
        return None

    def last_words(self, host):
        return (self.log(host).strip().splitlines() or [""])[-1]

    def acceptance(self):
        """The client's state of the association: proven, reachable, and with no test of the packets failing."""
        peers = associations(self.sockets[CLIENT])
        if not peers:
            return None
        state = self.ask(CLIENT, peers[0], "flash", "flags", "reach", "sent", "received")
        flags = int(state.get("flags", "0"), 16)
        received, sent = int(state.get("received", 0)), int(state.get("sent", 0))
        if flags & TRUSTED != TRUSTED and received >= ENOUGH_ANSWERS:
            return Outcome(None, f"no trust after {received} answers, flags {flags:#x}")
        if received == 0 and sent >= ENOUGH_QUESTIONS:
            return Outcome(None, f"no answer to {sent} questions")
        if flags & PROVEN != PROVEN or state.get("flash") not in ("0x0000", "0x0", "0", "00 ok") or not int(state.get("reach", "0"), 16):
            return None
        scheme = re.search(r" 192\.0\.2\.1 (iff|gq|mv) ", self.log(CLIENT))
        return Outcome(scheme.group(1) if scheme else "none", f"accepted, flags {flags:#x}")

    def is_synchronised(self):
        return True if self.ask(SERVER, 0, "leap").get("leap") in ("0", "00") else None

    def judge(self):
        try:
            for step in (lambda: self.start(SERVER), lambda: self.loop(self.is_synchronised), lambda: self.start(CLIENT)):
                if isinstance(answer := step(), Outcome):
                    return answer
            return self.loop(self.acceptance)
        finally:
            for daemon in self.running.values():
                daemon.end()
            for sock in self.sockets.values():
                sock.close()
