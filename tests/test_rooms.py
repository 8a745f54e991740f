"""The stored picture of the rooms matches the code, and the script that draws it reads the code correctly."""

from graphlib import CycleError
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.rooms import BEGIN, END, ROOT, drawn, outputs, rooms_of

CODE = {
    "base/__init__.py": '"""Carry the rest.\n\nMore."""\n',
    "base/settings.py": "import house.attic\n",
    "house/__init__.py": '"""Hold the rooms."""\n',
    "house/models/__init__.py": "",
    "house/models/doors.py": "from base import locks\n",
    "house/urls.py": "from house.attic import views\n",
    "house/cellar/__init__.py": '"""Store things."""\n',
    "house/cellar/shelf.py": "import os\nfrom house.models.doors import Door\nfrom house.cellar import jars\n",
    "house/attic/__init__.py": "",
    "house/attic/views.py": "import base\n\ndef climb():\n    from house.cellar import shelf\n",
    "tests/__init__.py": "",
    "tests/test_house.py": "import house.attic\n",
}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for path, text in CODE.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_stored_picture_and_table_match_the_code() -> None:
    for path, text in outputs(ROOT).items():
        same = path.read_text(encoding="utf-8") == text
        assert same, f"{path.name}: the arrows between rooms have changed; if on purpose, run `python -m tests.rooms`"


def test_every_room_describes_itself_in_one_sentence() -> None:
    assert [room.package for room in rooms_of(ROOT) if not room.answers.endswith(".")] == []


def test_rooms_floors_and_arrows_are_derived_from_folders_and_imports(house: Path) -> None:
    assert [(room.package, room.floor, room.answers, room.asks) for room in rooms_of(house)] == [
        ("base", 0, "Carry the rest.", ()),
        ("house", 1, "Hold the rooms.", ("base",)),
        ("house.cellar", 2, "Store things.", ("house",)),
        ("house.attic", 3, "", ("base", "house.cellar")),
    ]


def test_circular_imports_between_rooms_are_refused(house: Path) -> None:
    (house / "house/cellar/lamp.py").write_text("from house.attic import views\n", encoding="utf-8")
    with pytest.raises(CycleError):
        rooms_of(house)


def test_an_arrow_that_others_imply_is_named_but_not_drawn(house: Path) -> None:
    assert drawn(rooms_of(house)) == [("house", "base"), ("house.cellar", "house"), ("house.attic", "house.cellar")]
    picture = ElementTree.fromstring(outputs(house)[house / "docs/images/rooms.svg"])
    namespace = {"": "http://www.w3.org/2000/svg"}
    assert len(picture.findall("path", namespace)) == 3
    assert [text.text for text in picture.findall("text", namespace)] == ["base", "house", "cellar", "attic"]
    assert "attic asks base, cellar; cellar asks house" in str(picture.findtext("desc", namespaces=namespace))


def test_the_table_replaces_what_is_between_the_markers_of_the_document(house: Path) -> None:
    document = house / "docs/architecture.md"
    document.parent.mkdir()
    document.write_text(f"# Before\n\n{BEGIN}\nold\n{END}\n\nAfter.\n", encoding="utf-8")
    text = outputs(house)[document]
    assert text.startswith(f"# Before\n\n{BEGIN}\n\n| Room |")
    assert "| `cellar` | Store things. | house |\n| `attic` |  | base, cellar |\n" in text
    assert text.endswith(f"\n\n{END}\n\nAfter.\n")
    document.write_text(text, encoding="utf-8")
    assert outputs(house)[document] == text


def test_a_document_without_both_markers_stays_as_it_is(house: Path) -> None:
    document = house / "docs/architecture.md"
    document.parent.mkdir()
    document.write_text(f"# Before\n\n{BEGIN}\n\nAfter.\n", encoding="utf-8")
    assert outputs(house)[document] == document.read_text(encoding="utf-8")
