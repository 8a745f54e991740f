"""`make test`, `make quick` and `make soak`: run the suite in parts, then print the time of each part and the slowest tests.

Every part runs, even after another one has failed. The exit code is 1 if any part failed.
"""

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

REPORTS = Path(__file__).resolve().parent.parent / "var" / "tests"
OPTIONS = ("-n", "auto", "--maxprocesses", "8", "--dist", "worksteal")
# The log of a test is longer than what failed in it. pytest prints it if the test is run alone.
OPTIONS += ("--tb=short", "--show-capture=no")
SLOWEST = 20  # number of tests listed at the end
# tests/deploy is for `make test-deploy`, tests/soak for `make soak`.
APART = ("--ignore", "tests/browser", "--ignore", "tests/deploy", "--ignore", "tests/soak")
PARTS = {
    "SQLite": ("--db", "sqlite", "tests", *APART),
    "PostgreSQL": ("--db", "postgres", "tests", *APART),
    "Chromium": ("--db", "sqlite", "tests/browser"),
}
QUICK = {"quick": ("--db", "sqlite", "-m", "not pdf", "tests", *APART)}
# One after another, because the tests measure how long people wait. `-s` shows the figures of the load.
SOAK = {
    f"soak-{db}": ("--db", db, "-n0", "-s", "-p", "no:cacheprovider", "tests/soak") for db in ("sqlite", "postgres")
}


@dataclass(frozen=True)
class Outcome:
    """The result of a part: its times in seconds, and the time of each test with set-up and tear-down."""

    part: str
    passed: bool
    wall: float
    cpu: float
    tests: list[tuple[float, str]]


def run(part: str, arguments: tuple[str, ...]) -> Outcome:
    """Run one part and return its outcome."""
    print(f"\n--- {part} ---", flush=True)
    report = REPORTS / f"{part}.xml"
    report.unlink(missing_ok=True)
    wall, cpu = time.monotonic(), cpu_of_children()
    command = [sys.executable, "-m", "pytest", *OPTIONS, f"--junitxml={report}", *arguments]
    code = subprocess.run(command, check=False).returncode
    return Outcome(part, code == 0, time.monotonic() - wall, cpu_of_children() - cpu, times_in(report))


def cpu_of_children() -> float:
    """Return the processor time, in seconds, of all child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def times_in(report: Path) -> list[tuple[float, str]]:
    """Return the seconds and the name of each test of a JUnit report, or nothing if pytest wrote none."""
    if not report.exists():
        return []
    cases = ElementTree.parse(report).iter("testcase")
    return [(float(case.get("time", 0)), f"{case.get('classname')}::{case.get('name')}") for case in cases]


def summary(outcomes: list[Outcome]) -> str:
    """Return the slowest tests of all parts, and one line for each part."""
    tests = sorted(
        ((seconds, name, outcome.part) for outcome in outcomes for seconds, name in outcome.tests), reverse=True
    )
    lines = [f"\nThe {SLOWEST} slowest tests (seconds):"]
    lines += [f"  {seconds:6.1f}  {part:<10} {name}" for seconds, name, part in tests[:SLOWEST]]
    lines += [f"\nTime of each part (seconds, on {os.cpu_count()} processors):"]
    lines += [
        f"  {outcome.part:<10} {outcome.wall:6.0f} wall {outcome.cpu:6.0f} CPU {len(outcome.tests):6} tests"
        f"{'' if outcome.passed else '  FAILED'}"
        for outcome in outcomes
    ]
    return "\n".join(lines)


def main(parts: dict[str, tuple[str, ...]]) -> int:
    """Run these parts in order; return the exit code."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    outcomes = [run(part, arguments) for part, arguments in parts.items()]
    print(summary(outcomes))
    return 0 if all(outcome.passed for outcome in outcomes) else 1


if __name__ == "__main__":
    (chosen,) = sys.argv[1:] or ["test"]
    sys.exit(main({"test": PARTS, "quick": QUICK, "soak": SOAK}[chosen]))
