"""Who sees what: every address, as every member of the cast. An address that is not here fails."""

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from reviews.models import Review
from scales.models import GuideEdition
from tests.builders import World

pytestmark = pytest.mark.django_db

CAST = ("nobody", "evaluator", "colleague", "coordinator", "team_leader", "other_leader", "stranger", "admin")
# The evaluators take part in the reviews; `colleague` in the open one only.
# 302 for nobody leads to the sign-in page; 404 says "may not know", 403 "may not act".
OPEN = (302, 200, 200, 200, 404, 404, 404, 404)
OPEN_TO_SCORE = (302, 200, 200, 403, 404, 404, 404, 404)
FINAL = (302, 200, 404, 200, 200, 404, 404, 404)
CLOSED = (302, 409, 404, 403, 403, 404, 404, 404)
EVERYONE = (302, 200, 200, 200, 200, 200, 200, 200)

TABLE: dict[tuple[str, str], tuple[int, ...]] = {
    # address, which thing it is about: status for GET, by CAST
    ("home", ""): EVERYONE,
    ("reviews", ""): EVERYONE,
    ("organisations", ""): EVERYONE,
    ("instruments", ""): EVERYONE,
    ("scale", "scale"): EVERYONE,
    ("guide", "guide"): EVERYONE,
    ("organisation", "organisation"): (302, 200, 200, 200, 200, 404, 404, 404),
    ("new_review", "organisation"): (302, 200, 200, 200, 403, 404, 404, 404),
    ("review", "open"): OPEN,
    ("item", "open"): OPEN_TO_SCORE,
    ("entry", "open"): OPEN_TO_SCORE,
    ("finalise", "open"): OPEN_TO_SCORE,
    ("sheet", "open"): OPEN,
    ("sheet_pdf", "open"): OPEN,
    ("sheet_json", "open"): OPEN,
    ("review", "final"): FINAL,
    ("item", "final"): CLOSED,
    ("entry", "final"): CLOSED,
    ("finalise", "final"): CLOSED,
    ("sheet", "final"): FINAL,
    ("sheet_pdf", "final"): FINAL,
    ("sheet_json", "final"): FINAL,
    ("login", ""): (200, 302, 302, 302, 302, 302, 302, 302),
    ("logout", ""): (302, 405, 405, 405, 405, 405, 405, 405),
    ("password_change", ""): EVERYONE,
    ("language", ""): (405,) * 8,
    ("livez", ""): (200,) * 8,
    ("readyz", ""): (200,) * 8,
    ("admin:index", ""): (302, 302, 302, 302, 302, 302, 302, 200),
    ("admin:reviews_user_changelist", ""): (302, 302, 302, 302, 302, 302, 302, 200),
    ("admin:reviews_network_changelist", ""): (302, 302, 302, 302, 302, 302, 302, 200),
    ("admin:reviews_organisation_changelist", ""): (302, 302, 302, 302, 302, 302, 302, 200),
    ("admin:reviews_membership_changelist", ""): (302, 302, 302, 302, 302, 302, 302, 200),
}
POSTS: dict[tuple[str, str], tuple[int, ...]] = {
    # the same for an empty POST: 422 where a person may write but sends nothing
    ("new_review", "organisation"): (302, 422, 422, 422, 403, 404, 404, 404),
    ("item", "open"): (302, 422, 422, 403, 404, 404, 404, 404),
    ("entry", "open"): (302, 422, 422, 403, 404, 404, 404, 404),
    ("finalise", "open"): (302, 409, 409, 403, 404, 404, 404, 404),
    ("item", "final"): CLOSED,
    ("entry", "final"): CLOSED,
    ("finalise", "final"): CLOSED,
}


@pytest.fixture
def things(world: World) -> dict[str, Review | object]:
    return {
        "open": world.score_review(4),
        "final": world.final_review(4, evaluators=[world.evaluator]),
        "organisation": world.organisation,
        "scale": world.scale,
        "guide": GuideEdition.objects.get(),
    }


def address_of(name: str, thing: object) -> str:
    if isinstance(thing, Review):
        return reverse(name, args=[thing.code, 4] if name == "item" else [thing.code])
    return reverse(name, args=[getattr(thing, "code", None) or getattr(thing, "slug", None)] if thing else [])


@pytest.mark.parametrize("who", CAST)
def test_every_address_answers_each_person_as_the_table_says(world: World, things: dict[str, object], who: str) -> None:
    client = world.client_of(who)
    got = {key: client.get(address_of(key[0], things.get(key[1]))).status_code for key in TABLE}
    assert got == {key: statuses[CAST.index(who)] for key, statuses in TABLE.items()}


@pytest.mark.parametrize("who", CAST)
def test_every_write_answers_each_person_as_the_table_says(world: World, things: dict[str, object], who: str) -> None:
    client = world.client_of(who)
    got = {key: client.post(address_of(key[0], things.get(key[1])), {}).status_code for key in POSTS}
    assert got == {key: statuses[CAST.index(who)] for key, statuses in POSTS.items()}


def names_in(patterns: list[URLPattern | URLResolver], prefix: str = "") -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            namespace = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found |= names_in(pattern.url_patterns, namespace)
        else:
            found.add(f"{prefix}{pattern.name}")
    return found


def test_every_address_of_the_program_is_in_the_table() -> None:
    ours = {name for name in names_in(get_resolver().url_patterns) if not name.startswith("admin:")}
    assert ours == {name for name, _ in TABLE if not name.startswith("admin:")}


def test_every_model_of_the_admin_is_in_the_table_and_no_review_is_among_them() -> None:
    registered = {
        f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist" for model in admin.site._registry
    }
    assert registered == {name for name, _ in TABLE if name.startswith("admin:reviews")}


def test_only_reading_methods_are_open_on_pages_that_only_read(world: World, things: dict[str, object]) -> None:
    client = world.client_of("evaluator")
    for name, thing in TABLE.keys() - POSTS.keys():
        if name.startswith("admin:") or name in ("login", "logout", "language", "password_change"):
            continue
        answer = client.post(address_of(name, things.get(thing)))
        assert answer.status_code == 405, name
        assert "Ingenting ble endret" in answer.content.decode()


def test_the_sign_in_page_keeps_where_one_wanted_to_go(world: World, things: dict[str, object]) -> None:
    url = address_of("sheet", things["open"])
    assert Client().get(url).headers["Location"] == f"{reverse('login')}?next={url}"


def test_a_membership_that_ends_closes_the_door_at_once(world: World, things: dict[str, object]) -> None:
    client = world.client_of("evaluator")
    url = address_of("review", things["open"])
    assert client.get(url).status_code == 200
    world.evaluator.memberships.all().delete()
    assert client.get(url).status_code == 404


def test_lists_hold_only_what_one_may_know(world: World, things: dict[str, object]) -> None:
    shown = {
        who: [row.review for row in world.client_of(who).get(reverse("reviews")).context["page"].rows]
        for who in CAST
        if who != "nobody"
    }
    both, final, opened = [things["final"], things["open"]], [things["final"]], [things["open"]]
    assert shown == {
        "evaluator": both,
        "colleague": opened,
        "coordinator": both,
        "team_leader": final,
        "other_leader": [],
        "stranger": [],
        "admin": [],
    }


def test_signed_in_pages_stay_in_no_cache(world: World) -> None:
    assert "no-store" in world.client_of("evaluator").get(reverse("home")).headers["Cache-Control"]


def test_every_page_carries_the_policy_that_forbids_inline_code(world: World, things: dict[str, object]) -> None:
    for name, thing in (("home", ""), ("item", "open"), ("login", "")):
        policy = world.client_of("evaluator" if thing or name == "home" else "nobody").get(
            address_of(name, things.get(thing))
        )
        assert policy.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
        assert "unsafe" not in policy.headers["Content-Security-Policy"]


def test_the_cookies_of_an_installation_are_sent_over_https_only() -> None:
    assert settings.SESSION_COOKIE_SECURE
    assert settings.CSRF_COOKIE_SECURE
