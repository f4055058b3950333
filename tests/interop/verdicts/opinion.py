"""What keyinspect says of a pair."""
import json
import subprocess
from dataclasses import dataclass, field

# From the worst to the best.
OPINIONS = ("critical", "warning", "depends", "nothing")


@dataclass
class Opinion:
    word: str
    findings: list = field(default_factory=list)
    verdicts: list = field(default_factory=list)

    @property
    def ids(self):
        return {finding["id"] for finding in self.findings}


def inspect(keyinspect, arguments):
    done = subprocess.run([keyinspect, "--json", *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode not in (0, 1) or not done.stdout:
        raise RuntimeError(f"keyinspect ended with status {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def opinion_of(report):
    findings = report["findings"]
    verdicts = [(source["verdict"], source["explanation"]) for conf in report["configurations"] for source in conf["associations"]]
    severities = {finding["severity"] for finding in findings}
    words = {verdict for verdict, _ in verdicts}
    if "critical" in severities or "fails" in words:
        word = "critical"
    elif "warning" in severities:
        word = "warning"
    elif words & {"depends", "unknown"}:
        word = "depends"
    else:
        word = "nothing"
    return Opinion(word, findings, verdicts)
