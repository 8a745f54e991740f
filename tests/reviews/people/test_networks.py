"""Tasks of a coordinator: organisations, people, invitations and the evaluators of reviews."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from reviews.conduct.planning import NotIndependent
from reviews.models import AccessEvent, Invitation, Job, Membership, Organisation, Review, User
from reviews.people.invitations import invite
from reviews.queue.worker import run_due
from reviews.workflow import Kind, Role
from tests.builders import World, fresh, hand_over, member, post_transition, version_of
from tests.mail_servers import closed_port, smtp_at
from tests.reviews.conduct.test_changing_plans import form_of as plan_form
from tests.reviews.conduct.test_planning import form_of
from tests.reviews.people.test_people import is_in
from tests.work import working

pytestmark = pytest.mark.django_db
PASSWORD = "Sommerfugl-på-fjellet-7"


@pytest.fixture
def coordinator(world: World) -> Client:
    return world.client_of("coordinator")


def address(name: str, world: World, *more: object) -> str:
    return reverse(name, args=[world.network.code, *more])


def send_invitation(client: Client, world: World, **fields: object) -> str:
    """Send an invitation by the page; return the link in the mail."""
    given = {"name": "Kari Ny", "email": "kari@example.org", "role": "evaluator", "organisation": ""}
    with working():
        assert client.post(address("invite", world), given | fields).status_code == 200
    return next(word for word in mail.outbox[-1].body.split() if "/invitations/" in word)


def path_of(link: str) -> str:
    return link[link.index("/invitations/") :]


ACCEPT = "/invitations/"


def accept_by(client: Client, path: str, **sent: str) -> Any:
    """Open the link and send the form of the page to which it redirects."""
    client.get(path)
    return client.post(ACCEPT, sent)


# --- Invitations --------------------------------------------------------------------------


def test_an_invitation_creates_an_account_with_the_role(world: World, coordinator: Client) -> None:
    link = send_invitation(coordinator, world)
    assert mail.outbox[-1].to == ["kari@example.org"]
    guest = Client()
    assert "Coordinator" in guest.get(path_of(link), follow=True).content.decode()
    guest.post(ACCEPT, {"name": "Kari Nymoen", "password": PASSWORD})
    user = User.objects.get(email="kari@example.org")
    assert (user.name, user.check_password(PASSWORD)) == ("Kari Nymoen", True)
    assert [(m.network, m.role) for m in user.memberships.all()] == [(world.network, Role.EVALUATOR)]
    assert EmailAddress.objects.get(user=user).verified
    assert is_in(guest)


def test_an_invitation_is_in_the_inviters_language_and_the_account_in_that_of_its_page(
    world: World, coordinator: Client
) -> None:
    User.objects.filter(pk=world.coordinator.pk).update(language="fi")
    link = send_invitation(coordinator, world)
    with translation.override("fi"):
        assert mail.outbox[-1].subject == _("Invitation to IPS fidelity: %(network)s") % {"network": world.network}
    guest = Client(headers={"accept-language": "sv"})
    guest.get(path_of(link))
    guest.post(ACCEPT, {"name": "Kari Nymoen", "password": PASSWORD})
    assert User.objects.get(email="kari@example.org").language == "sv"


def test_the_link_of_an_invitation_works_once(world: World, coordinator: Client) -> None:
    link = path_of(send_invitation(coordinator, world))
    late = Client()
    late.get(link)
    accept_by(Client(), link, name="Kari", password=PASSWORD)
    answer = late.post(ACCEPT, {"name": "Ola", "password": PASSWORD})
    assert answer.status_code == 404
    assert Client().get(link).status_code == 404
    assert "brukt" in answer.content.decode()
    assert User.objects.filter(name="Ola").count() == 0


def test_an_invitation_expires_after_a_week(world: World, coordinator: Client) -> None:
    link = path_of(send_invitation(coordinator, world))
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(link).status_code == 404
    assert Invitation.objects.get().expires_at < timezone.now()


def test_an_invitation_can_be_withdrawn(world: World, coordinator: Client) -> None:
    link = path_of(send_invitation(coordinator, world))
    invitation = Invitation.objects.get()
    coordinator.post(address("withdraw_invitation", world, invitation.code))
    assert Client().get(link).status_code == 404


def test_the_secret_is_in_the_mail_and_on_the_inviters_page_only(world: World, coordinator: Client) -> None:
    link = path_of(send_invitation(coordinator, world))
    secret = link.split("/")[2]
    guest = Client()
    page = guest.get(link, follow=True)
    assert secret not in str(Invitation.objects.values().get())
    assert secret not in str(dict(guest.session))
    assert secret not in page.content.decode()
    assert secret not in page.request["PATH_INFO"]
    assert secret not in coordinator.get(address("network", world)).content.decode()


def test_a_person_with_an_account_accepts_while_signed_in(world: World, coordinator: Client) -> None:
    accounts = User.objects.count()
    link = path_of(send_invitation(coordinator, world, email="stranger@example.org"))
    assert accept_by(Client(), link, name="X", password=PASSWORD).status_code == 409
    assert accept_by(world.client_of("stranger"), link).status_code == 302
    assert world.stranger.memberships.filter(network=world.network, role=Role.EVALUATOR).exists()
    assert User.objects.count() == accounts


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "no address"},
        {"name": ""},
        {"role": "king"},
        {"role": "team_leader", "organisation": ""},
        {"name": "01019010046"},
    ],
)
def test_an_invalid_invitation_is_refused(world: World, coordinator: Client, fields: dict) -> None:
    given = {"name": "Kari", "email": "kari@example.org", "role": "evaluator", "organisation": ""}
    assert coordinator.post(address("invite", world), given | fields).status_code == 422
    assert mail.outbox == []


def test_an_organisation_of_another_network_cannot_be_named(world: World, coordinator: Client) -> None:
    given = {"name": "K", "email": "k@example.org", "role": "team_leader", "organisation": world.others.pk}
    assert coordinator.post(address("invite", world), given).status_code == 422


def test_a_weak_password_creates_no_account(world: World, coordinator: Client) -> None:
    link = path_of(send_invitation(coordinator, world))
    assert accept_by(Client(), link, name="Kari", password="password123").status_code == 422
    assert not User.objects.filter(email="kari@example.org").exists()


def link_on(page: Any) -> str:
    """Return the link that a page shows for copying."""
    return path_of(page.context["links"][0].url)


def test_while_the_mail_server_is_down_the_invitation_is_accepted_by_the_link_on_the_page(
    world: World, coordinator: Client, settings: Any
) -> None:
    settings.MAILERS = smtp_at(closed_port())
    given = {"name": "Kari", "email": "kari@example.org", "role": "evaluator", "organisation": ""}
    page = coordinator.post(address("invite", world), given)
    assert "på vei til kari@example.org" in page.content.decode()
    assert page.context["links"][0].url in page.content.decode()
    run_due()
    assert Job.objects.get().error == "ConnectionRefusedError"
    accept_by(Client(), link_on(page), name="Kari", password=PASSWORD)
    assert User.objects.get(email="kari@example.org").memberships.get().role == Role.EVALUATOR


@pytest.mark.parametrize("change", ["renew_invitation", "withdraw_invitation"])
def test_a_mail_with_a_link_that_opens_nothing_any_more_is_not_sent(
    world: World, coordinator: Client, change: str
) -> None:
    given = {"name": "Kari", "email": "kari@example.org", "role": "evaluator", "organisation": ""}
    coordinator.post(address("invite", world), given)
    coordinator.post(address(change, world, Invitation.objects.get().code), {"act": "link"})
    run_due()
    assert mail.outbox == []


def test_an_address_is_not_invited_twice_to_the_same_role(world: World, coordinator: Client) -> None:
    send_invitation(coordinator, world)
    given = {"name": "Kari Ny", "email": "KARI@example.org", "role": "evaluator", "organisation": ""}
    answer = coordinator.post(address("invite", world), given)
    assert answer.status_code == 422
    assert "Send heller den på nytt" in answer.content.decode()
    assert coordinator.post(address("invite", world), given | {"role": "coordinator"}).status_code == 200


@pytest.mark.parametrize(("act", "mails"), [("mail", 2), ("link", 1)])
def test_a_new_link_replaces_the_one_before_and_is_recorded(
    world: World, coordinator: Client, act: str, mails: int
) -> None:
    old = path_of(send_invitation(coordinator, world))
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert "utløpt" in coordinator.get(address("network", world)).content.decode()
    with working():
        page = coordinator.post(address("renew_invitation", world, Invitation.objects.get().code), {"act": act})
    assert len(mail.outbox) == mails
    assert Client().get(old).status_code == 404
    assert Client().get(link_on(page)).status_code == 302
    line = AccessEvent.objects.get(action="invitation_renewed")
    assert (line.by, line.network, line.page) == (world.coordinator, world.network, "evaluator")


def test_an_invitation_that_was_accepted_gets_no_new_link(world: World, coordinator: Client) -> None:
    accept_by(Client(), path_of(send_invitation(coordinator, world)), name="Kari", password=PASSWORD)
    answer = coordinator.post(address("renew_invitation", world, Invitation.objects.get().code), {"act": "link"})
    assert answer.status_code == 409
    assert not AccessEvent.objects.filter(action="invitation_renewed").exists()


def test_the_owner_of_an_address_learns_that_an_account_was_opened(
    world: World, coordinator: Client, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://ips.example.org"
    link = path_of(send_invitation(coordinator, world))
    with working():
        accept_by(Client(), link, name="Kari", password=PASSWORD)
    assert mail.outbox[-1].to == ["kari@example.org"]
    assert "Hvis det ikke var deg" in mail.outbox[-1].body
    assert "Kari" not in mail.outbox[-1].body


def test_an_administrator_invites_the_first_coordinator(world: World) -> None:
    link = send_invitation(world.client_of("admin"), world, role="coordinator")
    guest = Client()
    accept_by(guest, path_of(link), name="Ny Koordinator", password=PASSWORD)
    assert Membership.objects.get(user__email="kari@example.org").role == Role.COORDINATOR
    assert guest.get(reverse("home")).headers["Location"] == reverse("mfa_index")


def test_an_evaluator_is_invited_again_to_state_where_they_work(world: World, coordinator: Client) -> None:
    link = send_invitation(coordinator, world, email="evaluator@example.org", organisation=world.sister.pk)
    assert accept_by(world.client_of("evaluator"), path_of(link)).status_code == 302
    assert world.evaluator.memberships.get().organisation == world.sister


# --- Organisations ------------------------------------------------------------------------


def test_organisations_are_added_and_renamed(world: World, coordinator: Client) -> None:
    coordinator.post(address("new_organisation", world), {"name": "IPS Nyvik"})
    added = Organisation.objects.get(name="IPS Nyvik")
    assert added.network == world.network
    coordinator.post(address("rename_organisation", world, added.code), {"name": "IPS Nyvik og omland"})
    assert Organisation.objects.get(pk=added.pk).name == "IPS Nyvik og omland"
    assert [line.action for line in AccessEvent.objects.filter(organisation=added)] == [
        "organisation_renamed",
        "organisation_added",
    ]


@pytest.mark.parametrize("name", ["", "IPS Granlia", "x" * 151])
def test_a_name_that_is_missing_taken_or_too_long_is_refused(world: World, coordinator: Client, name: str) -> None:
    assert coordinator.post(address("new_organisation", world), {"name": name}).status_code == 422


def test_an_organisation_of_another_network_cannot_be_renamed(world: World, coordinator: Client) -> None:
    url = address("rename_organisation", world, world.others.code)
    assert coordinator.post(url, {"name": "Mine"}).status_code == 404


# --- Ending a membership ------------------------------------------------------------------


def test_ending_a_membership_takes_effect_at_once_sessions_included(world: World, coordinator: Client) -> None:
    review = world.score_review(4)
    client = Client()
    client.post("/accounts/login/", {"login": "colleague", "password": "colleague-pw"})
    assert client.get(review.get_absolute_url()).status_code == 200
    membership = world.colleague.memberships.get()
    page = address("person", world, world.colleague.code)
    assert review.get_absolute_url() in coordinator.get(page).content.decode()
    assert coordinator.post(page, {"end": membership.pk}).status_code == 302
    assert not is_in(client)
    client.post("/accounts/login/", {"login": "colleague", "password": "colleague-pw"})
    assert client.get(review.get_absolute_url()).status_code == 404
    line = AccessEvent.objects.get(action="membership_ended")
    assert (line.by, line.person, line.page) == (world.coordinator, world.colleague, "evaluator")


@pytest.mark.parametrize("end", ["", "x", "0", "²", "9" * 30])
def test_a_membership_that_does_not_exist_cannot_be_ended(world: World, coordinator: Client, end: str) -> None:
    coordinator.post(address("person", world, world.colleague.code), {"end": end})
    assert world.colleague.memberships.count() == 1


def test_a_membership_of_another_network_cannot_be_ended(world: World, coordinator: Client) -> None:
    elsewhere = world.stranger.memberships.get()
    coordinator.post(address("person", world, world.colleague.code), {"end": elsewhere.pk})
    assert coordinator.post(address("person", world, world.stranger.code), {"end": elsewhere.pk}).status_code == 404
    assert world.stranger.memberships.count() == 1


# --- Handing over -------------------------------------------------------------------------


def test_a_review_is_handed_to_another_evaluator_with_everything_in_it(
    world: World, coordinator: Client, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://ips.example.org"
    review = world.score_review(4, evaluators=[world.evaluator], by=world.coordinator)
    url = reverse("change_plan", args=[review.code])
    assert url in coordinator.get(reverse("person", args=[world.network.code, world.evaluator.code])).content.decode()
    sent = plan_form(review, evaluators=[world.colleague.pk])
    with working():
        assert coordinator.post(url, sent).status_code == 302
    assert sorted(mailed.to[0] for mailed in mail.outbox) == sorted([world.evaluator.email, world.colleague.email])
    assert review.events.filter(type="plan_changed").count() == 1
    assert list(review.evaluators.all()) == [world.colleague]
    assert world.client_of("evaluator").get(review.get_absolute_url()).status_code == 404
    form = world.client_of("colleague").get(reverse("item", args=[review.code, 4])).context["form"]
    assert form["value"].value() == 4
    assert version_of(review, 4) == 1
    history = coordinator.get(reverse("history", args=[review.code])).content.decode()
    assert "Evaluator" in history.split("<ol")[1]
    assert "Colleague" in history.split("<ol")[1]


def test_a_handover_on_an_old_page_is_refused_and_the_old_address_leads_to_the_plan(
    world: World, coordinator: Client
) -> None:
    review = world.score_review(4)
    url, sent = reverse("change_plan", args=[review.code]), plan_form(review, evaluators=[world.colleague.pk])
    hand_over(review, by=world.coordinator, evaluators=[world.evaluator])
    assert coordinator.post(url, sent).status_code == 409
    assert list(review.evaluators.all()) == [world.evaluator]
    former = reverse("evaluators", args=[review.code])
    assert coordinator.get(former)["Location"] == url
    assert coordinator.post(former).status_code == 405


def test_a_review_always_has_an_evaluator_and_never_a_stranger(world: World, coordinator: Client) -> None:
    review = world.score_review(4)
    url = reverse("change_plan", args=[review.code])
    for people in ([], [world.stranger.pk], [world.team_leader.pk], ["x"], ["9" * 30]):
        assert coordinator.post(url, plan_form(review, evaluators=people)).status_code == 422
    assert set(fresh(review).evaluators.all()) == {world.evaluator, world.colleague}


# --- Independence -------------------------------------------------------------------------


@pytest.fixture
def insider(world: World) -> User:
    """Return an evaluator of the network who works at the reviewed organisation."""
    return member("insider", Role.EVALUATOR, world.network, world.organisation)


@pytest.mark.parametrize(
    ("kind", "allowed"),
    [(Kind.INDEPENDENT, False), (Kind.PEER, False), (Kind.GUIDED_SELF, True), (Kind.SELF, True)],
)
def test_an_insider_reviews_only_as_a_self_assessment(
    world: World, insider: User, as_evaluator: Client, kind: str, allowed: bool
) -> None:
    sent = form_of(world) | {"kind": kind, "evaluators": [world.evaluator.pk, insider.pk]}
    answer = as_evaluator.post(reverse("new_review", args=[world.organisation.code]), sent)
    assert answer.status_code == (302 if allowed else 422)
    assert Review.objects.exists() is allowed
    if not allowed:
        assert "Insider" in answer.content.decode()
        assert "IPS Øyvær" in answer.content.decode()


def test_a_team_leader_who_is_an_evaluator_too_does_not_review_their_own(world: World, as_evaluator: Client) -> None:
    Membership.objects.create(user=world.team_leader, network=world.network, role=Role.EVALUATOR)
    sent = form_of(world) | {"evaluators": [world.team_leader.pk]}
    answer = as_evaluator.post(reverse("new_review", args=[world.organisation.code]), sent)
    assert answer.status_code == 422


def test_handing_over_respects_independence(world: World, insider: User, coordinator: Client) -> None:
    review = world.score_review(4)
    answer = coordinator.post(reverse("change_plan", args=[review.code]), plan_form(review, evaluators=[insider.pk]))
    assert answer.status_code == 422
    with pytest.raises(NotIndependent):
        hand_over(review, by=world.coordinator, evaluators=[insider])


def test_an_evaluator_who_became_an_insider_blocks_signing(world: World, as_evaluator: Client) -> None:
    review = world.draft_review(4)
    Membership.objects.filter(user=world.colleague).update(organisation=world.organisation)
    answer = post_transition(as_evaluator, review, "finalise", password="evaluator-pw")
    assert answer.status_code == 409
    assert "Colleague" in answer.content.decode()
    assert fresh(review).status == "draft"


def test_a_former_evaluator_who_leads_the_service_reads_only_as_its_leader(world: World) -> None:
    review = world.draft_review(4)
    membership = world.colleague.memberships.get()
    membership.role, membership.organisation = Role.TEAM_LEADER, world.organisation
    membership.save()
    client = world.client_of("colleague")
    assert client.get(review.get_absolute_url()).status_code == 200
    assert client.get(reverse("move", args=[review.code, "finalise"])).status_code == 403
    assert client.post(reverse("correct", args=[review.code]), {"comment": "x"}).status_code == 403
    assert "endret skåringen av et kriterium" not in client.get(reverse("history", args=[review.code])).content.decode()


def test_an_insider_may_review_another_organisation(world: World, insider: User, as_evaluator: Client) -> None:
    sent = form_of(world) | {"evaluators": [insider.pk]}
    assert as_evaluator.post(reverse("new_review", args=[world.sister.code]), sent).status_code == 302


def test_the_secret_of_an_invitation_is_long_enough_not_to_be_guessed(world: World) -> None:
    _invitation, secret = invite(
        network=world.network,
        by=world.coordinator,
        name="K",
        email="k@example.org",
        role=Role.EVALUATOR,
        organisation=None,
    )
    assert len(secret) >= 43
