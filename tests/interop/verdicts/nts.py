"""Files of Network Time Security: does a client of each daemon come to cookies with a chronyd that has them?"""
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hosts import ADDRESS, CLIENT, SERVER, Daemon, Unavailable, program, until

SECONDS, KEY_EXCHANGE = 60, 4460
CLIENTS = ("chrony", "ntpsec", "ntpd-rs")

# What the rows' commands begin from: an authority, and what it issues to the server.
PRELUDE = r"""
new_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 2>/dev/null >"$1"; chmod 600 "$1"; }
# issue EXTENSIONS [OPENSSL_ARGUMENT]...: the server's certificate
issue() {
    printf '%b' "$1" >ext
    openssl req -new -key server.key -subj /CN=server1 2>/dev/null |
        openssl x509 -req -CA ca.pem -CAkey ca.key -set_serial 7 -extfile ext "${@:2}" 2>/dev/null >server.pem
}
# alone EXTENSION...: a certificate that is its own authority
alone() {
    local extension words=()
    for extension in "$@"; do words+=(-addext "$extension"); done
    openssl req -x509 -key server.key -subj /CN=server1 -days 99 "${words[@]}" 2>/dev/null >server.pem
    cp server.pem trusted.pem
}
SAN='subjectAltName=DNS:server1\n' LEAF='basicConstraints=CA:FALSE\n' TLS='extendedKeyUsage=serverAuth\n'
new_key ca.key
new_key server.key
openssl req -x509 -key ca.key -subj /CN=authority -days 999 >ca.pem 2>/dev/null
cp ca.pem trusted.pem
issue "$LEAF$SAN$TLS" -days 99
"""

NAME, AUTHORITY, PURPOSE, MISSING = "nts-certificate-name", "nts-certificate-authority", "nts-certificate-purpose", "nts-file-missing"
# name, commands, ids of the findings that are right where the client gets no cookies
ROWS = (
    ("as made", ":", ""),
    ("no serverAuth", 'issue "$LEAF$SAN" -days 99', ""),
    ("no subjectAltName", 'issue "$LEAF$TLS" -days 99', NAME),
    ("another name", 'issue "$LEAF${TLS}subjectAltName=DNS:ntp.example\\n" -days 99', "nts-certificate-name conf-nts-name"),
    ("clientAuth only", 'issue "$LEAF${SAN}extendedKeyUsage=clientAuth\\n" -days 99', PURPOSE),
    ("its own authority, CA:TRUE", 'alone "subjectAltName=DNS:server1"', AUTHORITY),
    ("its own authority, CA:FALSE", "alone 'basicConstraints=critical,CA:FALSE' 'subjectAltName=DNS:server1'", ""),
    ("has ended", 'SOURCE=1; issue "$LEAF$SAN$TLS" -days -1', "certificate-expired nts-certificate-expired"),
    ("of another authority", 'openssl req -x509 -key server.key -subj /CN=other >trusted.pem 2>/dev/null', "conf-nts-untrusted nts-chain"),
    ("key of another certificate", "new_key server.key", "nts-key-mismatch"),
    ("key missing", "rm server.key", MISSING),
    ("certificate missing", "rm server.pem", MISSING),
    ("certificate is no PEM", "echo hello >server.pem", "nts-file-refused"),
    ("key is no PEM", "echo hello >server.key", "nts-file-refused"),
    ("authorities missing", "rm trusted.pem", MISSING),
    ("authorities are no PEM", "echo hello >trusted.pem", "nts-file-refused"),
    ("the whole chain in the file", "cat ca.pem >>server.pem", ""),
    ("chain in the wrong order", "cat ca.pem server.pem >x; mv x server.pem", "nts-chain nts-key-mismatch"),
    ("RSA key", "openssl genrsa 2048 2>/dev/null >server.key; issue \"$LEAF$SAN$TLS\" -days 99", ""),
)

CONF = {
    SERVER: "ntsservercert @/server.pem\nntsserverkey @/server.key\nlocal stratum 8\nallow\n",
    "chrony": "ntstrustedcerts @/trusted.pem\nnosystemcert\nserver server1 nts iburst minpoll 0 maxpoll 0\n",
    "ntpsec": "nts ca @/trusted.pem\nserver server1 nts iburst minpoll 0 maxpoll 0\n",
    "ntpd-rs": '[[source]]\nmode = "nts"\naddress = "server1"\ncertificate-authority = "@/trusted.pem"\n',
}
FILE = {"chrony": "chrony.conf", "ntpsec": "ntp.conf", "ntpd-rs": "ntp.toml"}
CHRONYD = ("usr/sbin/chronyd", "-x", "-d", "-u", "root", "-f")
# ntpd-rs insists on a clock that it can set; this one says that it was set.
CLOCK = "int clock_adjtime(int c, void *t) { (void)c; (void)t; return 0; }\nint ntp_adjtime(void *t) { (void)t; return 0; }\n"


def prepare(folder):
    """A name for the server, and a clock for ntpd-rs."""
    (folder / "hosts").write_text("127.0.0.1 localhost\n192.0.2.1 server1\n")
    (folder / "clock.c").write_text(CLOCK)
    for command in (["mount", "--make-rprivate", "/"], ["mount", "--bind", folder / "hosts", "/etc/hosts"],
                    ["cc", "-shared", "-fPIC", "-o", folder / "clock.so", folder / "clock.c"]):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise Unavailable(f"{command[0]}: {done.stderr.strip()}")


@dataclass
class NtsProbe:
    cable: object
    daemons: Path
    folder: Path
    client: str
    clock: Path

    def make(self, commands):
        self.folder.mkdir()
        subprocess.run(["bash", "-euc", f"{PRELUDE}\n{commands}"], cwd=self.folder, check=True, capture_output=True)
        self.conf = {SERVER: self.folder / "server" / "chrony.conf", CLIENT: self.folder / "client" / FILE[self.client]}
        for host, key in ((SERVER, SERVER), (CLIENT, self.client)):
            self.conf[host].parent.mkdir()
            self.conf[host].write_text(CONF[key].replace("@", str(self.folder)))

    def start(self, host, tree, words, own_lines, environment=None):
        run = self.folder / host / "run"
        run.mkdir(mode=0o750)
        conf = run / self.conf[host].name
        conf.write_text(self.conf[host].read_text() + own_lines.replace("@", str(run)))
        command = [*program(self.daemons / tree, words[0]), *words[1:], str(conf)]
        return Daemon(self.cable, host, command, run / "output", host + "1", environment)

    def gets_cookies(self):
        server = self.start(SERVER, "chrony", CHRONYD, "pidfile @/pid\nbindcmdaddress /\ncmdport 0\n")
        try:
            until(self.is_asked, 5)  # a server that cannot use its files never listens
            client = self.start_client()
            try:
                answer = until(lambda: False if client.status() is not None or self.gives_up() else self.looks() or None, SECONDS, 0.2)
            finally:
                client.end()
        finally:
            server.end()
        return bool(answer), f"{'cookies' if answer else 'no cookies'}: {self.last_words()}"

    def is_asked(self):
        self.cable.enter(CLIENT)
        with socket.socket() as tried:
            return True if tried.connect_ex((ADDRESS[SERVER], KEY_EXCHANGE)) == 0 else None

    def start_client(self):
        if self.client == "chrony":
            return self.start(CLIENT, "chrony", CHRONYD, "pidfile @/pid\nbindcmdaddress @/sock\ncmdport 0\nport 0\n")
        if self.client == "ntpsec":
            return self.start(CLIENT, "ntpsec", ("usr/sbin/ntpd", "-n", "-c"), "disable kernel\n")
        lines = '[observability]\nlog-level = "debug"\n[synchronization]\nminimum-agreeing-sources = 1\n'
        return self.start(CLIENT, "ntpd-rs", ("usr/bin/ntp-daemon", "-c"), lines, {"LD_PRELOAD": str(self.clock)})

    def output(self):
        return (self.folder / CLIENT / "run" / "output").read_text(errors="replace")

    def last_words(self):
        lines = [line for line in self.output().splitlines() if "NTS" in line or "rror" in line or "TLS" in line]
        return lines[-1] if lines else ""

    def gives_up(self):
        """It tries again for ever; two refusals are enough."""
        return sum("error while attempting" in line or "handshake" in line and "failed" in line or "NTSc: certificate invalid" in line
                   for line in self.output().splitlines()) >= 2

    def looks(self):
        """Whether there are cookies."""
        if self.client == "ntpsec":
            return "cookies, length" in self.output()
        if self.client == "ntpd-rs":
            return "new source" in self.output()
        asked = subprocess.run([*program(self.daemons / "chrony", "usr/bin/chronyc"), "-n", "-h", self.folder / CLIENT / "run" / "sock", "-c",
                                "authdata"], capture_output=True, text=True).stdout.strip().split(",")
        return len(asked) > 8 and asked[1] == "NTS" and asked[4] != "0" and asked[8] != "0"
