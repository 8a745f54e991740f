"""The queue: rows are written with what causes them, run, tried again, and given up."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction

from reviews.models import Job, Network
from reviews.models.queue import PAUSES
from reviews.queue.daily import DAILY, queue_daily
from reviews.queue.forgetting import forget_finished_jobs
from reviews.queue.status import queue_status
from reviews.queue.worker import claim_next, holding, keep_claims, run, run_due
from tests.reviews.queue.tasks import add_network, fail, fail_for_good, lose_the_claim

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, 6, tzinfo=UTC)


def at(**later: float) -> Any:
    return time_machine.travel(START + timedelta(**later), tick=False)


def networks() -> list[str]:
    return list(Network.objects.order_by("pk").values_list("name", flat=True))


def test_a_job_is_rolled_back_with_what_causes_it() -> None:
    with transaction.atomic():
        add_network.enqueue("Nord")
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_a_job_that_is_done_keeps_no_arguments_and_is_not_done_again() -> None:
    add_network.enqueue("Nord")
    assert [run_due(), run_due()] == [1, 0]
    assert networks() == ["Nord"]
    job = Job.objects.get()
    assert (job.state, job.arguments, job.claim, job.attempts) == ("done", {}, None, 1)


def test_of_two_workers_one_gets_a_job() -> None:
    add_network.enqueue("Nord")
    first, second = claim_next("default"), claim_next("default")
    assert first is not None
    assert second is None


def test_a_job_whose_worker_is_silent_is_taken_over_when_the_claim_has_run_out(settings: Any) -> None:
    settings.JOB_LEASE = 60
    with at():
        add_network.enqueue("Nord")
        assert claim_next("default")
    with at(seconds=59):
        assert claim_next("default") is None
    with at(seconds=61):
        run_due()
    assert (networks(), Job.objects.get().attempts) == (["Nord"], 2)


def test_jobs_that_a_wrong_clock_has_put_off_are_done_when_it_is_set_back(settings: Any) -> None:
    settings.JOB_LEASE = 60
    with at(days=3):
        add_network.enqueue("Nord")
        assert claim_next("default")  # by a worker that dies
        add_network.enqueue("Sør")
    with at():
        assert queue_status().waiting == 2
        assert run_due() == 2
    assert sorted(networks()) == ["Nord", "Sør"]


def test_a_job_in_its_longest_pause_or_claim_is_not_taken_for_one_that_a_clock_put_off() -> None:
    with at():
        add_network.enqueue("Nord")
        for put_off in (PAUSES[-1], timedelta(seconds=1)):
            Job.objects.update(due_at=START + put_off)
            assert claim_next("default") is None


def test_a_worker_that_lost_its_job_changes_nothing_any_more() -> None:
    with at():
        lose_the_claim.enqueue("Nord")
        run_due()
    assert networks() == []
    assert Job.objects.get().state == Job.State.WAITING


def test_a_running_job_is_held_for_as_long_as_the_worker_says_so(settings: Any) -> None:
    settings.JOB_LEASE = 60
    with at():
        add_network.enqueue("Nord")
        job = claim_next("default")
    assert job
    with at(seconds=50), holding(job):
        keep_claims()
    with at(seconds=100):
        assert claim_next("default") is None


def test_what_fails_is_tried_again_with_growing_pauses_for_three_days() -> None:
    with at():
        fail.enqueue()
    pauses, now = [], timedelta()
    while True:
        with time_machine.travel(START + now, tick=False):
            assert run_due() == 1
            job = Job.objects.get()
            if job.state == Job.State.FAILED:
                break
            pauses.append(job.due_at - START - now)
            now = job.due_at - START
    assert tuple(pauses[: len(PAUSES)]) == PAUSES
    assert timedelta(days=2, hours=22) < now <= timedelta(days=3)
    assert (job.error, job.claim) == ("ValueError", None)


def test_a_fault_is_stored_and_logged_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    fail_for_good.enqueue()
    run_due()
    job = Job.objects.get()
    assert (job.state, job.error) == ("failed", "ValueError")
    assert "a text with data" not in caplog.messages[0]


def test_an_argument_that_is_no_json_is_refused_where_the_job_is_queued() -> None:
    with pytest.raises(TypeError):
        add_network.enqueue({1, 2})


@pytest.mark.pdf
def test_daily_tasks_are_queued_once_a_day_however_many_workers_run() -> None:
    with at():  # seven in the morning in Oslo
        queue_daily()
        queue_daily()
        assert Job.objects.count() == len(DAILY)
        run_due()
        queue_daily()
        assert run_due() == 0
    with at(days=1):
        queue_daily()
        assert Job.objects.count() == 2 * len(DAILY)
    assert not Job.objects.failed().exists()


def test_a_daily_task_waits_for_its_hour_and_is_made_up_for_later() -> None:
    with at(hours=-3):  # four in the morning in Oslo
        queue_daily()
        assert set(Job.objects.values_list("task", flat=True)) == {
            path for path, hour in DAILY.items() if hour.hour <= 4
        }
    with at(hours=12):
        queue_daily()
        assert Job.objects.count() == len(DAILY)


def test_done_jobs_are_kept_for_a_week_and_failed_ones_for_a_month() -> None:
    with at():
        add_network.enqueue("Nord")
        fail_for_good.enqueue()
        run_due()
    for days, left in ((6, 2), (8, 1), (31, 0)):
        with at(days=days):
            forget_finished_jobs.call()
        assert Job.objects.count() == left


def test_monitoring_reads_how_many_jobs_wait_and_since_when() -> None:
    with at():
        add_network.enqueue("Nord")
        fail.enqueue()
    with at(minutes=1):
        status = queue_status()
        assert (status.waiting, status.running, status.failed, status.oldest) == (2, 0, 0, START)
        run_due()
        assert queue_status().waiting == 1  # in its pause
        claim_next("default")
    with at(minutes=2):
        job = claim_next("default")
        assert job
        assert (queue_status().waiting, queue_status().running, queue_status().oldest) == (0, 1, None)
        run(job)


def test_the_command_runs_what_is_due_and_ends(capsys: pytest.CaptureFixture[str], settings: Any) -> None:
    settings.DAILY_JOBS = False
    add_network.enqueue("Nord")
    call_command("work", "--once")
    assert networks() == ["Nord"]
    assert "1 jobs run." in capsys.readouterr().out
