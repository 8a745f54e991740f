"""A model-based test: random people act on a review, its corrections and the corrections of those.

After each step no final review has changed, the chains are intact, and each person sees what the model allows.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from reviews.models import FinalRecord, ItemScore, Review
from reviews.records import chain, replay
from scales.loading import load
from tests.builders import World, version_of
from tests.reviews.conduct.test_changing_plans import form_of as plan_form
from tests.scales.pocket import pocket_scale

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]

EVALUATORS = ("evaluator", "colleague")
PEOPLE = (*EVALUATORS, "coordinator", "team_leader", "other_leader", "stranger", "admin")
WHO = st.sampled_from((*EVALUATORS * 2, *PEOPLE))
WHICH = st.integers(0, 9)
PHASES = [Phase.generate]  # a failing course is short enough to read, and shrinking it takes minutes
FROZEN, HANDED_OUT = ("final", "superseded"), ("draft", "final", "superseded")


@dataclass
class ModelReview:
    """The state of one review in the model."""

    code: Any
    status: str
    evaluators: set[str]
    creator: str
    scores: dict[int, int | None] = field(default_factory=dict)
    corrects: "ModelReview | None" = None
    corrected: bool = False
    kept: list[Any] = field(default_factory=list)


class Course(RuleBasedStateMachine):
    world: World

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        cache.clear()
        self.clients: dict[str, Client] = {who: self.world.client_of(who) for who in PEOPLE}
        pocket = load(pocket_scale())[0]
        planned = self.world.plan_review(edition=pocket)
        handed_out = self.world.draft_review(4, edition=pocket)
        self.reviews = [
            ModelReview(planned.code, "planned", set(EVALUATORS), "evaluator", dict.fromkeys((1, 2, 3))),
            ModelReview(handed_out.code, "draft", set(EVALUATORS), "evaluator", dict.fromkeys((1, 2, 3), 4)),
        ]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def pick(self, which: int) -> ModelReview:
        return self.reviews[which % len(self.reviews)]

    def may_know(self, who: str, known: ModelReview) -> bool:
        if who == "coordinator":
            return True
        if who in EVALUATORS:
            return who in known.evaluators or who == known.creator
        return who == "team_leader" and known.status in HANDED_OUT

    def post(self, who: str, name: str, arguments: list[Any], sent: dict[str, Any]) -> int:
        return self.clients[who].post(reverse(name, args=arguments), sent).status_code

    @rule(who=WHO, which=WHICH, number=st.sampled_from((1, 2, 3)), value=st.integers(1, 5))
    def save(self, who: str, which: int, number: int, value: int) -> None:
        known = self.pick(which)
        stored = Review.objects.get(code=known.code)
        sent = {"value": str(value), "version": version_of(stored, number), "sources": []}
        got = self.post(who, "item", [known.code, number], sent)
        if not self.may_know(who, known):
            assert got == 404
        elif who not in known.evaluators:
            assert got == 403
        elif known.status in HANDED_OUT:
            assert got == (303 if known.scores[number] == value else 409)
        else:
            assert got == 303
            if known.scores[number] != value:
                known.scores[number], known.status = value, "scoring"

    @rule(
        who=WHO,
        which=WHICH,
        name=st.sampled_from(("next", "draft", "finalise", "reopen", "start", "supersede")),
        reason=st.sampled_from(("Tallet var fra i fjor.", " ")),
        right_password=st.integers(0, 5).map(bool),
    )
    def move(self, who: str, which: int, name: str, reason: str, right_password: bool) -> None:
        known = self.pick(which)
        if name == "next":
            name = "finalise" if known.status == "draft" else "draft"
        seen = chain.head(Review.objects.get(code=known.code))
        user = getattr(self.world, who).username
        cache.clear()  # the limit on password attempts is tested elsewhere
        password = f"{user}-pw" if right_password else "wrong"
        sent = {"seen": seen, "comment": reason, "password": password, "gaps_reason": "Notert på papir."}
        sent |= {"fact_check": "without", "no_check_reason": "Avtalt."}
        got = self.post(who, "move", [known.code, name], sent)
        source, target = {"draft": ("scoring", "draft"), "finalise": ("draft", "final")}.get(name, ("draft", "scoring"))
        by_coordinator = name == "reopen" and who == "coordinator"
        complete = all(known.scores.values())
        if name in ("start", "supersede") or not self.may_know(who, known):
            assert got == 404
        elif who not in known.evaluators and not by_coordinator:
            assert got == 403
        elif known.status != source:
            assert got == 409
        elif (
            (name == "draft" and not complete)
            or (name == "reopen" and not reason.strip())
            or (name == "finalise" and not right_password)
        ):
            assert got == 422
        else:
            assert got == 302
            known.status = target
            if target == "final":
                self.keep(known)
                if known.corrects:
                    known.corrects.status = "superseded"

    @rule(who=WHO, which=WHICH, reason=st.sampled_from(("Feil i kriterium 1.", "Feil i kriterium 2.", "")))
    def correct(self, who: str, which: int, reason: str) -> None:
        known = self.pick(which)
        got = self.post(who, "correct", [known.code], {"comment": reason})
        if not self.may_know(who, known):
            assert got == 404
        elif who not in known.evaluators and who != "coordinator":
            assert got == 403
        elif known.status != "final" or known.corrected:
            assert got == 409
        elif not reason:
            assert got == 422
        else:
            assert got == 302
            known.corrected = True
            new = Review.objects.get(supersedes__code=known.code)
            self.reviews.append(ModelReview(new.code, "scoring", set(known.evaluators), who, dict(known.scores), known))

    @rule(which=WHICH, steps=st.integers(1, 4))
    def go_on(self, which: int, steps: int) -> None:
        """Take some transitions towards a final review, because random steps alone seldom reach one."""
        which %= len(self.reviews)
        for _ in range(steps):
            self.step_on(which)
            if self.pick(which).corrected and self.pick(which).status == "final":
                which = len(self.reviews) - 1

    def step_on(self, which: int) -> None:
        known = self.pick(which)
        who = min(known.evaluators)
        missing = [number for number, value in known.scores.items() if value is None]
        if known.status in ("planned", "scoring") and missing:
            self.save(who, which, missing[0], 3)
        elif known.status in ("scoring", "draft"):
            self.move(who, which, "next", "", True)
        else:
            self.correct(who, which, "Feil i kriterium 3.")

    @rule(who=WHO, which=WHICH, people=st.sets(st.sampled_from(EVALUATORS)))
    def hand_over(self, who: str, which: int, people: set[str]) -> None:
        known = self.pick(which)
        chosen = [getattr(self.world, name).pk for name in people]
        got = self.post(
            who, "change_plan", [known.code], plan_form(Review.objects.get(code=known.code), evaluators=chosen)
        )
        if not self.may_know(who, known):
            assert got == 404
        elif who not in (*known.evaluators, "coordinator"):
            assert got == 403
        elif known.status in FROZEN:
            assert got == 409
        elif who != "coordinator":
            assert got == (302 if people in (set(), known.evaluators) else 409)
        elif not people:
            assert got == 422
        else:
            assert got == 302
            known.evaluators = set(people)

    def keep(self, known: ModelReview) -> None:
        known.kept = self.frozen_parts(known)

    def frozen_parts(self, known: ModelReview) -> list[Any]:
        review = Review.objects.get(code=known.code)
        row = Review.objects.values().get(pk=review.pk) | {"status": ""}
        scores = list(ItemScore.objects.filter(review=review).order_by("pk").values())
        people = list(review.participations.order_by("pk").values())
        record = FinalRecord.objects.filter(review=review).values("content", "fingerprint", "sha256").get()
        events = list(review.events.order_by("pk").values("hash", "previous", "changes", "comment", "type"))
        signed = next(number for number, event in enumerate(events) if event["type"] == "finalised")
        return [row, scores, people, record, events[: signed + 1]]

    @invariant()
    def no_final_review_has_changed(self) -> None:
        for known in self.reviews:
            review = Review.objects.get(code=known.code)
            assert review.status == known.status
            if known.status in FROZEN:
                assert self.frozen_parts(known) == known.kept
            else:
                assert dict(review.scores.values_list("item_number", "value")) == known.scores

    @invariant()
    def everybody_sees_what_they_may_and_nothing_else(self) -> None:
        for known in self.reviews:
            for who in PEOPLE:
                expected = 200 if self.may_know(who, known) else 404
                got = self.clients[who].get(reverse("sheet_json", args=[known.code])).status_code
                assert got == expected, who

    @invariant()
    def the_chains_are_whole(self) -> None:
        for review in Review.objects.all():
            events = list(review.events.select_related("by", "review").order_by("pk"))
            assert not list(chain.breaks(events))
            assert not list(replay.faults(review, events))


def test_any_course_keeps_final_reviews_and_secrets(world: World) -> None:
    Course.world = world
    run_state_machine_as_test(
        Course,
        settings=settings(
            max_examples=6,
            stateful_step_count=25,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )
