"""Retention: what is due is counted before it is deleted, and nothing else can be deleted."""

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from reviews.conduct.cancelling import cancel
from reviews.conduct.changing_plans import plan_version
from reviews.conduct.correction import open_correction
from reviews.maintenance.retention import PARTS_OF_A_REVIEW, delete_cancelled_review, rules
from reviews.maintenance.state import last_successes
from reviews.models import (
    AccessEvent,
    ExportChunk,
    ExportFile,
    Invitation,
    Job,
    KeptPost,
    MaintenanceTask,
    Review,
    ReviewEvent,
    Upload,
)
from reviews.records import access_log, protection
from reviews.workflow import Role
from scales.models import ScaleEdition
from tests.builders import World, build_world, fresh, hold_interview, save
from tests.test_installation import manage

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(scale: ScaleEdition) -> World:
    return build_world(scale)


@pytest.fixture(autouse=True)
def _periods(settings: Any) -> None:
    settings.KEEP_CANCELLED_DAYS = settings.KEEP_ACCESS_LOG_DAYS = 400
    settings.KEEP_INVITATIONS_DAYS = 90


def due() -> dict[str, int]:
    return {rule.name: rule.due_now for rule in rules()}


def cancelled_review(world: World, days: int) -> Review:
    """Return a review in which everything was written that can be, cancelled some days ago."""
    review = world.apart_review()
    save(review, world.evaluator, {1: {"value": 3, "evidence": "Sett i journalen."}})
    hold_interview(review, world.evaluator, {"1.1": "Sagt."})
    seen, at = plan_version(fresh(review)), timezone.now() - timedelta(days=days)
    cancel(review=fresh(review), by=world.evaluator, seen=seen, reason="Avlyst.", at=at)
    access_log.record_reading(world.evaluator, review, "review")
    return fresh(review)


def _backdate(rows: Any, **fields: int) -> None:
    """Let rows look some days older, behind the triggers."""
    protection.remove()
    rows.update(**{name: timezone.now() - timedelta(days=days) for name, days in fields.items()})
    protection.install()


def invitation(world: World, days: int) -> Invitation:
    return Invitation.objects.create(
        network=world.network,
        role=Role.EVALUATOR,
        name="Ola",
        email=f"{days}@example.org",
        secret_hash=str(days),
        invited_by=world.coordinator,
        expires_at=timezone.now() - timedelta(days=days),
    )


@pytest.fixture
def old_and_new(world: World) -> Iterator[tuple[Review, Review]]:
    """Yield an old cancelled review and a new one; each kind of row exists once too old, and once not."""
    old, new = cancelled_review(world, 401), cancelled_review(world, 399)
    for days in (401, 399):
        with time_machine.travel(timezone.now() - timedelta(days=days)):
            access_log.record_reading(world.coordinator, new, f"page{days}")
    for days in (91, 89):
        invitation(world, days)
    uploads = [
        Upload.objects.create(network=world.network, by=world.coordinator, file_name="a", sha256="0", rows={})
        for _ in range(2)
    ]
    _backdate(Upload.objects.filter(pk=uploads[0].pk), at=2)
    for days in (0, 1):
        job = Job.objects.create(task="made", queue="default")
        expiry = timezone.now() + timedelta(days=days)
        given = {"network": world.network, "by": world.coordinator, "name": "reviews.csv", "key": str(days)}
        file = ExportFile.objects.create(job=job, selection={}, reviews=1, expires_at=expiry, **given)
        ExportChunk.objects.create(file=file, attempt=file.code, number=0, data=b"x")
    for minutes in (59, 61):
        kept_at = timezone.now() - timedelta(minutes=minutes)
        KeptPost.objects.create(person=world.evaluator, browser=str(minutes), sealed="x", kept_at=kept_at)
    return old, new


def test_a_preview_counts_what_the_next_run_deletes_and_changes_nothing(
    world: World, old_and_new: tuple[Review, Review]
) -> None:
    expected = {
        "interview_notes": 2,
        "uploads": 1,
        "export_files": 1,
        "kept_posts": 1,
        "invitations": 1,
        "cancelled_reviews": 1,
        "access_log": 1,
    }
    assert due() == expected
    out = io.StringIO()
    call_command("delete_expired", dry_run=True, stdout=out)
    assert "Invitations that have expired or were used (kept: 90 days): 1 would be deleted" in out.getvalue()
    assert due() == expected
    page = world.client_of("admin").get(reverse("data_care"))
    assert [(rule.name, rule.due_now) for rule in page.context["rules"]] == list(expected.items())
    assert {rule.name: rule.due_soon for rule in page.context["rules"]} == {
        "interview_notes": 2, "uploads": 2, "export_files": 2, "kept_posts": 2, "invitations": 2,
        "cancelled_reviews": 2, "access_log": 2,
    }  # fmt: skip


def test_what_is_due_is_deleted_and_everything_else_stays(world: World, old_and_new: tuple[Review, Review]) -> None:
    old, new = old_and_new
    final = world.final_review(4)
    call_command("delete_expired", stdout=io.StringIO())
    assert due() == {rule.name: 0 for rule in rules()}
    assert set(Review.objects.values_list("pk", flat=True)) == {new.pk, final.pk}
    assert not ReviewEvent.objects.filter(review=old.pk).exists()
    assert ReviewEvent.objects.filter(review=new).exists()
    assert (
        Invitation.objects.count()
        == Upload.objects.count()
        == ExportFile.objects.count()
        == ExportChunk.objects.count()
        == 1
    )
    assert not AccessEvent.objects.filter(page="page401").exists()
    assert AccessEvent.objects.filter(page="page399").exists()
    lines = AccessEvent.objects.filter(action="expired").order_by("pk")
    assert [(line.by, line.page, line.organisation) for line in lines] == [
        (None, old.code.hex, old.organisation),
        (None, "access_log", None),
    ]
    success = last_successes()[MaintenanceTask.Kind.RETENTION]
    assert success.details["cancelled_reviews"] == 1
    call_command("verify_records")


def test_the_database_refuses_to_delete_what_is_not_a_year_old(world: World) -> None:
    review = cancelled_review(world, 364)
    line = AccessEvent.objects.filter(review=review)
    _backdate(line, at=364)
    for rows in (Review.objects.filter(pk=review.pk), line, *_parts_of(review)):
        if rows.exists():
            with pytest.raises(DatabaseError), transaction.atomic():
                rows._raw_delete("default")
    _backdate(Review.objects.filter(pk=review.pk), cancelled_at=366)
    delete_cancelled_review(review)
    assert not Review.objects.filter(pk=review.pk).exists()


def _parts_of(review: Review) -> list[Any]:
    """Return the parts of a review that nothing but their own trigger protects."""
    names = {"ItemScore", "ItemComment", "Remark", "ReportText", "AccessEvent", "ReviewEvent"}
    return [
        model._base_manager.filter(**{path: review}) for model, path in PARTS_OF_A_REVIEW if model.__name__ in names
    ]


def test_a_review_whose_withdrawn_correction_was_deleted_can_still_be_read(world: World) -> None:
    final = world.final_review(4)
    correction = open_correction(review=final, by=world.evaluator, reason="Feil tall.")
    cancel(review=fresh(correction), by=world.evaluator, seen=plan_version(fresh(correction)), reason="Likevel riktig.")
    _backdate(Review.objects.filter(pk=correction.pk), cancelled_at=401)
    call_command("delete_expired", stdout=io.StringIO())
    assert not Review.objects.filter(pk=correction.pk).exists()
    reader = world.client_of("evaluator")
    for page in ("review", "history", "sheet", "report"):
        assert reader.get(reverse(page, args=[final.code])).status_code == 200
    assert reader.get(reverse("home")).status_code == reader.get(reverse("inbox")).status_code == 200
    call_command("verify_records")


def test_everything_that_refers_to_a_review_is_deleted_with_it() -> None:
    """A new table needs a line in PARTS_OF_A_REVIEW, unless only final reviews have such rows."""
    only_final = {"FinalRecord", "Action", "DueDate", "Organisation", "Review"}
    referring = {relation.related_model.__name__ for relation in Review._meta.related_objects}
    assert referring - only_final <= {model.__name__ for model, _path in PARTS_OF_A_REVIEW}


def test_without_a_rule_everything_is_kept(world: World, settings: Any) -> None:
    cancelled_review(world, 5000)
    settings.KEEP_CANCELLED_DAYS = settings.KEEP_ACCESS_LOG_DAYS = 0
    assert due()["cancelled_reviews"] == due()["access_log"] == 0


def test_a_period_of_less_than_a_year_is_refused_at_the_start() -> None:
    refused = manage(
        "check", SECRET_KEY="only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz", KEEP_ACCESS_LOG_DAYS="30"
    )
    assert refused.returncode != 0
    assert "0 (always) or 365 and more" in refused.stderr


def test_the_page_says_what_is_late_and_names_no_review(world: World, old_and_new: tuple[Review, Review]) -> None:
    page = world.client_of("admin").get(reverse("data_care")).content.decode()
    assert page.count("Skulle ha vært utført igjen") == 4
    assert str(old_and_new[0].code) not in page
    assert world.organisation.name not in page
