"""The rows of the tables, with what it takes to judge them."""
from dataclasses import dataclass
from pathlib import Path

import nts
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


@dataclass
class PairTrial:
    """One pair of directories in `folder`, to be asked about as often as it is changed."""
    row: Row
    tools: Tools
    cable: object
    folder: Path

    def inspect(self):
        as_host(self.row.at + "1")
        return inspect(self.tools.keyinspect, [
            *(["--user", self.row.user] if self.row.user else []),
            *(word for host in ("server", "client") for word in ("--ntp-conf", self.folder / host / "ntp.conf"))])

    def run_daemons(self):
        """Whether trust rests on what it is meant to, and what decided."""
        options = ["-u", self.row.user] if self.row.user else []
        outcome = Pair(self.cable, self.tools.daemons / "ntpd", self.folder, options).judge()
        return outcome.scheme == (self.row.meant or SCHEME[self.row.base]), f"{outcome.scheme}: {outcome.reason}"

    def refusal(self):
        works, decided = self.run_daemons()
        return None if works else decided


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
        trial = PairTrial(self.row, tools, cable, folder)
        opinion = opinion_of(trial.inspect())
        works, decided = trial.run_daemons()
        passwords = {**PASSWORD, **({"client": "pw1"} if self.row.base == "pc" else {})}
        return Result(works, decided, opinion, try_remedies(opinion.findings, trial, passwords, () if works else self.row.cause.split()))


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


@dataclass(frozen=True)
class NtsCase:
    row: Row
    client: str

    @property
    def name(self):
        return self.row.name

    @property
    def table(self):
        return f"{self.client}, NTS with chronyd"

    def judge(self, tools, cable, folder):
        probe = nts.NtsProbe(cable, tools.daemons, folder, self.client, tools.folder / "clock.so")
        probe.make(self.row.do)
        opinion = opinion_of(inspect(tools.keyinspect, [word for conf in probe.conf.values() for word in ("--ntp-conf", conf)]))
        works, decided = probe.gets_cookies()
        return Result(works, decided, opinion, Tried())


def nts_cases():
    return [NtsCase(Row(f"NTS to {client}: {name}", "", do, cause), client) for client in nts.CLIENTS for name, do, cause in nts.ROWS]


def pair_cases():
    return [PairCase(row) for row in PAIRS]


def line_cases():
    return [LineCase(Row(f"{daemon}: {line.name}", "", "", line.cause, excuse=line.excuse), daemon, line)
            for daemon in ("chrony", "ntpsec", "ntpd") for line in LINES if daemon in line.daemons]
