"""How what keyinspect says and what the daemons do go together.

The rule: of what does not authenticate as meant nothing passes without a warning at least, and the finding that the row
calls for is among those that warn; of what does nothing is called critical, but for rows whose excuse says why.
"""
import threading

from opinion import OPINIONS
from remedies import Tried

WARNS = ("critical", "warning")


def _wrong(row, works, opinion):
    """What is wrong with the opinion, or None."""
    causes = set(row.cause.split())
    if works:
        return "works as meant, and is called critical" if opinion.word == "critical" and not row.excuse else None
    if opinion.word not in WARNS:
        return "does not work as meant, and nothing warns"
    warning = {finding["id"] for finding in opinion.findings if finding["severity"] in WARNS}
    if not causes:
        return "does not work as meant, and no cause is expected"
    return None if causes & warning else f"nothing warns of {row.cause}"


class Matrix:
    def __init__(self, verbose, is_whole):
        self.verbose, self.is_whole, self.lock = verbose, is_whole, threading.Lock()
        self.counts, self.failures = {}, []
        self.excused, self.unused_excuses = 0, {}
        self.remedies = Tried()

    def fail(self, case, what):
        with self.lock:
            self.failures.append(f"{case.name}: {what}")

    def add(self, case, result):
        opinion, row = result.opinion, case.row
        wrong = _wrong(row, result.works, opinion)
        with self.lock:
            table = self.counts.setdefault(case.table, {(works, word): 0 for works in (True, False) for word in OPINIONS})
            table[result.works, opinion.word] += 1
            self._note_remedies(row, result.remedies)
            self._note_excuse(row, result.works and opinion.word == "critical" and row.excuse)
            if self.verbose or wrong:
                self._print(case, result)
            if wrong:
                self.failures.append(f"{row.name}: {wrong}")

    def _note_excuse(self, row, used):
        if row.excuse:
            self.unused_excuses[row.excuse] = self.unused_excuses.get(row.excuse, True) and not used
            self.excused += bool(used)

    def _note_remedies(self, row, tried):
        self.remedies.provoked += tried.provoked
        self.remedies.executed += tried.executed
        self.remedies.unrunnable += tried.unrunnable
        self.remedies.asked += tried.asked
        self.remedies.refused += [f"{row.name}: {text}" for text in tried.refused]
        self.remedies.ineffective += [f"{row.name}: {text}" for text in tried.ineffective]

    @staticmethod
    def _print(case, result):
        print(f"\n{case.name}\n    {case.table}: {'as meant' if result.works else 'NOT as meant'}: {result.decided}")
        print(f"    keyinspect: {result.opinion.word}")
        for verdict, explanation in result.opinion.verdicts:
            if verdict != "open":
                print(f"      {verdict}: {explanation}")
        for finding in result.opinion.findings:
            print(f"      {finding['severity']} {finding['id']}: {finding['path']}: {finding['cause']}", flush=True)

    def report(self):
        """The exit status."""
        for name, table in self.counts.items():
            print(f"\n{sum(table.values()):4} {name:30}" + "".join(f"{word:>10}" for word in OPINIONS))
            for works, text in ((True, "as meant"), (False, "not as meant")):
                print(f"     {text:30}" + "".join(f"{table[works, word]:10}" for word in OPINIONS))
        self.failures += [f"nothing needs the excuse \"{excuse}\"" for excuse, unused in self.unused_excuses.items()
                          if unused and self.is_whole]
        tried = self.remedies
        print(f"\n{tried.provoked} remedies printed, {tried.executed} executed, {tried.executed - len(tried.ineffective)} effective")
        print(f"{tried.asked} of them were against what had stopped ntpd; after {tried.asked - len(tried.refused)} it goes on as meant")
        for text in sorted(set(tried.unrunnable)):
            print(f"    not executed: {text}")
        self.failures += [f"no remedy: {text}" for text in tried.ineffective + tried.refused]
        print(f"\n{self.excused} excused, {len(self.failures)} failures")
        for failure in sorted(self.failures):
            print(f"failed: {failure}")
        return 1 if self.failures else 0
