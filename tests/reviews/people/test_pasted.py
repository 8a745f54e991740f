"""Pasted lists of organisations and of people: every line is read or refused with a reason, and none is lost."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from reviews.models import AccessEvent, Invitation, Organisation
from reviews.people.invitations import invite
from reviews.people.pasted_organisations import check_organisations
from reviews.people.pasted_people import check_people
from reviews.people.pasted_text import lines_of
from reviews.queue.worker import run_due
from reviews.workflow import Role
from tests.builders import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(world: World) -> Client:
    return world.client_of("coordinator")


def paste(client: Client, world: World, name: str, text: str, **fields: str) -> Any:
    """Paste a list, look at the preview, and press its button; return the last page."""
    url = reverse(name, args=[world.network.code])
    preview = client.post(url, {"lines": text} | fields).context["preview"]
    return client.post(url, {"lines": text, "seen": preview.seen} | fields)


def faults(world: World, text: str) -> dict[int, str]:
    return {line.number: line.fault for line in check_organisations(world.network, text) if line.fault}


# --- Lines --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("IPS Nyvik", ("IPS Nyvik",)),
        ("Kari\tkari@example.org\t\tevaluator", ("Kari", "kari@example.org", "evaluator")),
        ("Kari; kari@example.org", ("Kari", "kari@example.org")),
        ("Nymoen, Kari; kari@example.org", ("Nymoen, Kari", "kari@example.org")),
        ("Kari Nymoen <kari@example.org>", ("Kari Nymoen", "kari@example.org")),
        ("Kari Nymoen <kari@example.org>, evaluator", ("Kari Nymoen", "kari@example.org", "evaluator")),
    ],
)
def test_the_first_separator_that_a_line_holds_divides_it(line: str, cells: tuple[str, ...]) -> None:
    assert lines_of(line, "\t;,")[0].cells == cells


def test_blank_lines_count_in_the_numbers_of_lines() -> None:
    assert [line.number for line in lines_of("a\r\n\r\n  \nb\n", "\t")] == [1, 4]


# --- Organisations ------------------------------------------------------------------------


def test_a_pasted_list_is_shown_first_and_then_added(world: World, coordinator: Client) -> None:
    text = "IPS Nyvik\r\n\r\nIPS Fjellbygda\tPostboks 1\r\n"
    url = reverse("paste_organisations", args=[world.network.code])
    preview = coordinator.post(url, {"lines": text}).context["preview"]
    assert [(row.cells, row.unused, row.fault) for row in preview.rows] == [
        (("IPS Nyvik",), "", ""),
        (("IPS Fjellbygda",), "Postboks 1", ""),
    ]
    assert not Organisation.objects.filter(name="IPS Nyvik").exists()
    assert coordinator.post(url, {"lines": text, "seen": preview.seen}).status_code == 302
    added = Organisation.objects.filter(network=world.network, name__in=["IPS Nyvik", "IPS Fjellbygda"])
    assert added.count() == AccessEvent.objects.filter(action="organisation_added", by=world.coordinator).count() == 2


def test_each_faulty_line_has_its_reason(world: World) -> None:
    text = "ips øyvær\nIPS Nyvik\nIPS  NYVIK\n" + "x" * 151 + "\n01019010046\nIPS Nyvіk 2"  # the last with a Cyrillic і
    found = faults(world, text)
    assert found.keys() == {1, 3, 4, 5, 6}
    assert found[1] == "Nettverket har allerede «IPS Øyvær»."
    assert found[3] == "Linje 2 har allerede dette navnet."


def test_faulty_lines_stay_in_the_field_and_the_others_are_added(world: World, coordinator: Client) -> None:
    page = paste(coordinator, world, "paste_organisations", "IPS Granlia\tGata 1\nIPS Nyvik\n01019010046")
    assert Organisation.objects.filter(name="IPS Nyvik").count() == 1
    assert page.context["form"]["lines"].value() == "IPS Granlia\tGata 1\n01019010046"
    assert [row.number for row in page.context["preview"].rows] == ["1", "2"]
    assert "1 organisasjon ble lagt til." in page.content.decode()
    assert page.context["preview"].confirm == ""


def test_a_list_that_was_changed_after_the_preview_is_shown_first(world: World, coordinator: Client) -> None:
    url = reverse("paste_organisations", args=[world.network.code])
    preview = coordinator.post(url, {"lines": "IPS Nyvik"}).context["preview"]
    page = coordinator.post(url, {"lines": "IPS Nyvik\nIPS Annet", "seen": preview.seen})
    assert len(page.context["preview"].rows) == 2
    assert not Organisation.objects.filter(name="IPS Nyvik").exists()


def test_a_second_press_adds_nothing_twice(world: World, coordinator: Client) -> None:
    paste(coordinator, world, "paste_organisations", "IPS Nyvik")
    page = paste(coordinator, world, "paste_organisations", "IPS Nyvik")
    assert page.context["preview"].rows[0].fault == "Nettverket har allerede «IPS Nyvik»."
    assert Organisation.objects.filter(name="IPS Nyvik").count() == 1


@pytest.mark.parametrize(("name", "most"), [("paste_organisations", 500), ("paste_people", 50)])
def test_a_list_that_is_too_long_is_refused_whole(world: World, coordinator: Client, name: str, most: int) -> None:
    url = reverse(name, args=[world.network.code])
    lines = [f"IPS {number}; n{number}@example.org" for number in range(most + 1)]
    answer = coordinator.post(url, {"lines": "\n".join(lines), "role": "evaluator"})
    assert answer.status_code == 422
    assert f"høyst {most}" in answer.content.decode()
    assert coordinator.post(url, {"lines": "\n".join(lines[1:]), "role": "evaluator"}).status_code == 200


def test_the_name_of_a_joined_organisation_may_be_used_again(world: World) -> None:
    Organisation.objects.create(network=world.network, name="IPS Gammel")
    assert faults(world, "IPS Gammel").keys() == {1}
    assert faults(world, "IPS Lyngmo") == {}  # of another network


def test_a_list_takes_as_many_queries_for_one_line_as_for_many(
    world: World, coordinator: Client, django_assert_max_num_queries: Any
) -> None:
    url = reverse("paste_organisations", args=[world.network.code])
    with django_assert_max_num_queries(2 + 6) as preview:
        seen = coordinator.post(url, {"lines": "IPS Nyvik"}).context["preview"].seen
    with django_assert_max_num_queries(2 + 11) as adding:
        coordinator.post(url, {"lines": "IPS Nyvik", "seen": seen})
    lines = "\n".join(f"IPS {number}" for number in range(500))
    with django_assert_max_num_queries(len(preview)):
        seen = coordinator.post(url, {"lines": lines}).context["preview"].seen
    with django_assert_max_num_queries(len(adding) + 20):  # SQLite inserts fewer rows in a statement than PostgreSQL
        coordinator.post(url, {"lines": lines, "seen": seen})
    assert world.network.organisations.count() == 503


# --- People -------------------------------------------------------------------------------


def test_people_are_invited_by_a_pasted_list(world: World, coordinator: Client) -> None:
    text = "Kari Nymoen\tkari@example.org\nteamleder; Ola Li; ola@example.org; ips øyvær\nSamordnare, Åse, aase@example.org"
    page = paste(coordinator, world, "paste_people", text, role="evaluator")
    invited = Invitation.objects.order_by("pk").values_list("name", "email", "role", "organisation__name")
    assert list(invited) == [
        ("Kari Nymoen", "kari@example.org", "evaluator", None),
        ("Ola Li", "ola@example.org", "team_leader", "IPS Øyvær"),
        ("Åse", "aase@example.org", "coordinator", None),
    ]
    run_due()
    assert [message.to[0] for message in mail.outbox] == [email for _name, email, _role, _place in invited]
    assert all(link.url in page.content.decode() for link in page.context["links"])
    assert AccessEvent.objects.filter(action="invited").count() == 3


def test_each_line_without_a_usable_person_has_its_reason(world: World) -> None:
    invite(
        network=world.network,
        by=world.coordinator,
        name="Åse",
        email="aase@example.org",
        role=Role.EVALUATOR,
        organisation=None,
    )
    text = (
        "Kari Nymoen\nkari@example.org\nKari; kari@\nOla; ola@example.org; teamleder\n"
        "Eva; eva@example.org; koordinator; IPS Øyvær\nEvaluator; EVALUATOR@example.org; evaluator\n"
        "Åse; aase@example.org\nNy; ny@example.org; IPS Ukjent\nNy; NY@example.org"
    )
    lines = check_people(world.network, text, "evaluator")
    found = {line.number: line.fault for line in lines}
    assert found[1] == "Det er ingen e-postadresse på denne linjen."
    assert found[2] == "Det er ikke noe navn på denne linjen."
    assert "e-postadresse" in found[3]
    assert found[4] == "En teamleder trenger en organisasjon i nettverket på samme linje."
    assert found[5] == "En koordinator hører til nettverket, ikke til en organisasjon."
    assert found[7] == "Denne adressen har en åpen invitasjon til samme rolle. Send heller den på nytt."
    assert (found[8], lines[7].unused) == ("", "IPS Ukjent")
    assert found[9] == "Linje 8 inviterer denne adressen til samme rolle."
    assert found[6]


def test_lines_that_invite_nobody_are_shown_with_the_links_of_the_others(world: World, coordinator: Client) -> None:
    page = paste(coordinator, world, "paste_people", "Kari; kari@example.org\nbare tull", role="evaluator")
    assert [line.text for line in page.context["left"]] == ["bare tull"]
    assert "Det er ingen e-postadresse på denne linjen." in page.content.decode()
    assert len(page.context["links"]) == 1
