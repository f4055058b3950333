"""Rows that keyinspect is known to judge wrongly, and how. A row that it judges rightly fails the run until its line here
is gone. The list is to be empty."""

_WRONG = {
    "the client's line names the server's group as its ident, and that is enough for ntpd": [
        "gq: client of another group",
        "group in capitals on the client",
        "iff: client of another group",
    ],
    "4096 bits are not too many for a client": ["client's host key of 4096 bits"],
    "chronyd takes the largest id on a server line": ["chrony: id 4294967295"],
    "chronyd as a client takes a certificate for clients": ["NTS to chrony: clientAuth only"],
    "the server's certificate is not compared with the client's server line and authorities": [
        f"NTS to {client}: {name}" for client in ("chrony", "ntpsec", "ntpd-rs") for name in ("another name", "of another authority")
    ],
}
KNOWN_WRONG = {name for names in _WRONG.values() for name in names}
