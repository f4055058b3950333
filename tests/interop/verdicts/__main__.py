"""What keyinspect says of key directories and keys files, and what real daemons make of them.

    python3 tests/interop/verdicts BUILD_DIR [--third N] [--only WORDS] [--jobs N] [--verbose]

With --third only each third row of the tables, beginning with row N (0, 1 or 2). The daemons are those of
tests/interop/daemons in BUILD_DIR/../daemons, or in INTEROP_DAEMONS. INTEROP_KEEP=1 leaves all files behind.
Exit status: 0 when the rule in matrix.py holds for all rows, 1 when not, 2 wrong usage, 77 when it cannot be run here.
"""
import argparse
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import hosts
import nts
from cases import Tools, line_cases, nts_cases, pair_cases
from matrix import Matrix

EXIT_SKIP = 77
NEEDED = ("ntpd", "ntpsec", "chrony", "ntpd-rs")


def arguments():
    parser = argparse.ArgumentParser(prog="verdicts", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--third", type=int, choices=(0, 1, 2))
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=16)
    parser.add_argument("--verbose", action="store_true")
    return parser.parse_args()


def judge_all(wanted, folder, daemons):
    """The exit status. The cases run beside each other, each thread with two hosts of its own."""
    cases = [case for table in (pair_cases(), line_cases(), nts_cases()) for case in table[wanted.third or 0::1 if wanted.third is None else 3]
             if wanted.only in case.name and (not case.row.user or hosts.has_all_users())]
    if not cases:
        print(f"verdicts: error: no row's name holds \"{wanted.only}\"", file=sys.stderr)
        return 2
    tools = Tools((wanted.build / "bin").resolve(), daemons, folder)
    tools.bases.make(dict.fromkeys(case.row.base for case in cases if case.row.base))
    nts.prepare(folder)
    matrix = Matrix(wanted.verbose, wanted.third is None and not wanted.only)
    todo = queue.Queue()
    for case in enumerate(cases):
        todo.put(case)
    threads = [threading.Thread(target=_work, args=(todo, tools, matrix)) for _ in range(min(wanted.jobs, len(cases)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return matrix.report()


def _work(todo, tools, matrix):
    cable = hosts.Cable()
    while True:
        try:
            number, case = todo.get_nowait()
        except queue.Empty:
            return
        try:
            matrix.add(case, case.judge(tools, cable, tools.folder / f"{number:03}"))
        except Exception as error:  # it would end the thread unseen
            matrix.fail(case, f"could not be tried: {type(error).__name__}: {error}")


def main():
    wanted = arguments()
    daemons = Path(os.environ.get("INTEROP_DAEMONS", wanted.build.parent / "daemons")).resolve()
    if not all((daemons / name).is_dir() for name in NEEDED):
        subprocess.run([Path(__file__).parent.parent / "daemons", daemons], check=False)
    missing = [name for name in NEEDED if not (daemons / name).is_dir()]
    if missing:
        print(f"verdicts: SKIPPED: no {', '.join(missing)} in {daemons}", file=sys.stderr)
        return EXIT_SKIP
    folder = Path(tempfile.mkdtemp(prefix="verdicts."))
    folder.chmod(0o755)  # daemons that are not root work in it
    try:
        return hosts.isolated(lambda: judge_all(wanted, folder, daemons))
    except hosts.Unavailable as error:
        print(f"verdicts: SKIPPED: {error}", file=sys.stderr)
        return EXIT_SKIP
    finally:
        if os.environ.get("INTEROP_KEEP"):
            print(f"verdicts: files kept in {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder)


start = time.monotonic()
status = main()
print(f"{time.monotonic() - start:.0f} s")
sys.exit(status)
