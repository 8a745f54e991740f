"""The first steps from an empty installation to the first review, and what empty pages say."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviews.components.empty_pages import no_organisations, no_reviews
from reviews.components.network_tabs import network_tabs
from reviews.models import AccessEvent, Membership, Network, Organisation, Review, User
from reviews.people.first_steps import FirstSteps, first_steps_of
from reviews.people.invitations import invite
from reviews.workflow import Role
from tests.builders import World, member, person
from tests.mail_servers import closed_port, smtp_at

pytestmark = pytest.mark.django_db


def states(steps: FirstSteps | None) -> list[str]:
    return [step.state for step in steps.steps] if steps else []


def next_links(steps: FirstSteps | None) -> list[str]:
    return [link.url for step in steps.steps if step.state == "next" for link in step.links] if steps else []


@pytest.fixture
def admin(db: None) -> User:
    return person("admin", is_staff=True, is_superuser=True)


@pytest.fixture
def network(db: None) -> Network:
    return Network.objects.create(name="Nordfjella")


def invited(network: Network, by: User, role: Role) -> None:
    invite(network=network, by=by, name="Kari", email="kari@example.org", role=role, organisation=None)


def test_an_administrator_of_an_empty_installation_begins_with_a_network(admin: User) -> None:
    steps = first_steps_of(admin)
    assert states(steps) == ["next", "later", "later", "later", "later"]
    assert next_links(steps) == [reverse("new_network")]
    client = Client()
    client.force_login(admin)
    assert client.get(reverse("home")).headers["Location"] == reverse("mfa_index")


def test_the_home_of_an_empty_installation_leads_to_the_first_network(admin: User, settings: Any) -> None:
    settings.SECOND_FACTOR = "nobody"
    client = Client()
    client.force_login(admin)
    assert client.get(reverse("home")).headers["Location"] == reverse("new_network")
    answer = client.post(reverse("new_network"), {"name": "Nordfjella"})
    network = Network.objects.get()
    assert answer.headers["Location"] == f"{reverse('invite', args=[network.code])}?role=coordinator"
    assert client.get(answer.headers["Location"]).context["form"]["role"].value() == "coordinator"
    assert client.get(reverse("home")).status_code == 200
    assert AccessEvent.objects.get(action="network_added").network == network


def test_the_steps_of_an_administrator_end_with_the_coordinator(admin: User, network: Network) -> None:
    assert states(first_steps_of(admin)) == ["done", "next", "later", "later", "later"]
    invited(network, admin, Role.COORDINATOR)
    assert states(first_steps_of(admin)) == ["done", "waiting", "next", "later", "later"]
    member("coordinator", Role.COORDINATOR, network)
    assert first_steps_of(admin) is None


def test_the_steps_of_a_coordinator_end_with_the_first_review(world: World) -> None:
    new = Network.objects.create(name="Ny")
    Membership.objects.create(user=world.coordinator, network=new, role=Role.COORDINATOR)
    assert states(first_steps_of(world.coordinator, new)) == ["done", "done", "next", "later", "later"]
    organisation = Organisation.objects.create(network=new, name="IPS Ny")
    invited(new, world.coordinator, Role.EVALUATOR)
    assert states(first_steps_of(world.coordinator, new)) == ["done", "done", "done", "waiting", "next"]
    Membership.objects.create(user=world.evaluator, network=new, role=Role.EVALUATOR)
    assert states(first_steps_of(world.coordinator, new)) == ["done", "done", "done", "done", "next"]
    world.plan_review(organisation=organisation)
    assert first_steps_of(world.coordinator, new) is None


def test_a_step_that_is_not_the_readers_own_has_no_link(admin: User, network: Network) -> None:
    invited(network, admin, Role.COORDINATOR)
    Organisation.objects.create(network=network, name="IPS Øyvær")
    member("evaluator", Role.EVALUATOR, network)
    steps = first_steps_of(admin)
    assert states(steps) == ["done", "waiting", "done", "done", "later"]
    assert next_links(steps) == []


def test_others_have_no_first_steps_and_cost_no_query(world: World, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        for user in (world.evaluator, world.team_leader, world.stranger):
            user.coordinates_somewhere = False
            assert first_steps_of(user) is None


def test_the_steps_take_one_query(world: World, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert first_steps_of(world.coordinator)


def test_a_network_is_renamed_by_administrators_only(world: World) -> None:
    url = reverse("rename_network", args=[world.network.code])
    assert world.client_of("admin").post(url, {"name": "Lyngheim"}).status_code == 422
    assert world.client_of("admin").post(url, {"name": "Nordfjell"}).status_code == 302
    assert world.client_of("coordinator").post(url, {"name": "Mitt"}).status_code == 403
    assert Network.objects.get(pk=world.network.pk).name == "Nordfjell"
    assert AccessEvent.objects.get(action="network_renamed").by == world.admin


# --- Tabs and empty pages -----------------------------------------------------------------


def test_the_tabs_of_a_network_are_those_that_the_reader_may_open(world: World) -> None:
    for who in ("coordinator", "admin"):
        client = world.client_of(who)
        groups = network_tabs(world.network, getattr(world, who), "network")
        tabs = [page for group in groups for page in group.pages or [group]]
        assert [client.get(tab.url).status_code for tab in tabs] == [200] * len(tabs)
        assert [tab.is_current for tab in groups] == [True, *[False] * (len(groups) - 1)]
        assert [tab.is_current for tab in tabs] == [True, *[False] * (len(tabs) - 1)]
    assert len(network_tabs(world.network, world.admin, "")) < len(network_tabs(world.network, world.coordinator, ""))


@pytest.mark.parametrize(
    "name",
    [
        *("network", "network_organisations", "timeline", "rhythm", "notes_retention"),
        *("agreement", "newer_editions", "exports", "imports"),
    ],
)
def test_every_page_of_a_network_shows_its_tabs_and_marks_its_own(world: World, name: str) -> None:
    url = reverse(name, args=[world.network.code])
    page = world.client_of("coordinator").get(url)
    current = next(tab for tab in page.context["tabs"] if tab.is_current)
    assert [tab.url for tab in current.pages or [current] if tab.is_current] == [url]
    assert re.search(rf'<a href="{url}"\s+aria-current="page">', page.content.decode())


@pytest.mark.parametrize(
    ("who", "name", "action"),
    [
        ("coordinator", "reviews", "organisations"),
        ("evaluator", "reviews", "organisations"),
        ("team_leader", "reviews", ""),
        ("admin", "reviews", "networks"),
        ("admin", "organisations", "networks"),
        ("evaluator", "dates", "reviews"),
    ],
)
def test_an_empty_page_names_the_one_next_step_of_its_reader(world: World, who: str, name: str, action: str) -> None:
    page = world.client_of(who).get(reverse(name))
    empty = page.context["empty"]
    assert [link.url for link in empty.actions] == ([reverse(action)] if action else [])
    assert empty.title in page.content.decode()


def test_a_list_with_rows_or_filters_is_not_an_empty_page(world: World) -> None:
    client = world.client_of("evaluator")
    assert client.get(reverse("reviews"), {"kind": "self"}).context["empty"] is None
    world.plan_review()
    assert client.get(reverse("reviews")).context["empty"] is None
    assert client.get(reverse("organisations")).context["empty"] is None


def test_the_pages_of_a_new_network_lead_to_its_organisations(world: World) -> None:
    new = Network.objects.create(name="Ny")
    Membership.objects.create(user=world.coordinator, network=new, role=Role.COORDINATOR)
    client = world.client_of("coordinator")
    paste = reverse("paste_organisations", args=[new.code])
    assert client.get(reverse("imports", args=[new.code])).context["empty"].actions[0].url == paste
    assert client.get(reverse("exports", args=[new.code])).context["empty"].actions[0].url == reverse(
        "imports", args=[new.code]
    )
    url = reverse("network_organisations", args=[new.code])
    led, unled = client.get(url).context["page"], world.client_of("admin").get(url).context["page"]
    assert (next_links(led.steps)[0], led.empty.actions) == (paste, ())  # one next step, not two
    assert (unled.steps, unled.empty.actions[0].url) == (None, paste)
    Membership.objects.filter(user=world.coordinator).exclude(network=new).delete()
    assert no_organisations(world.coordinator).actions[0].url == paste
    assert no_reviews(world.coordinator).actions[0].url == paste
    assert not Review.objects.exists()


# --- The installation ---------------------------------------------------------------------


def test_the_page_of_the_installation_holds_no_secret(world: World, settings: Any) -> None:
    settings.MAILERS = smtp_at(25)
    settings.MAILERS["default"]["OPTIONS"] |= {"username": "ips", "password": "hemmelig-ord", "use_tls": True}
    text = world.client_of("admin").get(reverse("installation")).content.decode()
    assert "hemmelig-ord" not in text
    assert settings.SECRET_KEY not in text
    for shown in ("127.0.0.1:25", "MAIL_HOST, MAIL_PORT", "TLS", "SECOND_FACTOR", "PUBLIC_URL"):
        assert shown in text


def test_a_test_mail_goes_to_the_administrator(world: World, mailoutbox: list[Any]) -> None:
    answer = world.client_of("admin").post(reverse("test_mail"), follow=True)
    assert [message.to for message in mailoutbox] == [["admin@example.org"]]
    assert "admin@example.org" in answer.content.decode()


def test_a_test_mail_that_fails_names_reason_and_setting(world: World, settings: Any) -> None:
    settings.MAILERS = smtp_at(closed_port())
    answer = world.client_of("admin").post(reverse("test_mail"))
    assert answer.status_code == 502
    assert "Ingenting svarer der e-posttjeneren skulle være." in answer.content.decode()


def test_an_administrator_without_an_address_is_led_to_it(world: World) -> None:
    User.objects.filter(pk=world.admin.pk).update(email="")
    assert world.client_of("admin").post(reverse("test_mail")).headers["Location"] == reverse("account_email")
