"""Does a daemon have a key as it is meant? It is asked with a packet under that key."""
import hashlib
import hmac
import subprocess

from hosts import ADDRESS, CLIENT, SERVER, Daemon, program, until

SECONDS, REFUSALS, HEADER, MAC_LIMIT = 60, 4, 48, 20
REQUEST = b"\x23" + bytes(39) + b"\1\2\3\4\5\6\7\x08"  # version 4, client
UNKEYED_CONF = {
    "chrony": "keyfile {keys}\nserver 192.0.2.9 key {id}\nlocal stratum 8\nallow\n",
    "ntpsec": "keys {keys}\ntrustedkey {id}\nserver 192.0.2.9 key {id}\n",
    "ntpd": "keys {keys}\ntrustedkey {id}\nserver 192.0.2.9 key {id}\n",
}
# What an answer at once needs, and nothing of it concerns keys.
OWN_LINES = {
    "chrony": "pidfile {run}/pid\nbindcmdaddress /\ncmdport 0\n",
    # NTPsec answers no query and limits rates unless told otherwise.
    "ntpsec": "disable kernel\nunrestrict default noquery limited\n",
    "ntpd": "disable kernel\n",
}


def mac(kind, secret, data):
    if kind == "CMAC":
        cipher = f"AES-{len(secret) * 8}-CBC"
        done = subprocess.run(["openssl", "mac", "-binary", "-cipher", cipher, "-macopt", f"hexkey:{secret.hex()}", "CMAC"], input=data,
                              capture_output=True)
        return done.stdout if done.returncode == 0 else b""
    return hashlib.new(kind.lower().replace("-", "_"), secret + data).digest()[:MAC_LIMIT]


class KeyProbe:
    """One daemon with one keys file."""

    def __init__(self, cable, tree, kind, line, folder):
        self.cable, self.tree, self.kind, self.line, self.folder = cable, tree, kind, line, folder
        folder.mkdir()
        self.conf = folder / ("chrony.conf" if kind == "chrony" else "ntp.conf")
        keys = folder / "keys"
        keys.write_bytes(line.text)
        keys.chmod(0o600)
        self.conf.write_text(UNKEYED_CONF[kind].format(keys=keys, id=line.id))

    def start(self):
        run = self.folder / "run"
        run.mkdir(mode=0o750)
        conf = run / "conf"
        conf.write_text(self.conf.read_text() + OWN_LINES[self.kind].format(run=run))
        if self.kind == "chrony":
            # -x: never touch the clock, not even try.
            command = [*program(self.tree, "usr/sbin/chronyd"), "-x", "-d", "-u", "root", "-f", str(conf)]
        else:
            command = [*program(self.tree, "usr/sbin/ntpd"), "-n", "-c", str(conf), "-l", str(run / "log")]
        return Daemon(self.cable, SERVER, command, run / "output", "server1")

    def takes(self):
        daemon = self.start()
        self.socket = self.cable.socket(CLIENT)
        self.socket.connect((ADDRESS[SERVER], 123))
        try:
            if not until(lambda: False if daemon.status() is not None else self.ask(b"") and True, SECONDS, 0.05):
                return False, f"no answer, status {daemon.status()}"
            keyed = b"" if not self.line.secret else mac(self.line.type, self.line.secret, REQUEST)
            if not keyed:
                return False, "no such key can be"
            # A refusal counts only beside an answer to a request without the key: the machine may be slow.
            refusals = 0
            while refusals < REFUSALS and daemon.status() is None:
                for trailer in (self.line.id.to_bytes(4, "big") + keyed, b""):
                    answer = self.ask(trailer)
                    if self.is_under_key(answer):
                        return True, "answers under the key"
                refusals += answer is not None
            return False, "does not answer under the key"
        finally:
            daemon.end()
            self.socket.close()

    def is_under_key(self, answer):
        if answer is None or len(answer) <= HEADER + 4:
            return False
        return hmac.compare_digest(answer[HEADER + 4:], mac(self.line.type, self.line.secret, answer[:HEADER]))

    def ask(self, trailer):
        """The answer, or None."""
        try:
            self.socket.send(REQUEST + trailer)
            return self.socket.recv(1024)
        except OSError:
            return None
