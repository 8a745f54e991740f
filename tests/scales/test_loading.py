"""Loading instruments: completely, once, and never over an edition that a review uses."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from scales.document import DocumentFaults
from scales.loading import EditionInUse, load
from scales.models import GuideEdition, ScaleEdition
from tests.builders import FIXTURES, SCALE, World, document_of
from tests.scales.pocket import pocket_guide, pocket_item, pocket_scale

pytestmark = pytest.mark.django_db
RELEASED = "09ad8e3bcfce2c93b6c7d204666b15c20c517d7bdd1f42c85ed7c41c37cf8b8d"


@pytest.fixture(autouse=True)
def _nothing_loaded(db: None) -> None:
    for model in (ScaleEdition, GuideEdition):
        model.objects.all().delete()


def test_loading_twice_changes_nothing() -> None:
    first, outcome = load(pocket_scale())
    again, outcome_again = load(pocket_scale())
    assert (outcome, outcome_again) == ("loaded", "unchanged")
    assert first == again
    assert ScaleEdition.objects.count() == 1


def test_an_edition_that_nobody_uses_may_be_altered() -> None:
    load(pocket_scale())
    edition, outcome = load(pocket_scale(title="Pocket scale, improved"))
    assert outcome == "altered"
    assert ScaleEdition.objects.get().scale.title == "Pocket scale, improved"
    assert edition.title == "Pocket scale, improved"


def test_an_edition_that_a_review_uses_is_never_altered(world: World) -> None:
    world.plan_review()
    changed = document_of(SCALE) | {"version": "2030"}
    with pytest.raises(EditionInUse, match="slug of its own"):
        load(changed)
    assert ScaleEdition.objects.get(slug="ips-25-nb").version == "07.01.2008"


def test_a_changed_document_can_be_loaded_under_a_slug_of_its_own(world: World) -> None:
    world.plan_review()
    load(document_of(SCALE) | {"version": "2030", "slug": "ips-25-nb-2"})
    assert ScaleEdition.objects.count() == 2


def test_an_edition_that_others_can_be_compared_with_is_loaded_in_either_order() -> None:
    old, new = pocket_scale(), pocket_scale(slug="pocket-2", comparable_with=["pocket"])
    for documents in ([old, new], [new, old]):
        ScaleEdition.objects.all().delete()
        assert [load(document)[1] for document in documents] == ["loaded", "loaded"]


OTHER_BANDS = [{"label": "fine", "min": 10, "max": 15}, {"label": "poor", "min": 3, "max": 9}]
OTHER_SECTIONS = [{"name": "All", "items": [pocket_item(1, 1), pocket_item(2, 2), pocket_item(3, 3)]}]
UNLIKE = [
    ({"instrument": "allotment"}, "comparable_with: pocket-2 and pocket have different instrument"),
    ({"bands": OTHER_BANDS}, "comparable_with: pocket-2 and pocket have different bands"),
    (
        {"sections": OTHER_SECTIONS},
        "comparable_with: pocket-2 and pocket have different numbers of the items in each section",
    ),
]


@pytest.mark.parametrize(("changes", "fault"), UNLIKE)
def test_editions_with_other_items_or_bands_are_not_comparable(changes: dict[str, Any], fault: str) -> None:
    old, new = pocket_scale(), pocket_scale(slug="pocket-2", comparable_with=["pocket"], **changes)
    load(old)
    with pytest.raises(DocumentFaults) as refused:
        load(new)
    assert refused.value.faults == (fault,)
    ScaleEdition.objects.all().delete()
    load(new)
    with pytest.raises(DocumentFaults, match="comparable_with: pocket and pocket-2 have different"):
        load(old)


REPLACEMENTS = [
    ({"language": "sv"}, "replaces: pocket-2 and pocket have different instruments or languages"),
    ({"instrument": "allotment"}, "replaces: pocket-2 and pocket have different instruments or languages"),
]


@pytest.mark.parametrize(("changes", "fault"), REPLACEMENTS)
def test_an_edition_replaces_only_one_of_its_instrument_and_language(changes: dict[str, Any], fault: str) -> None:
    load(pocket_scale())
    with pytest.raises(DocumentFaults) as refused:
        load(pocket_scale(slug="pocket-2", replaces=["pocket"], **changes))
    assert refused.value.faults == (fault,)


def test_two_editions_do_not_replace_each_other() -> None:
    load(pocket_scale(replaces=["pocket-2"]))
    with pytest.raises(DocumentFaults, match="replaces: pocket-2 and pocket replace each other"):
        load(pocket_scale(slug="pocket-2", replaces=["pocket"]))


def test_an_edition_that_another_one_replaces_is_last_and_not_current() -> None:
    load(pocket_scale(slug="a-first", title="A first scale"))
    load(pocket_scale(slug="pocket-3", version="3", replaces=["pocket-2", "pocket"]))
    load(pocket_scale())
    load(pocket_scale(slug="pocket-2", version="2", replaces=["pocket"]))
    slugs = [edition.slug for edition in ScaleEdition.objects.current_first()]
    assert slugs == ["a-first", "pocket-3", "pocket", "pocket-2"]
    assert [edition.slug for edition in ScaleEdition.objects.current()] == ["a-first", "pocket-3"]


def test_the_scale_of_version_0_2_0_stays_as_it_was_released() -> None:
    """Installations hold it under this slug: changes belong to an edition with a slug of its own."""
    assert hashlib.sha256(SCALE.read_bytes()).hexdigest() == RELEASED


def test_a_faulty_document_loads_nothing() -> None:
    with pytest.raises(DocumentFaults):
        load(pocket_scale(bands=[]))
    with pytest.raises(DocumentFaults):
        load({"kind": "recipe"})
    with pytest.raises(DocumentFaults):
        load({"kind": []})
    assert not ScaleEdition.objects.exists()


def test_the_command_loads_all_shipped_instruments(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_scales")
    call_command("load_scales")
    scales, guides = ({path.stem for path in (FIXTURES / folder).glob("*.json")} for folder in ("scales", "guides"))
    assert {edition.slug for edition in ScaleEdition.objects.all()} == scales
    assert {edition.slug for edition in GuideEdition.objects.all()} == guides
    assert capsys.readouterr().out.count("unchanged") == len(scales) + len(guides) > 1


def test_the_command_loads_another_document_by_path(tmp_path: Path) -> None:
    path = tmp_path / "guide.json"
    path.write_text(json.dumps(pocket_guide()))
    call_command("load_scales", str(path))
    assert GuideEdition.objects.get().guide.role == "gardener"


def test_the_command_names_every_fault_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "scale.json"
    path.write_text(json.dumps(pocket_scale(title="", sources=[])))
    with pytest.raises(CommandError, match=r"(?s)faults; nothing was loaded.*sources.*title") as refused:
        call_command("load_scales", str(path))
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe\x00", b'"scale"'])
def test_the_command_refuses_anything_but_a_json_object(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "scale.json"
    path.write_bytes(content)
    with pytest.raises(CommandError, match="nothing was loaded"):
        call_command("load_scales", str(path))


def test_several_documents_are_loaded_together_or_not_at_all(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(pocket_scale()))
    bad.write_text(json.dumps(pocket_guide(title="")))
    with pytest.raises(CommandError, match="nothing was loaded"):
        call_command("load_scales", str(good), str(bad))
    assert not ScaleEdition.objects.exists()
