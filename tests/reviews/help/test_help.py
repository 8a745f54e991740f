"""The user guide: complete in every language, true to the interface's labels, and one click from each page."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils.translation import gettext, override
from PIL import Image

from ipsfidelity.frame import LABELS
from reviews.help.guide import PAGES
from reviews.help.keys import EVERYWHERE, PLACES
from reviews.help.page import HelpPage, Text
from reviews.help.places import PAGE_FOR_OTHERS, PAGE_OF, WITH_KEYS
from tests.builders import World, remark

FOLDER = Path(settings.BASE_DIR) / "static" / "help"
PICTURES = [page.picture for page in PAGES.values() if page.picture]
CODES = [code for code, _name in settings.LANGUAGES]
LONGEST = 250  # words
LARGEST, MOST = 60_000, 20  # bytes of a picture, pictures
QUOTED = re.compile("[“«”](.+?)[”»]")
LINK = re.compile(r'<a [^>]*href="([^"]+)"')


def texts_of(page: HelpPage) -> list[Text]:
    picture = [page.picture.text] if page.picture else []
    return [text for text in (page.title, page.about, *page.steps, page.then, *page.notes, *picture) if text]


def in_language(text: Text, code: str) -> str:
    with override(code):
        return str(text)


def quoted(text: Text, code: str) -> list[str]:
    return QUOTED.findall(in_language(text, code))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_is_short_in_every_language_and_shown_in_it(page: HelpPage, code: str) -> None:
    words = " ".join(in_language(text, code) for text in texts_of(page)).split()
    reader = Client()
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = code
    shown = reader.get(reverse("help_page", args=[page.slug]))
    assert 40 < len(words) <= LONGEST
    assert in_language(page.title, code) in shown.content.decode()
    assert f'<html lang="{code}">' in shown.content.decode()


@pytest.mark.parametrize("code", [code for code in CODES if code != "en"])
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_labels_are_named_as_the_interface_shows_them(page: HelpPage, code: str) -> None:
    for text in texts_of(page):
        with override(code):
            labels = [gettext(name) for name in quoted(text, "en")]
        assert sorted(quoted(text, code)) == sorted(labels)  # Finnish names the menu before what is in it
        assert in_language(text, code) != in_language(text, "en")


def test_a_page_for_each_role_and_for_everybody_leads_to_others(client: Client) -> None:
    listed = client.get(reverse("help"))
    assert [len(group.pages) > 0 for group in listed.context["groups"]] == [True] * 5
    assert {slug for slug in PAGES if reverse("help_page", args=[slug]) in listed.content.decode()} == set(PAGES)
    assert {other for page in PAGES.values() for other in page.see} <= set(PAGES)
    assert [slug for slug, page in PAGES.items() if not page.see or slug in page.see] == []


@pytest.mark.django_db
def test_every_link_of_the_guide_opens(world: World) -> None:
    evaluator = world.client_of("evaluator")
    found = {
        link.partition("#")[0]
        for url in (reverse("help"), reverse("help_keys"), *(reverse("help_page", args=[slug]) for slug in PAGES))
        for link in LINK.findall(evaluator.get(url).content.decode())
    }
    assert {link: status for link in found if (status := evaluator.get(link).status_code) != 200} == {}
    assert len(found) > len(PAGES)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "first"),
    [
        ("evaluator", "For evaluatorer"),
        ("team_leader", "For teamledere"),
        ("coordinator", "For koordinatorer"),
        ("admin", "For administratorer"),
        ("nobody", "For alle"),
    ],
)
def test_the_pages_for_ones_own_role_come_first(world: World, who: str, first: str) -> None:
    groups = world.client_of(who).get(reverse("help")).context["groups"]
    assert groups[0].title == first
    assert [group.is_own for group in groups] == [who != "nobody", *[False] * 4]


def test_each_page_of_the_menu_and_more_lead_to_a_page_that_exists() -> None:
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert {*PAGE_OF.values(), *PAGE_FOR_OTHERS.values()} == set(PAGES)
    assert set(PAGE_FOR_OTHERS) <= set(PAGE_OF) <= names
    assert set(LABELS) <= set(PAGE_OF)
    assert set(PAGE_OF) >= WITH_KEYS


@pytest.mark.django_db
def test_a_page_leads_to_its_part_of_the_guide_and_to_its_keys(world: World) -> None:
    review, evaluator = world.plan_review(), world.client_of("evaluator")
    for url, slug, at in (
        (reverse("item", args=[review.code, 4]), "scoring", "?at=item"),
        (review.get_absolute_url(), "course", ""),
        (reverse("reviews"), "reading-the-result", ""),
    ):
        page = evaluator.get(url).content.decode()
        assert f'href="{reverse("help_page", args=[slug])}"' in page
        assert f'href="{reverse("help_keys")}{at}"' in page
    assert f'href="{reverse("help")}"' in evaluator.get("/no-such-page/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "who", "slug"),
    [
        ("remarks", "evaluator", "remarks"),
        ("remarks", "team_leader", "checking-facts"),
        ("remark", "team_leader", "checking-facts"),
        ("plan_before", "evaluator", "preparing"),
        ("plan_before", "team_leader", "action-plan"),
        ("dates", "coordinator", "overview"),
        ("dates", "evaluator", "finding"),
        ("dates", "team_leader", "finding"),
        ("evidence", "evaluator", "scoring"),
        ("evidence", "team_leader", "reading-the-result"),
        ("instruments", "coordinator", "preparing"),
        ("instruments", "team_leader", "reading-the-result"),
    ],
)
def test_a_page_leads_to_the_part_for_the_readers_role(world: World, name: str, who: str, slug: str) -> None:
    review = world.asked_review()
    arguments: list[object] = [] if name in ("dates", "instruments") else [review.code]
    if name == "remark":
        arguments.append(remark(review, world.team_leader).code)
    page = world.client_of(who).get(reverse(name, args=arguments))
    assert page.status_code == 200
    assert f'href="{reverse("help_page", args=[slug])}"' in page.content.decode()


@pytest.mark.django_db
def test_the_scoring_page_leads_to_the_item_in_its_scale(world: World) -> None:
    review = world.plan_review()
    page = world.client_of("evaluator").get(reverse("item", args=[review.code, 4])).content.decode()
    target = f"{world.scale.get_absolute_url()}#item-4"
    assert f'href="{target}"' in page
    assert 'id="item-4"' in world.client_of("evaluator").get(target).content.decode()


def test_keys_of_a_page_come_first_with_those_of_every_page(client: Client) -> None:
    context: Any = client.get(reverse("help_keys"), {"at": "consensus"}).context
    assert [place.title for place in context["here"]] == ["Konsensus", EVERYWHERE.title]
    assert {*context["here"], *context["elsewhere"]} == {*PLACES, EVERYWHERE}
    unknown: Any = client.get(reverse("help_keys"), {"at": "nowhere"}).context
    assert unknown["here"] == (EVERYWHERE,)


def test_an_unknown_page_is_not_found(client: Client) -> None:
    assert client.get("/help/nothing/").status_code == 404


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_small_and_as_large_as_its_page_says(picture: Any) -> None:
    file = FOLDER / f"{picture.name}.webp"
    assert file.stat().st_size <= LARGEST
    with Image.open(file) as opened:
        assert opened.size == (picture.width, picture.height)


def test_there_are_few_pictures_and_none_without_a_page() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted({picture.name for picture in PICTURES})
    assert len(PICTURES) <= MOST


def test_pictures_of_the_readme_are_small() -> None:
    files = list((Path(settings.BASE_DIR) / "docs" / "images").glob("*.webp"))
    assert len(files) == 6
    assert [file.name for file in files if file.stat().st_size > LARGEST] == []
