"""The page of a network on who may review whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from reviews.models import Membership, Organisation
from reviews.workflow import Role
from tests.builders import World, member

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def page_of(world: World, **query: str) -> Any:
    return (
        world.client_of("coordinator").get(reverse("evaluator_load", args=[world.network.code]), query).context["page"]
    )


def test_evaluators_are_listed_with_their_work_those_with_least_first(world: World) -> None:
    Membership.objects.filter(user=world.colleague).update(organisation=world.sister)
    day = TODAY - timedelta(days=30)
    world.final_review(4, visit_start=day, visit_end=day, evaluators=[world.evaluator])
    for weeks in range(1, 5):
        start = TODAY + timedelta(weeks=weeks)
        world.plan_review(visit_start=start, visit_end=start, evaluators=[world.evaluator])
    colleague, evaluator = page_of(world).evaluators
    assert (colleague.name, colleague.workplaces, colleague.recent) == ("Colleague", ("IPS Granlia",), "0")
    assert colleague.next_visits == ()
    assert (evaluator.recent, evaluator.last_visit, evaluator.more_visits) == ("1", day, "1")
    assert all(visit.startswith("IPS Øyvær, ") for visit in evaluator.next_visits)


def test_organisations_are_listed_by_due_date_with_who_reviewed_them_and_who_could(world: World) -> None:
    Membership.objects.filter(user=world.colleague).update(organisation=world.sister)
    member("ida", Role.EVALUATOR, world.network)
    day = TODAY - timedelta(days=30)
    world.final_review(4, visit_start=day, visit_end=day)
    start = TODAY + timedelta(days=60)
    world.plan_review(organisation=world.sister, visit_start=start, visit_end=start, evaluators=[world.evaluator])
    sister, organisation = page_of(world).organisations
    assert (str(sister.organisation), sister.due, sister.reviewed_by) == ("IPS Granlia", "aldri vurdert", ())
    assert sister.planned
    assert sister.could == ("Ida", "Evaluator")
    assert organisation.reviewed_by == ("Evaluator", "Colleague")
    assert organisation.planned == ""
    assert organisation.could == ("Ida", "Colleague", "Evaluator")


def test_many_organisations_come_a_page_at_a_time(world: World) -> None:
    Organisation.objects.bulk_create(Organisation(network=world.network, name=f"IPS {n:03}") for n in range(40))
    first, second = page_of(world), page_of(world, page="2")
    assert (len(first.organisations), first.previous, first.next) == (30, "", "2")
    assert (len(second.organisations), second.previous, second.next) == (12, "1", "")
    assert len(page_of(world, page="x").organisations) == 30


def test_a_network_without_anybody_says_what_to_do_next(world: World) -> None:
    Membership.objects.filter(role=Role.EVALUATOR).delete()
    url = reverse("evaluator_load", args=[world.network.code])
    assert "Nettverket har ingen evaluatorer ennå" in world.client_of("coordinator").get(url).content.decode()
