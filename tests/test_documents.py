"""Documents that promise tests name tests that exist."""

import re

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
NAMED = re.compile(r"`(?:tests/)?([\w/]+\.py)(?:::(\w+)…?)?`")
PROMISES = sorted(set(NAMED.findall((ROOT / "docs" / "security.md").read_text(encoding="utf-8"))))


@pytest.mark.parametrize(("file", "name"), PROMISES)
def test_every_test_that_the_security_page_names_exists(file: str, name: str) -> None:
    found = [path for path in (ROOT / "tests").rglob("*.py") if path.as_posix().endswith(f"/{file}")]
    assert found, file
    assert not name or any(f"def {name}" in path.read_text(encoding="utf-8") for path in found), name


def test_the_security_page_names_many_tests() -> None:
    assert len(PROMISES) > 30
