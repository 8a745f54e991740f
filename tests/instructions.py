"""`make instructions`: count the processor instructions of pages and of a save, in millions a request.

Unlike times, the figures repeat on any load of the machine; docs/performance.md says what they mean.
tests/counted_requests.py sends the requests, under valgrind.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TOLERANCE = 1.01  # of a figure to compare with
COUNTER = Path(__file__).with_name("callgrind.c")


def count(folder: Path) -> dict[str, float]:
    """Send the requests under callgrind; return the millions of instructions of each request."""
    counter = folder / "callgrind.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", counter, COUNTER], check=True)
    command = ["valgrind", "--tool=callgrind", "--quiet", "--instr-atstart=no", f"--callgrind-out-file={folder}/counts"]
    command += [sys.executable, "-W", "ignore", "-m", "tests.counted_requests", str(counter)]
    subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": "0"}, check=True)
    dumps = sorted(folder.glob("counts.*"), key=lambda path: int(path.suffix[1:]))
    return dict(_figure(path.read_text(encoding="utf-8")) for path in dumps)


def _figure(dump: str) -> tuple[str, float]:
    """Return the name of the request that a file of callgrind is about, and its millions of instructions."""
    name, total = re.search(r"^desc: Trigger: Client Request: (.+)\n[\s\S]*^totals: (\d+)$", dump, re.M).groups()
    return name, round(int(total) / 1e6, 2)


def table(figures: dict[str, float], earlier: dict[str, float]) -> str:
    """Return the figures as lines of text, each with the earlier figure and the ratio if there is one."""
    lines = []
    for name, figure in figures.items():
        before = f"  before {earlier[name]:>7.2f}  {figure / earlier[name]:.3f}x" if name in earlier else ""
        worse = "  MORE THAN BEFORE" if name in grown(figures, earlier) else ""
        lines.append(f"  {name:<24} {figure:>7.2f} M{before}{worse}")
    return "\n".join(lines)


def grown(figures: dict[str, float], earlier: dict[str, float]) -> list[str]:
    """Return the names of the requests that take more instructions than earlier, beyond the tolerance."""
    return [name for name, figure in figures.items() if figure > earlier.get(name, figure) * TOLERANCE]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file")
    parser.add_argument("--against", type=Path, metavar="FILE", help="compare with figures; fail if one is above")
    options = parser.parse_args()
    earlier = json.loads(options.against.read_text(encoding="utf-8")) if options.against else {}
    with tempfile.TemporaryDirectory(prefix="ipsfidelity-instructions-") as folder:
        figures = count(Path(folder))
    print(table(figures, earlier))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 1 if grown(figures, earlier) else 0


if __name__ == "__main__":
    sys.exit(main())
