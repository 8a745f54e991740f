"""Write the terms of docs/glossary.md in every language, from the catalogues: `python -m tests.glossary`.

A row of the table has the English text of the interface in the first column. A test compares the file with this.
"""

import os
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GLOSSARY = ROOT / "docs" / "glossary.md"
NAMES = {"nb": "bokmål", "nn": "nynorsk", "sv": "svenska", "fi": "suomi"}
HEAD, RULE = "English", "---"  # the first cells of the two lines above the terms


def uncapitalised(text: str) -> str:
    """Return a text with its first letter in lower case."""
    return text[:1].lower() + text[1:]


@cache
def translations(language: str) -> dict[str, set[str]]:
    """Return the translations of each text of the interface without a context, with first letters in lower case."""
    from ipsfidelity.catalogues import read_catalogue

    found: dict[str, set[str]] = {}
    for message in read_catalogue(language):
        if isinstance(message.id, str) and isinstance(message.string, str) and not message.context:
            found.setdefault(uncapitalised(message.id), set()).add(uncapitalised(message.string))
    return found


def translated(term: str) -> list[str]:
    """Return a term in each language. Raise ValueError if the interface does not have it, or has two."""
    terms = []
    for language in NAMES:
        found = translations(language).get(term, set())
        if len(found) != 1:
            raise ValueError(f"{term!r} is {sorted(found)} in {language}")
        terms += found
    return terms


def written(text: str) -> str:
    """Return the text of the glossary with the terms of the catalogues."""
    return "".join(f"{_line(line)}\n" for line in text.splitlines())


def _line(line: str) -> str:
    """Return a line. A row of a table with terms has more than three cells."""
    first, *others = (cell.strip() for cell in line.strip("|").split("|"))
    if not line.startswith("|") or len(others) < 3:
        return line
    if first == RULE:
        return f"|{'|'.join([RULE] * (len(NAMES) + 3))}|"
    terms = NAMES.values() if first == HEAD else translated(first)
    return f"| {' | '.join([first, *terms, *others[-2:]])} |"


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ipsfidelity.settings")
    os.environ.setdefault("DEBUG", "on")
    django.setup()
    GLOSSARY.write_text(written(GLOSSARY.read_text(encoding="utf-8")), encoding="utf-8")
