"""People in the browser: signing in and out, passkeys, providers, invitations and the tasks of a coordinator."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from reviews.models import Job, Review, User
from reviews.outbox import queue_mail
from reviews.queue.worker import run_due
from tests.browser.conftest import choose_in_menu, open_own_menu
from tests.builders import World, fresh
from tests.mail_servers import closed_port, mail_server, smtp_at
from tests.reviews.people.test_people import code_now

Window = Callable[..., Page]
PASSWORD = "Sommerfugl-på-fjellet-7"


@pytest.fixture(autouse=True)
def _no_attempts_before(site: str) -> None:
    cache.clear()


def sign_in(page: Page, name: str, password: str = "") -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Brukernavn").fill(name)
    page.get_by_label("Passord").fill(password or f"{name}-pw")
    page.keyboard.press("Enter")


def add_authenticator(page: Page) -> None:
    """Add a virtual authenticator that verifies its user, such as a laptop with a fingerprint reader."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_new_passkey_signs_its_owner_in_and_signs_a_review(world: World, window: Window) -> None:
    review = world.draft_review(4)
    page = window()
    sign_in(page, "evaluator")
    add_authenticator(page)
    open_own_menu(page).get_by_role("link", name="Kontoen din").click()
    page.get_by_role("link", name="Endre: Tofaktorinnlogging og adgangsnøkler").click()
    page.get_by_role("link", name="Legg til").click()
    page.get_by_label("Passord").fill("evaluator-pw")
    page.get_by_role("button", name="Bekreft").click()
    page.get_by_label("Navn").fill("Min PC")
    expect(page.get_by_role("checkbox")).to_be_checked()
    page.get_by_role("button", name="Legg til").click()
    page.wait_for_url("**/2fa/**")
    expect(page.get_by_text("gjenopprettingskoder").first).to_be_visible()
    assert Authenticator.objects.filter(user=world.evaluator, type="webauthn").exists()

    open_own_menu(page).get_by_role("button", name="Logg ut").click()
    page.get_by_role("button", name="adgangsnøkkel").click()
    expect(page.get_by_role("heading", name="venter på deg", level=1)).to_be_visible()

    page.goto(f"/reviews/{review.code}/moves/finalise/")
    page.get_by_role("link", name=re.compile("adgangsnøkkel", re.IGNORECASE)).click()
    page.get_by_role("button", name=re.compile("adgangsnøkkel", re.IGNORECASE)).click()
    expect(page.get_by_text("Du har nettopp bekreftet hvem du er")).to_be_visible()
    page.get_by_role("button", name="Signer og ferdigstill").click()
    expect(page.get_by_text("Signert av Evaluator")).to_be_visible()
    assert fresh(review).status == "final"


def test_a_coordinator_without_a_second_factor_sets_one_up_first(world: World, window: Window) -> None:
    Authenticator.objects.all().delete()
    page = window()
    sign_in(page, "coordinator")
    expect(page.get_by_text("Rollen din krever tofaktor")).to_be_visible()
    page.get_by_role("link", name="Vurderinger", exact=True).click()
    expect(page).to_have_url(re.compile("/accounts/2fa/$"))
    page.get_by_role("link", name="Aktiver").click()
    page.get_by_label("Passord").fill("coordinator-pw")
    page.get_by_role("button", name="Bekreft").click()
    secret = page.locator("#authenticator_secret").input_value()
    expect(page.get_by_label(re.compile("kode", re.IGNORECASE)).last).to_have_attribute("inputmode", "numeric")
    page.get_by_label(re.compile("kode", re.IGNORECASE)).last.fill(code_now(secret))
    page.get_by_role("button", name="Aktiver").click()
    expect(page.get_by_text("gjenopprettingskoder").first).to_be_visible()
    page.goto("/reviews/")
    expect(page.get_by_role("heading", name="Vurderinger")).to_be_visible()


def test_a_person_signs_in_with_the_countys_own_provider(world: World, window: Window, provider: str) -> None:
    """The content security policy must allow the form to redirect to the provider and back."""
    SocialAccount.objects.create(user=world.evaluator, provider="fylket", uid="subject-4711")
    page = window()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Fylket").click()
    page.wait_for_url(f"{provider}/**")
    page.get_by_role("textbox").first.fill("subject-4711")
    page.get_by_role("button", name=re.compile("authorize|allow|login|continue|sign", re.IGNORECASE)).first.click()
    expect(page.get_by_role("heading", name="venter på deg", level=1)).to_be_visible()


def test_an_administrator_sees_which_mails_wait_and_has_them_sent(world: World, window: Window, settings: Any) -> None:
    settings.MAILERS = smtp_at(closed_port())
    queue_mail("kari@example.org", "Emne", "Tekst")
    run_due()
    Job.objects.update(queued_at=timezone.now() - timedelta(minutes=10))
    page = window("admin")
    page.goto("/")
    expect(page.get_by_text("1 e-post har ventet siden")).to_be_visible()
    page.get_by_role("link", name="Kø").click()
    row = page.get_by_role("row", name="kari@example.org")
    expect(row).to_contain_text("Ingenting svarer der e-posttjeneren skulle være.")
    with mail_server() as server:
        settings.MAILERS = smtp_at(server.port)
        row.get_by_role("button", name="Prøv igjen").click()
        expect(page.get_by_role("status")).to_contain_text("1 jobb prøves igjen nå.")
        run_due()
    assert len(server.mails) == 1
    page.get_by_role("link", name="Kø").click()
    expect(page.get_by_text("Ingenting venter.")).to_be_visible()


def test_an_invitation_leads_from_the_coordinators_page_to_the_new_persons_first_review(
    world: World, window: Window
) -> None:
    page = window("coordinator")
    page.goto("/")
    page.get_by_role("link", name="Nettverk").click()
    page.get_by_role("link", name="Inviter en person").click()
    page.get_by_label("Navn").fill("Kari Nymoen")
    page.get_by_label("E-postadresse").fill("kari@example.org")
    page.get_by_label("Rolle").select_option("evaluator")
    page.get_by_role("button", name="Send invitasjon").click()
    expect(page.get_by_text("En e-post med denne lenken er på vei til kari@example.org.")).to_be_visible()
    run_due()
    page.get_by_role("link", name="Personer").first.click()
    expect(page.get_by_role("row", name="Kari Nymoen")).to_be_visible()

    link = next(word for word in mail.outbox[-1].body.split() if "/invitations/" in word)
    guest = window()
    guest.goto(link)
    expect(guest.get_by_text("Coordinator inviterer deg")).to_be_visible()
    guest.get_by_label("Passord").fill(PASSWORD)
    guest.get_by_role("button", name="Opprett konto").click()
    guest.get_by_role("link", name="Planlegg en vurdering").click()
    guest.get_by_label("Organisasjon").select_option("IPS Øyvær")
    expect(guest.get_by_role("checkbox", name="Kari Nymoen")).to_be_visible()
    page.reload()
    expect(page.get_by_role("row", name="Kari Nymoen")).to_contain_text("evaluator")
    assert User.objects.get(email="kari@example.org").memberships.count() == 1


def test_a_second_organisation_of_a_name_is_refused_and_a_search_finds_the_first(world: World, window: Window) -> None:
    page = window("coordinator")
    page.goto("/")
    for name in ("IPS Ålesund", "ips\u00a0A\u030aLESUND\u200b "):
        page.locator("#site-nav").get_by_role("link", name="Nettverk").click()
        page.get_by_role("link", name="Organisasjoner").last.click()
        page.get_by_role("link", name="Ny organisasjon").click()
        page.get_by_label("Navn").fill(name)
        page.get_by_role("button", name="Lagre").click()
    expect(
        page.get_by_text("Nettverket har allerede «IPS Ålesund», og ingen kan se forskjell på navnene.").last
    ).to_be_visible()
    page.get_by_role("link", name="Oversikt").click()
    page.get_by_label("Søk på navn").fill("alesund")
    page.get_by_role("button", name="Vis").click()
    expect(page.get_by_role("row", name="IPS Ålesund")).to_be_visible()
    expect(page.get_by_role("row", name="IPS Granlia")).to_have_count(0)
    assert world.network.organisations.filter(name_key="ips ålesund").count() == 1


def test_a_coordinator_ends_a_membership_and_hands_the_review_over(world: World, window: Window) -> None:
    review = world.score_review(4, evaluators=[world.colleague])
    leaving = window()
    sign_in(leaving, "colleague")
    expect(leaving.get_by_role("heading", name="venter på deg", level=1)).to_be_visible()
    leaving.goto(review.get_absolute_url())
    page = window("coordinator")
    page.goto("/networks/")
    page.get_by_role("link", name="Colleague").click()
    page.get_by_role("link", name="Bytt evaluator").click()
    page.get_by_label("Colleague").uncheck()
    page.get_by_label("Evaluator", exact=True).check()
    page.get_by_role("button", name="Lagre planen").click()
    expect(page.get_by_text("Evaluatorer")).to_be_visible()
    page.goto("/networks/")
    page.get_by_role("link", name="Colleague").click()
    page.get_by_text("avslutt medlemskapet …").click()
    page.get_by_role("button", name="Avslutt medlemskapet").click()
    expect(page.get_by_role("status")).to_contain_text("avsluttet")
    leaving.reload()
    expect(leaving.get_by_role("heading", name="Logg inn")).to_be_visible()
    assert list(review.evaluators.all()) == [world.evaluator]


def test_a_mistake_in_a_final_review_is_corrected_and_both_say_which_is_valid(world: World, window: Window) -> None:
    old = world.final_review(4)
    page = window("evaluator")
    page.goto(old.get_absolute_url())
    choose_in_menu(page, "Mer", "Rett en feil")
    page.get_by_label("Begrunnelse").fill("Kriterium 1 gjaldt et annet team.")
    page.get_by_role("button", name="Opprett rettelsen").click()
    expect(page.get_by_text("Den tidligere gjelder til")).to_be_visible()
    page.get_by_role("link", name="Størrelse på portefølje").click()
    page.get_by_role("radio", name="21 – 25 klienter").wait_for()
    page.wait_for_load_state()  # from here on the page handles keys
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("1")
    new = Review.objects.get(supersedes=old)
    page.goto(new.get_absolute_url())
    page.get_by_role("link", name="Del ut").click()
    page.get_by_label("Hvorfor dette mangler").fill("Notatene er på papir.")
    page.get_by_role("button", name="Del ut").click()
    page.get_by_role("link", name="Ferdigstill").click()
    page.get_by_label("Passordet ditt").fill("evaluator-pw")
    page.get_by_role("button", name="Signer og ferdigstill").click()
    expect(page.get_by_text("Signert av Evaluator")).to_be_visible()
    page.goto(old.get_absolute_url())
    expect(page.get_by_text("gjelder ikke lenger")).to_be_visible()
    leader = window("team_leader")
    leader.goto(new.get_absolute_url())
    expect(leader.get_by_text("Denne gjelder")).to_be_visible()
    assert (fresh(old).total, fresh(new).total) == (100, 97)


def test_a_team_leader_checks_a_pdf_reads_the_history_and_sees_who_has_read(
    world: World, window: Window, tmp_path: object
) -> None:
    review = world.final_review(4)
    page = window("team_leader")
    page.goto(review.get_absolute_url())
    pdf = page.request.get(f"/reviews/{review.code}/sheet.pdf").body()
    choose_in_menu(page, "Mer", "Kontroller en PDF")
    page.get_by_label("PDF-fil").set_input_files({"name": "ark.pdf", "mimeType": "application/pdf", "buffer": pdf})
    page.get_by_role("button", name="Kontroller").click()
    expect(page.get_by_role("status")).to_contain_text("Dette er den lagrede filen")
    page.get_by_label("PDF-fil").set_input_files(
        {"name": "ark.pdf", "mimeType": "application/pdf", "buffer": pdf + b" "}
    )
    page.get_by_role("button", name="Kontroller").click()
    expect(page.get_by_role("status")).to_contain_text("ikke den lagrede")
    page.goto(f"/reviews/{review.code}/history/")
    expect(page.get_by_role("listitem").filter(has_text="signerte og ferdigstilte")).to_be_visible()
    page.get_by_role("link", name="Hvem som har lest").click()
    expect(page.get_by_role("listitem").filter(has_text="Leader åpnet PDF-en")).to_be_visible()


def test_an_account_is_deleted_by_its_owner(world: World, window: Window) -> None:
    page = window()
    sign_in(page, "evaluator")
    open_own_menu(page).get_by_role("link", name="Kontoen din").click()
    page.get_by_role("link", name="Slett kontoen").click()
    page.get_by_label("Passordet ditt").fill("evaluator-pw")
    page.get_by_role("button", name="Slett kontoen").click()
    expect(page.get_by_role("heading", name="Logg inn")).to_be_visible()
    sign_in(page, "evaluator")
    expect(page.get_by_text("store og små bokstaver")).to_be_visible()
