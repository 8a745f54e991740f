"""Reports are made by the queue when they change, and opening one renders nothing."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone

from ipsfidelity import pdf
from reviews.actionplan.services import ActionFields, add_action
from reviews.models import Job, Review, User
from reviews.queue.worker import run_due
from reviews.records.chain import MAKE_REPORT
from reviews.reports.ahead import languages_of
from tests.builders import World, fresh

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Yield what is rendered from now on."""
    caches["documents"].clear()
    render, htmls = pdf.render_pdf, list[str]()

    def counted(html: str) -> bytes:
        htmls.append(html)
        return render(html)

    monkeypatch.setattr(pdf, "render_pdf", counted)
    yield htmls
    caches["documents"].clear()


def waiting() -> int:
    return Job.objects.waiting().filter(task=MAKE_REPORT).count()


def open_report(world: World, review: Review, who: str) -> bytes:
    answer = world.client_of(who).get(reverse("report_pdf", args=[review.code]))
    assert answer.status_code == 200
    return bytes(answer.content)


def test_a_signed_report_is_ready_in_the_language_of_each_reader(world: World, rendered: list[str]) -> None:
    User.objects.filter(pk=world.coordinator.pk).update(language="sv")
    review = world.final_review(4)
    run_due()
    assert len(rendered) == 2
    for who in ("evaluator", "team_leader", "coordinator"):
        assert b"%PDF" in open_report(world, review, who)
    assert len(rendered) == 2


def test_the_report_is_made_again_when_the_plan_changes(world: World, rendered: list[str]) -> None:
    review = world.final_review(4)
    run_due()
    before = open_report(world, review, "team_leader")
    for what in ("Veiledning", "Kurs"):
        given = {"review": fresh(review), "by": world.team_leader, "code": uuid4(), "item_number": 1}
        add_action(fields=ActionFields(what=what), **given)
    assert waiting() == 1
    run_due()
    made = len(rendered)
    assert open_report(world, review, "team_leader") != before
    assert len(rendered) == made == 2


def test_a_draft_is_ready_when_it_is_shared_and_not_before(world: World, rendered: list[str]) -> None:
    review = world.score_review(4)
    assert (waiting(), rendered) == (0, [])
    world.hand_out(review)
    run_due()
    open_report(world, review, "team_leader")
    assert len(rendered) == 1


def test_a_day_later_the_report_is_the_same_file(world: World, rendered: list[str]) -> None:
    review = world.final_review(4)
    run_due()
    first = open_report(world, review, "evaluator")
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert open_report(world, review, "evaluator") == first
    assert len(rendered) == 1


def test_nobody_else_has_a_say_in_the_languages(world: World) -> None:
    review = world.final_review(4)
    User.objects.filter(pk__in=[world.stranger.pk, world.admin.pk]).update(language="en")
    assert languages_of(fresh(review)) == ["nb"]
