"""The scripts of pages, which are collected in one file with all that they import."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from ipsfidelity.scripts import linked_scripts, whole_script

SCRIPTS = settings.BASE_DIR / "static" / "js"


def written(folder: Path, **modules: str) -> Path:
    """Write modules into a folder. Return the path of the first one."""
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text, encoding="utf-8")
    return folder / f"{next(iter(modules))}.js"


def test_a_script_has_what_it_imports_ahead_once_and_without_comments(tmp_path: Path) -> None:
    page = written(
        tmp_path,
        page='import { b } from "./b-part.js";\nimport { a } from "./a.js";\nimport "./c.js";\n\na(b); // gone\nb(`http://x // y`);\n',
        a="/** What it does. */\nexport function a() {}\n",
        **{"b-part": '// About b.\nimport { a } from "./a.js";\nconst of = a;\nexport const b = of;\n'},
        c="let of = 1;\nexport {};\n",
    )
    assert whole_script(page).splitlines() == [
        *("const $a = (() => {", "function a() {}", "return { a };", "})();"),
        *("const $b_part = (() => {", "const { a } = $a;", "const of = a;", "const b = of;", "return { b };", "})();"),
        *("(() => {", "let of = 1;", "})();"),
        *("(() => {", "const { b } = $b_part;", "const { a } = $a;", "a(b);", "b(`http://x // y`);", "})();"),
    ]


@pytest.mark.parametrize(
    "line", ["export default 1;", 'import * as b from "./b.js";', 'export * from "./b.js";', "a = `"]
)
def test_what_cannot_be_put_into_one_file_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"a.js has what cannot be put into one file: {line}")):
        whole_script(written(tmp_path, a=line, b="const b = 1;"))


def test_modules_that_import_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"b\.js and a\.js import each other"):
        whole_script(written(tmp_path, a='import "./b.js";\n', b='import "./a.js";\n'))


def test_every_module_belongs_to_a_script_that_a_template_links() -> None:
    linked = linked_scripts()
    imported = {file for path in SCRIPTS.glob("*.js") for file in re.findall(r'"\./(.+\.js)"', path.read_text())}
    assert {path.name for path in SCRIPTS.glob("*.js")} == imported | {name.removeprefix("js/") for name in linked}
    assert "js/scoring.js" in linked
