"""Questions to a running ntpd, in NTP's control messages (RFC 9327), which is what ntpq sends."""
import itertools
import struct

_HEADER = struct.Struct("!BBHHHHH")
_READ_STATUS, _READ_VARIABLES = 1, 2
_numbers = itertools.count()


def _ask(sock, operation, association, text=""):
    data, number = text.encode(), next(_numbers) & 0xFFFF
    sock.sendto(_HEADER.pack(0x16, operation, number, 0, association, 0, len(data)) + data + b"\0" * (-len(data) % 4), ("127.0.0.1", 123))
    pieces = {}
    try:
        while True:
            answer = sock.recv(2048)
            _, flags, answered, _, _, offset, count = _HEADER.unpack(answer[:12])
            if answered != number:  # late, to an earlier question
                continue
            if flags & 0x40:  # an error
                return b""
            pieces[offset] = answer[12:12 + count]
            if not flags & 0x20:  # the last piece
                return b"".join(pieces[key] for key in sorted(pieces))
    except OSError:
        return b""


def associations(sock):
    data = _ask(sock, _READ_STATUS, 0)
    return [number for number, _ in struct.iter_unpack("!HH", data[:len(data) // 4 * 4])]


def variables(sock, association, names):
    """The values as ntpd writes them, without those that it does not have."""
    values = {}
    for part in _ask(sock, _READ_VARIABLES, association, ",".join(names)).decode("latin-1").split(","):
        name, separator, value = part.partition("=")
        if separator:
            values[name.strip()] = value.strip()
    return values
