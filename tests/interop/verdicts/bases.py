"""The pairs of directories that work, from which all others are made."""
import os
import shutil
import subprocess

# What keygen and keylink tell a user to do, on the server and on the client. `meant` is what trust then rests on.
# @ in the configurations is replaced by the host's directory.
PRELUDE = r"""
S=server/keys C=client/keys
keygen_server() { keygen --quiet --keysdir $S -s "server1$group" -p pw1 "$@"; }
keygen_client() { keygen --quiet --keysdir $C -s "client1$group" -p pw2 "$@"; }
install_client() { keylink --install --keysdir $C --host client1 "$@" >/dev/null; }
install_server() { keylink --install --keysdir $S --host server1 "$@" >/dev/null; }
conf() { sed -i -E "$2" "$1/ntp.conf"; }  # conf HOST SED_COMMANDS
line() { sed -i -E "$2" "$1"; }           # line FILE SED_COMMANDS
# the DIRECTORY TYPE: the file of that type, not a link; of MV the first client's
the() {
    local type=$2
    [ "$type" != MVpar ] || type=MVpar1
    echo "$1"/ntpkey_"$type"_*.[0-9]*
}
# body FILE COMMAND...: what follows the header goes through the command.
body() {
    sed -n '/-----BEGIN/,$p' "$1" | "${@:2}" >body
    { sed '/-----BEGIN/,$d' "$1"; cat body; } >whole
    cat whole >"$1"
    rm body whole
}
stamp() { echo "${1##*.}"; }
# certify DIRECTORY HOST SUBJECT [OPENSSL_ARGUMENT]...: a certificate by openssl in the linked one's place
certify() {
    local file=$1/$(readlink "$1/ntpkey_cert_$2") password=pw1
    [ "$2" = server1 ] || password=pw2
    openssl req -x509 -key "$1/ntpkey_host_$2" -passin "pass:$password" -subj "/CN=$3" -days 365 -set_serial 4000000000 \
        -addext keyUsage=digitalSignature,keyCertSign "${@:4}" 2>/dev/null >body
    { sed '/-----BEGIN/,$d' "$file"; cat body; } >whole
    cat whole >"$file"
    rm body whole
}
"""

_SERVER = "server 127.127.1.0 minpoll 3 maxpoll 3\ntos orphanwait 1\nkeysdir @/keys\ncrypto host server1 {ident}pw pw1\n"
_CLIENT = "server 192.0.2.1 autokey {ident}iburst minpoll 3 maxpoll 3\nkeysdir @/keys\ncrypto host client1 {crypto_ident}pw pw2\n"


def _recipe(options, file, group="@grp"):
    ident = group.lstrip("@")
    server = _SERVER.format(ident=f"ident {ident} " if ident else "")
    client = _CLIENT.format(ident=f"ident {ident or 'server1'} " if file else "", crypto_ident=f"ident {ident} " if ident else "")
    made = f"keygen_server -T {options}\nkeygen_client\n" + (f"install_client $S/ntpkey_{file}_*\n" if file else "")
    return group, made, server, client


# name: group, commands, the server's ntp.conf, the client's
_BASES = {
    "iff": _recipe("-I", "IFFpar"),
    "gq": _recipe("-G", "GQpar"),
    "mv": _recipe("-V 4", "MVpar1"),
    "tc": _recipe("", ""),
    "iff-host": _recipe("-I", "IFFpar", group=""),
    "gq-host": _recipe("-G", "GQpar", group=""),
    "pc": ("", "keygen_server -P\ncp -P $S/ntpkey_RSA* $C\nln -s $(cd $C; echo ntpkey_RSAhost_*) $C/ntpkey_host_client1\n"
               "ln -s $(cd $C; echo ntpkey_*cert_*) $C/ntpkey_cert_client1\n",
           _SERVER.format(ident=""), _CLIENT.format(ident="", crypto_ident="").replace("pw2", "pw1")),
}
SCHEME = {"iff": "iff", "gq": "gq", "mv": "mv", "tc": "none", "iff-host": "iff", "gq-host": "gq", "pc": "none"}


class Bases:
    def __init__(self, folder, bin_folder):
        self.folder = folder
        self.environment = {**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}

    def shell(self, folder, group, commands):
        """The error text of a failure, or None."""
        done = subprocess.run(["bash", "-euc", f"shopt -s failglob\ngroup={group}\n{PRELUDE}\n{commands}"], cwd=folder,
                              env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return None if done.returncode == 0 else (done.stderr + done.stdout).strip() or f"status {done.returncode}"

    def make(self, names):
        for name in names:
            group, commands, server, client = _BASES[name]
            folder = self.folder / name
            for host, conf in (("server", server), ("client", client)):
                (folder / host / "keys").mkdir(parents=True)
                (folder / host / "keys").chmod(0o750)
                (folder / host / "ntp.conf").write_text(conf)
            if error := self.shell(folder, group, commands):
                raise SystemExit(f"verdicts: error: {name}: {error}")

    def copy(self, row, folder):
        """The error text when the row's commands fail."""
        shutil.copytree(self.folder / row.base, folder, symlinks=True)
        error = self.shell(folder, _BASES[row.base][0], row.do)
        for host in ("server", "client"):
            conf = folder / host / "ntp.conf"
            conf.write_text(conf.read_text().replace("@/", f"{folder / host}/"))
        return error
