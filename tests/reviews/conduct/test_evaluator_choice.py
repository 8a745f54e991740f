"""Evaluators are suggested with a reason: who is free, works elsewhere and has done least."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.conduct.evaluator_ranking import Candidate, OtherVisit, ranked
from reviews.models import Membership, Organisation, Review, User
from reviews.workflow import Role
from tests.builders import World, member
from tests.reviews.conduct.test_planning import SOON, form_of, url_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
BUSY = OtherVisit(date(2026, 12, 3), date(2026, 12, 4), "IPS Tindvik")


def shown(client: Client, organisation: Organisation, **fields: Any) -> dict[str, str]:
    """Return the reasons by name, in the order of the page, for a visit on SOON and the day after."""
    days = {"visit_start": SOON.isoformat(), "visit_end": (SOON + timedelta(days=1)).isoformat()}
    sent = {"act": "show", "kind": "independent", "organisation": organisation.pk, **days, **fields}
    answer = client.post(reverse("plan_review"), sent)
    assert answer.status_code == 200
    return {option.name: option.reason for option in answer.context["form"].choice.options}


@pytest.mark.parametrize(
    ("from_outside", "order"), [(True, "never lately busier working clashing"), (False, "working never lately")]
)
def test_the_free_and_independent_come_first_and_among_them_those_who_have_done_least(
    from_outside: bool, order: str
) -> None:
    candidates = [
        Candidate(1, "working", works_here=True),
        Candidate(2, "clashing", clashes=(BUSY,)),
        Candidate(3, "busier", recent=1, ahead=1),
        Candidate(4, "lately", recent=1, last_here=date(2026, 1, 1)),
        Candidate(5, "never", ahead=1),
    ]
    assert " ".join(one.name for one in ranked(candidates, from_outside=from_outside)).startswith(order)


@pytest.mark.parametrize(("start", "end", "is_busy"), [(-1, 0, True), (1, 6, True), (-2, -1, False), (2, 3, False)])
def test_an_evaluator_is_busy_if_two_visits_have_a_day_in_common(
    world: World, start: int, end: int, is_busy: bool
) -> None:
    others = {"visit_start": SOON, "visit_end": SOON + timedelta(days=1)}
    world.plan_review(organisation=world.sister, evaluators=[world.evaluator], **others)
    days = {
        "visit_start": (SOON + timedelta(days=start)).isoformat(),
        "visit_end": (SOON + timedelta(days=end)).isoformat(),
    }
    reasons = shown(world.client_of("coordinator"), world.organisation, **days)
    assert reasons["Evaluator"].startswith("også hos IPS Granlia") == is_busy


def test_the_coordinator_sees_where_an_evaluator_is_busy_and_where_one_works(world: World) -> None:
    world.plan_review(organisation=world.sister, visit_start=SOON, visit_end=SOON, evaluators=[world.evaluator])
    Membership.objects.filter(user=world.colleague).update(organisation=world.organisation)
    member("ida", Role.EVALUATOR, world.network)
    reasons = shown(world.client_of("coordinator"), world.organisation)
    assert list(reasons) == ["Ida", "Colleague", "Evaluator"]
    assert reasons["Ida"].startswith("ledig ")
    assert reasons["Ida"].endswith("0 vurderinger de siste 12 månedene, aldri vært hos IPS Øyvær")
    assert reasons["Colleague"].startswith("jobber i IPS Øyvær, ledig")
    assert reasons["Evaluator"].startswith("også hos IPS Granlia ")


def test_an_evaluator_does_not_learn_of_reviews_that_only_others_may_know(world: World) -> None:
    world.plan_review(organisation=world.sister, visit_start=SOON, visit_end=SOON, evaluators=[world.evaluator])
    world.final_review(4, evaluators=[world.evaluator], visit_start=TODAY, visit_end=TODAY)
    reasons = shown(world.client_of("colleague"), world.organisation)
    assert reasons["Evaluator"] == "er på et annet besøk i disse dagene, 1 vurdering de siste 12 månedene, 1 planlagt"
    assert "IPS" not in "".join(reasons.values())
    own = shown(world.client_of("evaluator"), world.organisation)["Evaluator"]
    assert own.startswith("også hos IPS Granlia")
    assert "sist hos IPS Øyvær i " in own


def test_a_cancelled_or_corrected_review_is_not_counted_twice_and_an_old_one_not_at_all(world: World) -> None:
    world.superseded_review(visit_start=TODAY, visit_end=TODAY, evaluators=[world.evaluator])
    world.final_review(4, visit_start=TODAY - timedelta(days=366), visit_end=TODAY - timedelta(days=366))
    reasons = shown(world.client_of("coordinator"), world.sister)
    assert "1 vurdering de siste 12 månedene" in reasons["Evaluator"]
    assert "0 vurderinger de siste 12 månedene" in reasons["Colleague"]


def test_those_suggested_are_ticked_by_a_button_and_nothing_is_saved(world: World) -> None:
    Membership.objects.filter(user=world.colleague).update(organisation=world.organisation)
    names = [member(name, Role.EVALUATOR, world.network) for name in ("ida", "jo", "kim")]
    sent = form_of(world, organisation=world.organisation.pk, act="suggested", evaluators=[world.colleague.pk])
    form = world.client_of("coordinator").post(reverse("plan_review"), sent).context["form"]
    ticked = {option.value for option in form.choice.options if option.is_chosen}
    assert len(ticked) == 2
    assert ticked <= {str(user.pk) for user in (*names, world.evaluator)}
    assert not form.errors
    assert not Review.objects.exists()


def test_the_review_itself_does_not_make_its_evaluators_busy_when_its_plan_changes(world: World) -> None:
    review = world.plan_review(visit_start=SOON, visit_end=SOON)
    form = world.client_of("coordinator").get(reverse("change_plan", args=[review.code])).context["form"]
    assert {option.name: option.is_chosen for option in form.choice.options} == {"Evaluator": True, "Colleague": True}
    assert all(option.reason.startswith("ledig") for option in form.choice.options)


def test_a_plan_that_is_shown_again_keeps_what_was_typed_and_saves_nothing(world: World) -> None:
    review = world.plan_review(visit_start=SOON, visit_end=SOON)
    url, later = reverse("change_plan", args=[review.code]), SOON + timedelta(days=7)
    seen = world.client_of("coordinator").get(url).context["form"]["seen"].value()
    sent = {"act": "show", "seen": seen, "visit_start": later.isoformat(), "organisation": world.sister.pk}
    form = world.client_of("coordinator").post(url, sent).context["form"]
    assert form["visit_start"].value() == later.isoformat()
    assert form["seen"].value() == seen
    assert form.of == world.sister
    assert not any(option.is_chosen for option in form.choice.options)
    review.refresh_from_db()
    assert review.visit_start == SOON


def test_many_evaluators_are_folded_except_those_who_are_ticked(world: World, as_evaluator: Client) -> None:
    people = User.objects.bulk_create(
        User(username=f"e{n:02}", name=f"E{n:02}", email=f"e{n}@example.org") for n in range(20)
    )
    Membership.objects.bulk_create(Membership(user=u, network=world.network, role=Role.EVALUATOR) for u in people)
    last = as_evaluator.get(url_of(world.organisation)).context["form"].choice.options[-1]
    sent = form_of(world, organisation=world.organisation.pk, act="show", evaluators=[last.value])
    choice = as_evaluator.post(reverse("plan_review"), sent).context["form"].choice
    assert (len(choice.shown), len(choice.folded)) == (13, 9)
    assert choice.shown[-1].is_chosen


@pytest.mark.parametrize("start", ["", "0202-12-03", "2026-13-01", "x"])
def test_an_unfinished_day_shows_the_form_without_who_is_free(world: World, start: str) -> None:
    reasons = shown(world.client_of("coordinator"), world.organisation, visit_start=start)
    assert "ledig" not in "".join(reasons.values())
