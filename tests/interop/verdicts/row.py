"""What one line of the tables says."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A pair of directories that works, and one realistic fault or harmless change."""
    name: str
    base: str
    do: str  # shell commands in a copy of the base, with the functions and names of bases.PRELUDE
    cause: str = ""  # ids of findings, any of which is the right one; none where nothing has to be said
    meant: str = ""  # the scheme that the owner wants trust to rest on; that of the base where it is empty
    user: str = ""  # whom ntpd runs as (-u)
    at: str = "server"  # the host that keyinspect runs on, whose name a crypto line without host means
    # Why a finding may be critical although the daemon goes on: damage or danger that is real.
    excuse: str = ""


def each(schemes, *rows):
    """The rows for each scheme: {s} and {S} are its name."""
    def named(text, scheme):
        return text.replace("{s}", scheme).replace("{S}", scheme.upper())
    return [Row(**{field: named(value, scheme) if isinstance(value, str) else value for field, value in
                   {**vars(row), "name": f"{scheme}: {row.name}", "base": row.base or scheme}.items()})
            for scheme in schemes for row in rows]
