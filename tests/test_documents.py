"""The documents render without faults on a forge, and the tests that the security page names exist."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from tests.forge import faults_of

ROOT = settings.BASE_DIR
NAMED = re.compile(r"`(?:tests/)?([\w/]+\.py)(?:::(\w+)(…?))?`")  # the name may be cut
ACCESSIBILITY = (ROOT / "docs" / "accessibility.md").read_text(encoding="utf-8")
SECURITY = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
PROMISES = sorted(set(NAMED.findall(SECURITY)))
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / ".github").rglob("*.md")])


# The criteria of WCAG 2.2 on levels A and AA, and 4.1.1 of WCAG 2.1: how many each guideline has.
CRITERIA = {
    "1.1": [1],
    "1.2": [1, 2, 3, 4, 5],
    "1.3": [1, 2, 3, 4, 5],
    "1.4": [1, 2, 3, 4, 5, 10, 11, 12, 13],
    "2.1": [1, 2, 4],
    "2.2": [1, 2],
    "2.3": [1],
    "2.4": [1, 2, 3, 4, 5, 6, 7, 11],
    "2.5": [1, 2, 3, 4, 7, 8],
    "3.1": [1, 2],
    "3.2": [1, 2, 3, 4, 6],
    "3.3": [1, 2, 3, 4, 7, 8],
    "4.1": [1, 2, 3],
}


@pytest.mark.parametrize(("file", "name", "cut"), sorted({*PROMISES, *NAMED.findall(ACCESSIBILITY)}))
def test_every_test_that_a_page_of_promises_names_exists(file: str, name: str, cut: str) -> None:
    found = [path for path in (ROOT / "tests").rglob("*.py") if path.as_posix().endswith(f"/{file}")]
    assert found, file
    defined = f"def {name}" if cut else f"def {name}("
    assert not name or any(defined in path.read_text(encoding="utf-8") for path in found), name


def test_every_guarantee_on_the_security_page_names_a_test() -> None:
    rows = [
        line for line in SECURITY.splitlines() if line.startswith("| ") and not line.startswith(("| ASVS", "| Found"))
    ]
    assert len(rows) > 80
    assert [row for row in rows if not NAMED.search(row)] == []


def test_the_pages_of_promises_name_many_tests() -> None:
    assert len(PROMISES) > 30
    assert len(set(NAMED.findall(ACCESSIBILITY))) > 30


def test_the_page_on_accessibility_has_every_criterion_once() -> None:
    rows = re.findall(r"(?m)^\| ([1-4]\.\d\.\d+) ", ACCESSIBILITY)
    assert rows == [f"{guideline}.{number}" for guideline, numbers in CRITERIA.items() for number in numbers]
    of_norway = set(rows) - {"1.2.3", "1.2.4", "1.2.5", *re.findall(r"(?m)^\| ([\d.]+) [^|]* \(2\.2\) ", ACCESSIBILITY)}
    assert len(of_norway) == 47


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_has_no_broken_table_dead_link_or_mute_picture(document: Path) -> None:
    assert faults_of(document, ROOT) == []


def test_all_documents_are_checked() -> None:
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "security.md"} <= {path.name for path in DOCUMENTS}


WHOLE = """# The scale: what it is

| Head | Other |
|---|---|
| one | `a \\| b` |

## Twice
## Twice

[this page](#the-scale-what-it-is), [again](page.md#twice-1), [below](sub/other.md#up), [root](/page.md), [folder](sub),
[elsewhere](https://example.org/nowhere#x), `not[a][link]`, ![A dot](dot.png)
"""


def faults_in(folder: Path, text: str) -> list[str]:
    """Return the faults of a page next to a picture, with another page in a folder below."""
    page, other = folder / "page.md", folder / "sub" / "other.md"
    other.parent.mkdir()
    other.write_text("# Up\n", encoding="utf-8")
    (folder / "dot.png").write_bytes(b"")
    page.write_text(text, encoding="utf-8")
    return faults_of(page, folder)


def test_a_valid_page_has_no_fault(tmp_path: Path) -> None:
    assert faults_in(tmp_path, WHOLE) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Before.\n\n|---|---|\n| one | two |\n", "line 3: a table that does not render"),
        ("- item\n  | one | two |\n", "line 1: a table that does not render"),
        ("| Head | Other |\n|---|\n| one | two |\n", "line 1: a table that does not render"),
        ("Head | Other\n--- | --- | ---\none | two\n", "line 1: a table that does not render"),
        ("| Head | Other |\n|---|---|\n| one | two |\n| one |\n", "line 4: 1 cells below 2 heads"),
        ("| Head | Other |\n|---|---|\n| one | `a | b` |\n", "line 3: 3 cells below 2 heads"),
        ("[gone](gone.md)\n", "dead link: gone.md"),
        ("[out](../../etc)\n", "dead link: ../../etc"),
        ("[empty]()\n", "dead link: "),
        ("# Here\n\n[there](#there)\n", "dead link: #there"),
        ("[there](sub/other.md#down)\n", "dead link: sub/other.md#down"),
        ("[there][nowhere]\n", "dead link: [there][nowhere]"),
        ('<a href="gone.md">gone</a>\n', "dead link: gone.md"),
        ("![A dot](dots.png)\n", "missing picture: dots.png"),
        ("![](dot.png)\n", "picture without text: dot.png"),
        ('<img src="dot.png">\n', "picture without text: dot.png"),
    ],
)
def test_each_fault_that_a_reader_would_notice_is_reported(tmp_path: Path, text: str, fault: str) -> None:
    assert faults_in(tmp_path, text) == [fault]


def test_what_the_owner_has_to_fill_in_is_named_and_stops_a_release(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / ".github").mkdir()
    (tmp_path / "README.md").write_text("# Read me\n", encoding="utf-8")
    script = shutil.copy(ROOT / ".ci" / "placeholders", tmp_path / ".ci")

    def look(*options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([script, *options], capture_output=True, text=True, check=False)

    page = tmp_path / ".github" / "SECURITY.md"
    page.write_text("Write to:\n\n> OWNER: a mailbox\n", encoding="utf-8")
    assert ".github/SECURITY.md:3:> OWNER: a mailbox" in look().stdout
    assert (look().returncode, look("--strict").returncode) == (0, 1)
    page.write_text("Write to:\n\n> security@example.org\n", encoding="utf-8")
    assert (look("--strict").stdout, look("--strict").returncode) == ("", 0)
