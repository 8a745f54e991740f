"""The chains of the access log and the exports, with many writers and after deletions."""

import io
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from reviews.conduct.cancelling import cancel
from reviews.conduct.changing_plans import plan_version
from reviews.maintenance import heads
from reviews.models import AccessAction, AccessEvent, DeletedLine, Review
from reviews.queue.worker import run_due
from reviews.records import access_log, log_chain, protection
from reviews.records.log_chain import breaks
from tests.builders import World, build_world, fresh, instrument


def read(world: World, review: Review, page: str) -> None:
    access_log.record(AccessAction.READ, world.evaluator, review=review, page=page)


@pytest.mark.django_db
def test_each_line_continues_the_one_before_with_one_more_query(world: World, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        access_log.record(AccessAction.SIGNED_IN, world.evaluator)
    many = [world.evaluator] * 3
    with django_assert_num_queries(2):
        access_log.record_people(AccessAction.MEMBERSHIP_ENDED, world.admin, many, world.organisation)
    lines = list(AccessEvent.objects.order_by("pk"))
    assert [line.previous for line in lines] == ["", *(line.hash for line in lines[:-1])]
    assert list(breaks(AccessEvent)) == []


@pytest.mark.django_db
def test_lines_from_before_the_chain_are_accepted_at_its_beginning_only(world: World) -> None:
    for _time in range(2):
        AccessEvent.objects.create(action=AccessAction.SIGNED_IN, by=world.evaluator)
    access_log.record(AccessAction.SIGNED_IN, world.evaluator)
    assert list(breaks(AccessEvent)) == []
    AccessEvent.objects.create(action=AccessAction.SIGNED_IN, by=world.evaluator)
    assert len(list(breaks(AccessEvent))) == 1


@pytest.mark.django_db
def test_two_lines_may_continue_the_same_line(world: World) -> None:
    access_log.record(AccessAction.SIGNED_IN, world.evaluator)
    first = AccessEvent.objects.get()
    twin = AccessEvent(action=AccessAction.SIGNED_OUT, by=world.evaluator, previous=first.hash)
    twin.hash = log_chain.link({name: getattr(twin, name) for name in log_chain.hashed_fields(AccessEvent)})
    access_log.record(AccessAction.READ, world.evaluator, page="review")
    twin.save()
    access_log.record(AccessAction.READ, world.evaluator, page="sheet")
    assert list(breaks(AccessEvent)) == []


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_wait_for_nobody_and_break_nothing(transactional_db: None) -> None:
    world = build_world(instrument())
    access_log.record(AccessAction.SIGNED_IN, world.admin)
    start, faults = Barrier(8), []

    def write() -> None:
        start.wait(10)
        try:
            for _time in range(5):
                access_log.record(AccessAction.SIGNED_IN, world.evaluator)
        except Exception as fault:  # noqa: BLE001 - reported below
            faults.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert AccessEvent.objects.count() == 41
    assert list(breaks(AccessEvent)) == []


@pytest.mark.django_db
def test_what_the_retention_rules_delete_breaks_no_chain(world: World, settings: Any) -> None:
    settings.KEEP_CANCELLED_DAYS = settings.KEEP_ACCESS_LOG_DAYS = 400
    with time_machine.travel(timezone.now() - timedelta(days=410)):
        for page in "ab":
            access_log.record(AccessAction.READ, world.evaluator, page=page)
        old, kept = world.plan_review(), world.plan_review()
        cancel(review=old, by=world.coordinator, seen=plan_version(old), reason="x")
    for review in (kept, old, old, kept, old, kept):
        read(world, fresh(review), "review")
    heads.publish_heads(timezone.now() + timedelta(hours=2))
    connection.check_constraints()
    protection.install()
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        call_command("delete_expired", stdout=io.StringIO())
    assert not Review.objects.filter(pk=old.pk).exists()
    assert not AccessEvent.objects.filter(page="a").exists()
    assert DeletedLine.objects.count() == 4
    assert list(breaks(AccessEvent)) == []
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        call_command("verify_records")
    protection.remove()
    AccessEvent.objects.filter(pk=AccessEvent.objects.filter(review=kept).earliest("pk").pk)._raw_delete("default")
    protection.install()
    with pytest.raises(CommandError, match="was removed"):
        call_command("verify_records")


# --- Heads --------------------------------------------------------------------------------


@pytest.mark.pdf
@pytest.mark.django_db
def test_heads_go_to_the_file_the_log_and_a_mail_and_name_nobody(
    world: World, settings: Any, tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.HEADS_FILE, settings.HEADS_MAIL = str(tmp_path / "heads"), "revisor@example.org"
    world.final_review(4)
    access_log.record(AccessAction.SIGNED_IN, world.evaluator)
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        call_command("publish_heads", stdout=io.StringIO())
        call_command("publish_heads", stdout=io.StringIO())
    lines = (tmp_path / "heads").read_text().splitlines()
    assert len(lines) == 2
    assert "Heads of the chains" in caplog.text
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        run_due()
    told = [each for each in mail.outbox if each.to == ["revisor@example.org"]]
    assert len(told) == 2
    assert lines[0] in told[0].body
    assert heads.published()[-1]["events"]["count"] > 5
    assert list(heads.faults(heads.published())) == []


@pytest.mark.django_db
def test_heads_of_a_file_that_cannot_be_read_are_reported(world: World, settings: Any, tmp_path: Any) -> None:
    (tmp_path / "heads").write_text("not json\n")
    settings.HEADS_FILE = str(tmp_path / "heads")
    with pytest.raises(CommandError, match="HEADS_FILE cannot be read"):
        call_command("verify_records")
