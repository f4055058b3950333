"""Keys files of one line, each meant to be one key for every daemon."""
from dataclasses import dataclass

TEXT, TEXT_20, TEXT_21 = b"correcthorse", b"abcdefghij0123456789", b"abcdefghij0123456789Z"
HEX_16 = "0123456789abcdef0123456789abcdef"
HEX_20 = HEX_16 + "01234567"
HEX_32 = HEX_16 + "fedcba9876543210fedcba9876543210"
HEX_64 = HEX_32 * 2


@dataclass(frozen=True)
class Line:
    name: str
    text: bytes
    type: str  # what the owner means: a digest's name, or CMAC
    secret: bytes
    cause: str = ""  # ids of findings that are right where a daemon does not take the key
    id: int = 1
    excuse: str = ""
    daemons: tuple = ("chrony", "ntpsec", "ntpd")


def _line(name, text, kind, secret, cause="", **more):
    return Line(name, text.encode("latin-1") + (b"" if text.endswith("\n") else b"\n"), kind, secret, cause, **more)


DIGESTS = {"MD5": HEX_16, "SHA1": HEX_20, "SHA256": HEX_32, "SHA384": HEX_32, "SHA512": HEX_32, "RIPEMD160": HEX_20, "SHA3-256": HEX_32}
TYPE = "keys-unknown-type keys-type-fallback keys-refused keys-none conf-file-refused conf-key-missing"
HEX = "keys-hex-without-prefix keys-chrony-prefix " + TYPE
TRAILING = "keys-trailing-text keys-bad-access-list " + TYPE
LENGTH = "keys-cmac-length keys-key-truncated keys-digest-too-long " + HEX

BY_TYPE = [line for name, digits in DIGESTS.items() for line in (
    _line(f"{name}, text", f"1 {name} correcthorse", name, TEXT, TYPE),
    _line(f"{name}, 20 characters of text", f"1 {name} {TEXT_20.decode()}", name, TEXT_20, TYPE),
    _line(f"{name}, bare hex", f"1 {name} {digits}", name, bytes.fromhex(digits), HEX),
    _line(f"{name}, HEX:", f"1 {name} HEX:{digits}", name, bytes.fromhex(digits), HEX),
    _line(f"{name}, ASCII:", f"1 {name} ASCII:correcthorse", name, TEXT, HEX),
    _line(f"{name} in lower case", f"1 {name.lower()} correcthorse", name, TEXT, TYPE),
    _line(f"{name}, comment behind the key", f"1 {name} correcthorse # {name} key", name, TEXT, TRAILING),
    _line(f"{name}, bare hex in capitals", f"1 {name} {digits.upper()}", name, bytes.fromhex(digits), HEX),
)]

CMAC = [line for name, digits in (("AES128CMAC", HEX_16), ("AES-128", HEX_16), ("AES128", HEX_16), ("AES", HEX_16), ("AES256", HEX_32),
                                  ("AES-256", HEX_32), ("AES256CMAC", HEX_32)) for line in (
    _line(f"{name}, bare hex", f"1 {name} {digits}", "CMAC", bytes.fromhex(digits), LENGTH),
    _line(f"{name}, HEX:", f"1 {name} HEX:{digits}", "CMAC", bytes.fromhex(digits), LENGTH),
    _line(f"{name}, text of its length", f"1 {name} " + "k" * (len(digits) // 2), "CMAC", b"k" * (len(digits) // 2), "keys-bad-hex " + LENGTH),
    _line(f"{name} in lower case, bare hex", f"1 {name.lower()} {digits}", "CMAC", bytes.fromhex(digits), LENGTH),
)]

CLASSIC = [
    _line("M for MD5", "1 M correcthorse", "MD5", TEXT, TYPE),
    _line("m for MD5", "1 m correcthorse", "MD5", TEXT, TYPE),
    _line("an unknown type that begins with m", "1 mango correcthorse", "MD5", TEXT, TYPE),
    _line("an unknown type", "1 BLAKE2 correcthorse", "MD5", TEXT, TYPE),
    _line("SHA for SHA1", "1 SHA correcthorse", "SHA1", TEXT, TYPE),
    _line("SHA-1 with a hyphen", "1 SHA-1 correcthorse", "SHA1", TEXT, TYPE),
    _line("SHA-256 with a hyphen", "1 SHA-256 correcthorse", "SHA256", TEXT, TYPE),
    _line("no type", "1 correcthorse", "MD5", TEXT, "keys-missing-type keys-missing-key " + TYPE),
    _line("a Cisco line's digit behind", "1 MD5 correcthorse 7", "MD5", TEXT, TRAILING),
    _line("hex and a Cisco line's digit", "1 MD5 09584B1A0D 7", "MD5", b"09584B1A0D", TRAILING),
    _line("an address behind", "1 MD5 correcthorse 192.0.2.2", "MD5", TEXT, TRAILING),
    _line("addresses behind", "1 MD5 correcthorse 192.0.2.2,192.0.2.0/24", "MD5", TEXT, TRAILING),
    _line("an address that is none behind", "1 MD5 correcthorse 10.1", "MD5", TEXT, TRAILING),
    _line("a word behind", "1 MD5 correcthorse server1", "MD5", TEXT, TRAILING),
]

TEXTS = [
    _line("21 characters of text", f"1 MD5 {TEXT_21.decode()}", "MD5", TEXT_21, "keys-bad-hex " + TYPE),
    _line("20 hexadecimal digits", "1 MD5 " + HEX_20[:20], "MD5", HEX_20[:20].encode(), TYPE),
    _line("an odd number of digits", "1 SHA1 " + HEX_20 + "9", "SHA1", bytes.fromhex(HEX_20 + "90"), "keys-odd-hex " + HEX),
    _line("an odd number of digits, HEX:", "1 SHA1 HEX:" + HEX_20 + "9", "SHA1", bytes.fromhex(HEX_20 + "90"), "keys-odd-hex " + HEX),
    _line("a digit that is none", "1 SHA1 " + HEX_20[:-1] + "g", "SHA1", bytes.fromhex(HEX_20), "keys-bad-hex " + HEX,
          daemons=("ntpsec", "ntpd")),  # to chrony it is text like any other
    _line("64 octets in hex", "1 SHA512 " + HEX_64, "SHA512", bytes.fromhex(HEX_64), "keys-key-truncated " + HEX),
    _line("64 octets, HEX:", "1 SHA512 HEX:" + HEX_64, "SHA512", bytes.fromhex(HEX_64), "keys-key-truncated " + HEX),
    _line("# in the key", "1 MD5 correct#horse", "MD5", b"correct#horse", "keys-hash-in-key"),
    _line("# before the key", "1 MD5 #correcthorse", "MD5", b"#correcthorse", "keys-hash-in-key keys-missing-key " + TYPE),
    _line("quotes round the key", '1 MD5 "correcthorse"', "MD5", TEXT, "keys-quoted " + TYPE),
    _line("punctuation in the key", "1 MD5 a!b$c%d&e/f(g)h=i?j", "MD5", b"a!b$c%d&e/f(g)h=i?j"),
    _line("a key of one character", "1 MD5 x", "MD5", b"x"),
    _line("a key beyond ASCII", "1 MD5 sch\u00f6n", "MD5", "sch\u00f6n".encode("latin-1")),
    _line("hex: in lower case", "1 SHA1 hex:" + HEX_20, "SHA1", bytes.fromhex(HEX_20), HEX),
    _line("0x before the digits", "1 SHA1 0x" + HEX_20, "SHA1", bytes.fromhex(HEX_20), "keys-bad-hex " + HEX),
    _line("blanks between the digits", "1 SHA1 " + HEX_20[:20] + " " + HEX_20[20:], "SHA1", bytes.fromhex(HEX_20), TRAILING),
    _line("a key of 12 octets for AES128CMAC", "1 AES128CMAC " + HEX_16[:24], "CMAC", bytes.fromhex(HEX_16[:24]), "keys-cmac-length " + HEX),
    _line("a key of 20 octets for AES128CMAC", "1 AES128CMAC " + HEX_20, "CMAC", bytes.fromhex(HEX_20), "keys-cmac-length " + HEX),
    _line("a key of 20 octets for AES128, HEX:", "1 AES128 HEX:" + HEX_20, "CMAC", bytes.fromhex(HEX_20), "keys-cmac-length " + HEX),
]

LINES_AND_IDS = [
    _line("CR LF", "1 MD5 correcthorse\r\n", "MD5", TEXT, "keys-carriage-return"),
    _line("CR LF, hex", "1 SHA1 " + HEX_20 + "\r\n", "SHA1", bytes.fromhex(HEX_20), "keys-carriage-return " + HEX),
    _line("CR LF, HEX:", "1 SHA1 HEX:" + HEX_20 + "\r\n", "SHA1", bytes.fromhex(HEX_20), "keys-carriage-return " + HEX),
    _line("byte order mark", "\xef\xbb\xbf1 MD5 correcthorse", "MD5", TEXT, "keys-byte-order-mark keys-bad-id " + TYPE),
    _line("tabs", "1\tMD5\tcorrecthorse", "MD5", TEXT),
    _line("blanks before and behind", "   1   MD5   correcthorse   ", "MD5", TEXT),
    Line("no line end", b"1 MD5 correcthorse", "MD5", TEXT),
    _line("comments around", "# keys\n\n1 MD5 correcthorse\n# end", "MD5", TEXT),
    _line("a chrony comment above", "! keys\n1 MD5 correcthorse", "MD5", TEXT, "keys-bad-id " + TYPE),
    _line("a semicolon comment above", "; keys\n1 MD5 correcthorse", "MD5", TEXT, "keys-bad-id " + TYPE),
    _line("a line of words above", "my keys\n1 MD5 correcthorse", "MD5", TEXT, "keys-bad-id " + TYPE),
    _line("the id twice, the first is meant", "1 MD5 correcthorse\n1 MD5 otherhorse", "MD5", TEXT, "keys-duplicate-id"),
    _line("the id twice, the last is meant", "1 MD5 otherhorse\n1 MD5 correcthorse", "MD5", TEXT, "keys-duplicate-id"),
    _line("id 65535", "65535 MD5 correcthorse", "MD5", TEXT, "keys-id-out-of-range conf-syntax", id=65535,
          excuse="NTPsec has the key, and takes no server line with it"),
    _line("id 65534", "65534 MD5 correcthorse", "MD5", TEXT, id=65534),
    _line("id 65536", "65536 MD5 correcthorse", "MD5", TEXT, "keys-id-out-of-range conf-syntax " + TYPE, id=65536),
    _line("id 4294967295", "4294967295 MD5 correcthorse", "MD5", TEXT, "keys-id-out-of-range conf-syntax " + TYPE, id=4294967295),
    _line("id with leading zeros", "007 MD5 correcthorse", "MD5", TEXT, "keys-bad-id " + TYPE, id=7),
    _line("id in hex", "0x07 MD5 correcthorse", "MD5", TEXT, "keys-bad-id " + TYPE, id=7),
    _line("id with a sign", "+7 MD5 correcthorse", "MD5", TEXT, "keys-bad-id " + TYPE, id=7),
    _line("id is a word", "one MD5 correcthorse", "MD5", TEXT, "keys-bad-id " + TYPE),
    _line("a bad line beside", "1 MD5 correcthorse\n2 FOO bar", "MD5", TEXT, "keys-unknown-type " + TYPE, excuse="the key of the second line is lost"),
    _line("a key of another id", "2 MD5 correcthorse", "MD5", TEXT, "conf-key-missing"),
    _line("only a comment", "# 1 MD5 correcthorse", "MD5", TEXT, "keys-none conf-key-missing"),
    _line("key and type exchanged", "1 correcthorse MD5", "MD5", TEXT, TYPE),
    _line("colons between", "1:MD5:correcthorse", "MD5", TEXT, "keys-bad-id keys-missing-type keys-missing-key " + TYPE),
    _line("key missing", "1 MD5", "MD5", b"", "keys-missing-key " + TYPE),
    Line("empty file", b"", "MD5", TEXT, "keys-none conf-key-missing empty"),
    Line("zero bytes between (UTF-16)", "1 MD5 correcthorse\n".encode("utf-16"), "MD5", TEXT, "keys-zero-byte keys-byte-order-mark keys-bad-id unknown-content " + TYPE),
]

LINES = [*BY_TYPE, *CMAC, *CLASSIC, *TEXTS, *LINES_AND_IDS]
