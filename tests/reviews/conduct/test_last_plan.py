"""A new review takes over from the last one: kind, method and scale at once, the rest by "as last time"."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.models import Membership, Organisation, Review
from scales.loading import load
from tests.builders import CORRECTED, World, document_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def filled(client: Client, organisation: Organisation, **fields: Any) -> Any:
    """Return the form as it is shown after a button was pressed."""
    answer = client.post(reverse("plan_review"), {"act": "show", "organisation": organisation.pk, **fields})
    assert answer.status_code == 200
    return answer.context["form"]


def values(form: Any, *names: str) -> tuple[Any, ...]:
    return tuple(str(form[name].value() or "") for name in names)


def last(world: World, **fields: Any) -> Review:
    given = {"kind": "peer", "visit_start": date(2026, 3, 10), "visit_end": date(2026, 3, 12)}
    period = {"period_start": date(2025, 3, 1), "period_end": date(2026, 2, 28)}
    return world.final_review(4, **given | period | fields)


def test_kind_method_and_scale_follow_from_the_last_review(world: World, as_evaluator: Client) -> None:
    last(world)
    newest = load(document_of(CORRECTED))[0]
    form = filled(as_evaluator, world.organisation, kind="self", method="apart")
    assert values(form, "kind", "method", "edition") == ("peer", "together", str(newest.pk))
    assert not form["evaluators"].value()
    own = filled(as_evaluator, world.organisation, kind="self", filled_for=world.organisation.pk)
    assert values(own, "kind") == ("self",)


def test_an_organisation_that_was_never_reviewed_takes_over_from_its_network(
    world: World, as_evaluator: Client
) -> None:
    last(world)
    form = filled(as_evaluator, world.sister)
    assert values(form, "kind", "method") == ("peer", "together")
    assert form.last.words == ""


def test_as_last_time_fills_in_the_evaluators_the_length_and_the_period(world: World, as_evaluator: Client) -> None:
    last(world, evaluators=[world.evaluator, world.colleague])
    Membership.objects.filter(user=world.colleague).delete()
    form = filled(as_evaluator, world.organisation, act="again", visit_start="2027-03-16")
    assert values(form, "visit_start", "visit_end") == ("2027-03-16", "2027-03-18")
    assert values(form, "period_start", "period_end") == ("2026-03-01", "2027-02-28")
    assert form["evaluators"].value() == [str(world.evaluator.pk)]


def test_the_period_moves_by_whole_months_and_keeps_the_end_of_a_month(world: World, as_evaluator: Client) -> None:
    last(world)
    form = filled(as_evaluator, world.organisation, act="again", visit_start="2028-02-25")
    assert values(form, "period_start", "period_end") == ("2027-03-01", "2028-02-29")


def test_without_a_first_day_the_visit_begins_on_the_due_date_if_that_is_to_come(
    world: World, as_evaluator: Client
) -> None:
    last(world)
    due = TODAY + timedelta(days=50)
    Organisation.objects.filter(pk=world.organisation.pk).update(next_due=due)
    form = filled(as_evaluator, world.organisation, act="again")
    assert values(form, "visit_start", "visit_end") == (due.isoformat(), (due + timedelta(days=2)).isoformat())
    Organisation.objects.filter(pk=world.organisation.pk).update(next_due=TODAY - timedelta(days=1))
    assert values(filled(as_evaluator, world.organisation, act="again"), "visit_start") == ("",)


def test_the_last_day_follows_the_first_by_two_days_or_as_last_time(world: World, as_evaluator: Client) -> None:
    assert values(filled(as_evaluator, world.sister, visit_start="2027-01-11"), "visit_end") == ("2027-01-12",)
    last(world)
    assert values(filled(as_evaluator, world.organisation, visit_start="2027-01-11"), "visit_end") == ("2027-01-13",)
    chosen = filled(as_evaluator, world.organisation, visit_start="2027-01-11", visit_end="2027-01-11")
    assert values(chosen, "visit_end") == ("2027-01-11",)


def test_a_review_that_the_person_may_not_know_of_fills_in_nothing(world: World) -> None:
    last(world, evaluators=[world.evaluator])
    form = filled(world.client_of("colleague"), world.organisation, act="again", visit_start="2027-01-11")
    assert form.last.words == ""
    assert values(form, "kind", "period_start") == ("", "")


def test_a_link_opens_the_form_as_last_time(world: World, as_evaluator: Client) -> None:
    last(world, evaluators=[world.evaluator])
    page = as_evaluator.get(reverse("new_review", args=[world.organisation.code]), {"act": "again"})
    assert page.context["form"]["evaluators"].value() == [str(world.evaluator.pk)]
