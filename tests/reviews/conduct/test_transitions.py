"""The transitions of a review: who can make which one when, what signing requires, and what it freezes."""

import hashlib
from datetime import UTC, datetime

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from reviews.conduct.correction import open_correction
from reviews.models import FinalRecord, Review, ReviewEvent
from reviews.records import chain
from reviews.sheets.as_json import as_json
from reviews.sheets.sheet import sheet_of
from reviews.workflow import OPEN, TRANSITIONS, Actor, Method, Status, allowed_transitions
from tests.builders import NO_CHECK, NO_EVIDENCE, World, fresh, post_transition, save

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]
PASSWORD = "evaluator-pw"


def url_of(review: Review, name: str) -> str:
    return reverse("move", args=[review.code, name])


def version_on_page(client: Client, review: Review, name: str) -> str:
    return client.get(url_of(review, name)).context["seen"]


def test_the_table_leads_from_planned_to_final_and_back_only_by_sending_back() -> None:
    assert {(move.name, tuple(sorted(move.sources)), move.target) for move in TRANSITIONS} == {
        ("start", (Status.PLANNED,), Status.SCORING),
        ("rate", (Status.PLANNED,), Status.RATING),
        ("compare", (Status.RATING,), Status.CONSENSUS),
        ("draft", (Status.CONSENSUS, Status.SCORING), Status.DRAFT),
        ("reopen", (Status.DRAFT,), Status.SCORING),
        ("discuss", (Status.DRAFT,), Status.CONSENSUS),
        ("finalise", (Status.DRAFT,), Status.FINAL),
        ("supersede", (Status.FINAL,), Status.SUPERSEDED),
        ("import", (Status.PLANNED,), Status.FINAL),
        ("cancel", tuple(sorted(OPEN)), Status.CANCELLED),
        ("withdraw", tuple(sorted(OPEN)), Status.CANCELLED),
    }


def test_no_transition_leaves_a_superseded_review_and_a_coordinator_cannot_sign() -> None:
    everyone = frozenset(Actor)
    coordinator, evaluator = frozenset({Actor.COORDINATOR}), frozenset({Actor.EVALUATOR})
    for method, back in ((Method.TOGETHER, "reopen"), (Method.APART, "discuss")):
        assert allowed_transitions(Status.SUPERSEDED, method, everyone) == ()
        assert [move.name for move in allowed_transitions(Status.DRAFT, method, coordinator)] == [back]
        assert [move.name for move in allowed_transitions(Status.DRAFT, method, evaluator)] == ["finalise", back]


def test_the_page_shows_the_transitions_that_the_reader_can_make(world: World) -> None:
    review = world.draft_review(4)
    for who, steps in (("evaluator", ["reopen", "finalise"]), ("coordinator", ["reopen"]), ("team_leader", [])):
        page = world.client_of(who).get(review.get_absolute_url()).content.decode()
        assert [name for name in ("draft", "reopen", "finalise") if url_of(review, name) in page] == steps


def test_a_draft_report_is_handed_out_and_the_service_reads_it(world: World, as_evaluator: Client) -> None:
    review = world.score_review(4)
    leader = world.client_of("team_leader")
    assert leader.get(review.get_absolute_url()).status_code == 404
    assert post_transition(as_evaluator, review, "draft").status_code == 302
    assert fresh(review).status == "draft"
    assert leader.get(review.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("first", range(len(settings.LANGUAGES)))
def test_every_transition_works_in_every_language(world: World, first: int) -> None:
    """One process serves all languages, so a value cached in one language must be valid in the others."""
    languages = [code for code, _name in settings.LANGUAGES]
    client = world.client_of("evaluator")
    for language in languages[first:] + languages[:first]:
        client.post(reverse("language"), {"language": language})
        review = world.score_review(4)
        for name, fields in (
            ("draft", {}),
            ("reopen", {"comment": "Tallet var fra i fjor."}),
            ("draft", {}),
            ("finalise", {"password": PASSWORD}),
        ):
            assert post_transition(client, review, name, **fields).status_code == 302, (language, name)
        new = correct(client, review)
        post_transition(client, new, "draft")
        assert post_transition(client, new, "finalise", password=PASSWORD).status_code == 302
        assert fresh(review).status == "superseded"


def test_24_scores_are_not_enough(world: World, as_evaluator: Client) -> None:
    review = world.score_review(dict.fromkeys(range(1, 25), 4))
    answer = post_transition(as_evaluator, review, "draft")
    assert answer.status_code == 422
    assert "1 kriterium" in answer.content.decode()
    assert reverse("item", args=[review.code, 25]) in answer.content.decode()
    assert fresh(review).status == "scoring"


def test_sending_back_needs_a_reason_which_stays_in_the_history(world: World) -> None:
    review = world.draft_review(4)
    client = world.client_of("coordinator")
    assert post_transition(client, review, "reopen", comment="  ").status_code == 422
    assert post_transition(client, review, "reopen", comment="Tallet på kriterium 1 er fra i fjor.").status_code == 302
    assert fresh(review).status == "scoring"
    assert "Tallet på kriterium 1 er fra i fjor." in client.get(reverse("history", args=[review.code])).content.decode()


def test_signing_says_what_is_signed_and_asks_for_the_password(world: World, as_evaluator: Client) -> None:
    page = as_evaluator.get(url_of(world.draft_review(4), "finalise")).content.decode()
    statement = page.split('class="statement">')[1].split("</p>")[0]
    for part in ("Evaluator", "IPS Øyvær", "10.–11. mars 2026", "100", "god kvalitet", "07.01.2008", "Colleague"):
        assert part in statement
    assert 'type="password"' in page


def test_signing_freezes_total_band_names_and_who(world: World, as_evaluator: Client) -> None:
    review = world.draft_review(4)
    assert post_transition(as_evaluator, review, "finalise", password=PASSWORD).status_code == 302
    review = fresh(review)
    assert (review.status, review.total, review.band) == ("final", 100, "god kvalitet")
    assert review.finalised_by == world.evaluator
    assert ReviewEvent.objects.filter(review=review).last().type == "finalised"


@pytest.mark.parametrize("password", ["", "wrong", "colleague-pw"])
def test_without_the_right_password_nothing_is_signed(world: World, as_evaluator: Client, password: str) -> None:
    review = world.draft_review(4)
    assert post_transition(as_evaluator, review, "finalise", password=password).status_code == 422
    assert fresh(review).status == "draft"


def test_guessing_the_password_while_signing_is_limited(world: World, as_evaluator: Client) -> None:
    review = world.draft_review(4)
    seen = version_on_page(as_evaluator, review, "finalise")
    for _ in range(6):
        as_evaluator.post(url_of(review, "finalise"), {"seen": seen, "password": "wrong"})
    answer = as_evaluator.post(url_of(review, "finalise"), {"seen": seen, "password": PASSWORD})
    assert answer.status_code == 422
    assert fresh(review).status == "draft"


def test_after_a_recent_passkey_confirmation_no_password_is_asked_for(world: World, as_evaluator: Client) -> None:
    review = world.draft_review(4)
    note_confirmation(as_evaluator, world, seconds_ago=10)
    assert post_transition(as_evaluator, review, "finalise").status_code == 302
    assert fresh(review).status == "final"


@pytest.mark.parametrize(("seconds_ago", "reauthenticated"), [(301, True), (10, False)])
def test_neither_an_old_confirmation_nor_the_sign_in_itself_counts(
    world: World, as_evaluator: Client, seconds_ago: int, reauthenticated: bool
) -> None:
    review = world.draft_review(4)
    note_confirmation(as_evaluator, world, seconds_ago=seconds_ago, reauthenticated=reauthenticated)
    assert post_transition(as_evaluator, review, "finalise").status_code == 422


def note_confirmation(client: Client, world: World, *, seconds_ago: int, reauthenticated: bool = True) -> None:
    """Write to the session what a confirmation by passkey writes."""
    session = client.session
    at = datetime.now(UTC).timestamp() - seconds_ago
    record = {"method": "mfa", "type": "webauthn", "at": at} | ({"reauthenticated": True} if reauthenticated else {})
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [record]
    session["account_authentication_methods_user"] = str(world.evaluator.pk)
    session.save()


def test_a_score_changed_after_the_page_was_opened_stops_handing_out(world: World, as_evaluator: Client) -> None:
    review = world.score_review(4)
    seen = version_on_page(as_evaluator, review, "draft")
    save(review, world.colleague, {1: {"value": 1}})
    assert as_evaluator.post(url_of(review, "draft"), {"seen": seen}).status_code == 409
    assert fresh(review).status == "scoring"


@pytest.mark.parametrize("seen", ["", "x", "0" * 64, "²"])
def test_a_forged_version_is_refused(world: World, as_evaluator: Client, seen: str) -> None:
    review = world.draft_review(4)
    answer = as_evaluator.post(url_of(review, "finalise"), {"seen": seen, "password": PASSWORD})
    assert answer.status_code == 409
    assert fresh(review).status == "draft"


def test_signing_twice_is_refused(world: World, as_evaluator: Client) -> None:
    review = world.draft_review(4)
    seen = version_on_page(as_evaluator, review, "finalise")
    sent = {"seen": seen, "password": PASSWORD, "gaps_reason": NO_EVIDENCE}
    answers = [as_evaluator.post(url_of(review, "finalise"), sent).status_code for _ in range(2)]
    assert answers == [302, 409]
    assert FinalRecord.objects.filter(review=review).count() == 1


def test_a_planned_review_cannot_be_signed_and_the_page_links_back(review: Review, as_evaluator: Client) -> None:
    answer = as_evaluator.get(url_of(review, "finalise"))
    assert answer.status_code == 409
    assert review.get_absolute_url() in answer.content.decode()


@pytest.mark.parametrize("name", ["start", "supersede", "nonsense"])
def test_automatic_transitions_cannot_be_requested(world: World, as_evaluator: Client, name: str) -> None:
    assert as_evaluator.get(url_of(world.score_review(4), name)).status_code == 404


def test_no_page_changes_a_final_review(world: World, as_evaluator: Client) -> None:
    review = world.final_review(4)
    before = list(review.scores.values())
    for url in (
        reverse("item", args=[review.code, 4]),
        reverse("entry", args=[review.code]),
        *(url_of(review, name) for name in ("draft", "reopen", "finalise")),
    ):
        for method in ("get", "post", "put", "patch", "delete"):
            assert getattr(as_evaluator, method)(url).status_code in (405, 409), (url, method)
    assert list(review.scores.values()) == before
    assert fresh(review).total == 100


def test_the_database_stores_no_total_before_the_review_is_final(review: Review) -> None:
    with pytest.raises(IntegrityError, match="review_final_has_result"), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(total=100)


# --- The final sheet --------------------------------------------------------------------


def test_everybody_gets_the_same_stored_file_with_any_parameters(world: World) -> None:
    review = world.final_review(4)
    url = reverse("sheet_pdf", args=[review.code])
    files = {world.client_of(who).get(url).content for who in ("evaluator", "coordinator", "team_leader")}
    english = world.client_of("evaluator")
    english.post(reverse("language"), {"language": "en"})
    files |= {english.get(url + query).content for query in ("", "?notes=1", "?notes=0")}
    assert len(files) == 1
    assert hashlib.sha256(files.pop()).hexdigest() == review.record.sha256


def test_the_final_sheet_keeps_the_names_it_was_signed_with(world: World, as_evaluator: Client) -> None:
    review = world.final_review(4)
    world.organisation.name, world.evaluator.name, world.colleague.name = "Nytt navn", "Gift", "Borte"
    for thing in (world.organisation, world.evaluator, world.colleague):
        thing.save()
    page = as_evaluator.get(reverse("sheet", args=[review.code])).content.decode().split("<main")[1]
    assert "Evaluator, Colleague" in page
    assert "IPS Øyvær" in page
    assert "Nytt navn" not in page.split('class="sheet-head"')[1]


def test_the_record_matches_the_sheet_and_the_fingerprint_covers_it(world: World) -> None:
    review = world.final_review({number: number % 5 + 1 for number in range(1, 26)})
    content = review.record.content
    assert chain.digest(content) == review.record.fingerprint
    assert content["scale"].pop("checksum") == world.scale.checksum
    assert content.pop("ratings") == []  # one common scoring
    assert content.pop("conditions")["specialists"] == [{"label": "A"}]
    assert content.pop("report") == {"summary": "", "strengths": ""}
    assert content.pop("remarks") == []
    assert content.pop("handing_out")["no_check_reason"] == NO_CHECK
    assert content == as_json(sheet_of(review))


# --- Corrections --------------------------------------------------------------------------


def correct(client: Client, review: Review, reason: str = "Kriterium 1 gjaldt et annet team.") -> Review:
    answer = client.post(reverse("correct", args=[review.code]), {"comment": reason})
    assert answer.status_code == 302
    return Review.objects.get(supersedes=review)


def test_a_correction_has_the_old_content_and_the_reason(world: World, as_evaluator: Client) -> None:
    old = world.final_review(4)
    new = correct(as_evaluator, old)
    assert (new.status, new.total) == ("scoring", None)
    for field in ("value", "evidence", "recommendation", "sources"):
        assert list(new.scores.order_by("item_number").values_list(field, flat=True)) == list(
            old.scores.order_by("item_number").values_list(field, flat=True)
        )
    assert set(new.evaluators.all()) == {world.evaluator, world.colleague}
    for review in (old, new):
        page = as_evaluator.get(reverse("history", args=[review.code])).content.decode()
        assert "Kriterium 1 gjaldt et annet team." in page


def test_a_correction_needs_a_reason(world: World, as_evaluator: Client) -> None:
    old = world.final_review(4)
    assert as_evaluator.post(reverse("correct", args=[old.code]), {"comment": " "}).status_code == 422
    with pytest.raises(ValueError, match="why"):
        open_correction(review=old, by=world.evaluator, reason=" ")


def test_until_the_correction_is_signed_the_old_one_is_valid_and_says_so(world: World, as_evaluator: Client) -> None:
    old = world.final_review(4)
    new = correct(as_evaluator, old)
    page = as_evaluator.get(old.get_absolute_url()).content.decode()
    assert "Denne vurderingen gjelder" in page
    assert new.get_absolute_url() in page
    assert "Den tidligere gjelder til" in as_evaluator.get(new.get_absolute_url()).content.decode()
    assert as_evaluator.post(reverse("correct", args=[old.code]), {"comment": "Igjen"}).status_code == 409


def test_a_signed_correction_supersedes_and_only_it_counts(world: World, as_evaluator: Client) -> None:
    old = world.final_review(4)
    stored = as_evaluator.get(reverse("sheet_pdf", args=[old.code])).content
    new = correct(as_evaluator, old)
    save(new, world.evaluator, {1: {"value": 1}})
    post_transition(as_evaluator, new, "draft")
    post_transition(as_evaluator, new, "finalise", password=PASSWORD)
    assert (fresh(old).status, fresh(old).total) == ("superseded", 100)
    assert (fresh(new).status, fresh(new).total) == ("final", 97)
    assert as_evaluator.get(reverse("sheet_pdf", args=[old.code])).content == stored
    assert "gjelder ikke lenger" in as_evaluator.get(old.get_absolute_url()).content.decode()
    assert "gjelder ikke lenger" in as_evaluator.get(reverse("sheet", args=[old.code])).content.decode()
    assert as_evaluator.get(reverse("sheet_json", args=[old.code])).json()["valid"] is False
    assert "Denne gjelder" in as_evaluator.get(new.get_absolute_url()).content.decode()
    organisation = as_evaluator.get(world.organisation.get_absolute_url())
    assert [point.total for line in organisation.context["trend"].series for point in line.points] == ["97"]
    assert "1 vurdering er erstattet" in organisation.content.decode()


def test_a_correction_can_itself_be_corrected(world: World, as_evaluator: Client) -> None:
    second = correct(as_evaluator, world.final_review(4))
    post_transition(as_evaluator, second, "draft")
    post_transition(as_evaluator, second, "finalise", password=PASSWORD)
    third = correct(as_evaluator, second)
    post_transition(as_evaluator, third, "draft")
    post_transition(as_evaluator, third, "finalise", password=PASSWORD)
    assert [review.status for review in Review.objects.order_by("pk")] == ["superseded", "superseded", "final"]


def test_signs_that_the_pdf_cannot_show_are_named_before_handing_out(world: World, as_evaluator: Client) -> None:
    review = world.score_review(4)
    save(
        review,
        world.evaluator,
        {4: {"evidence": "Fint 👍"}, 7: {"recommendation": "Mer \ue123"}, 8: {"evidence": "• ✓ Å"}},
    )
    page = " ".join(as_evaluator.get(reverse("move", args=[review.code, "draft"])).content.decode().split())
    item_page = reverse("item", args=[review.code, 4])
    assert f'<a href="{item_page}">Kriterium 4</a>: 👍' in page
    assert "Kriterium 7</a>: \ue123" in page
    assert "Kriterium 8</a>" not in page.partition("_sheet")[0].partition('class="sheet')[0]
