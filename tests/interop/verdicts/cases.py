"""The rows of the tables, with what it takes to judge them."""
from dataclasses import dataclass

from autokey import Pair
from bases import SCHEME, Bases
from hosts import as_host
from keys_lines import LINES
from opinion import Opinion, inspect, opinion_of
from pairs import PAIRS
from remedies import PASSWORD, Tried, try_remedies
from row import Row
from symmetric_key import KeyProbe


class Tools:
    def __init__(self, bin_folder, daemons, folder):
        self.keyinspect, self.daemons, self.folder = bin_folder / "keyinspect", daemons, folder
        self.bases = Bases(folder / "bases", bin_folder)


@dataclass
class Result:
    works: bool  # as the owner of the files means it
    decided: str  # what the daemon said
    opinion: Opinion
    remedies: Tried


@dataclass(frozen=True)
class PairCase:
    row: Row
    table = "ntpd, pairs of directories"

    @property
    def name(self):
        return self.row.name

    def judge(self, tools, cable, folder):
        if error := tools.bases.copy(self.row, folder):
            raise RuntimeError(error)
        def inspect_pair():
            as_host(self.row.at + "1")
            return inspect(tools.keyinspect, [word for host in ("server", "client") for word in ("--ntp-conf", folder / host / "ntp.conf")])
        opinion = opinion_of(inspect_pair())
        outcome = Pair(cable, tools.daemons / "ntpd", folder, ["-u", self.row.user] if self.row.user else []).judge()
        passwords = {**PASSWORD, **({"client": "pw1"} if self.row.base == "pc" else {})}
        remedies = try_remedies(opinion.findings, folder, tools.bases.environment, passwords, lambda: inspect_pair()["findings"])
        return Result(outcome.scheme == (self.row.meant or SCHEME[self.row.base]), f"{outcome.scheme}: {outcome.reason}", opinion, remedies)


@dataclass(frozen=True)
class LineCase:
    row: Row
    daemon: str
    line: object

    @property
    def name(self):
        return self.row.name

    @property
    def table(self):
        return f"{self.daemon}, keys files"

    def judge(self, tools, cable, folder):
        probe = KeyProbe(cable, tools.daemons / self.daemon, self.daemon, self.line, folder)
        opinion = opinion_of(inspect(tools.keyinspect, ["--daemon", self.daemon, "--ntp-conf", probe.conf]))
        works, decided = probe.takes()
        return Result(works, decided, opinion, Tried())


def pair_cases():
    return [PairCase(row) for row in PAIRS]


def line_cases():
    return [LineCase(Row(f"{daemon}: {line.name}", "", "", line.cause, excuse=line.excuse), daemon, line)
            for daemon in ("chrony", "ntpsec", "ntpd") for line in LINES if daemon in line.daemons]
