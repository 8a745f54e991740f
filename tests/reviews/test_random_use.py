"""A model-based test: random evaluators save, clear, repeat and hand out in any order.

After each step the review matches a dictionary, and nothing changes it once it is handed out.
"""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from ipsfidelity.errors import StateConflict
from reviews.conduct.scoring import ScoreEdit, save_scores
from reviews.conduct.transitions import Incomplete
from reviews.models import Review, ReviewEvent
from reviews.records import chain
from reviews.records.writing import Stale
from scales.loading import load
from tests.builders import World, fresh
from tests.scales.pocket import pocket_scale

NUMBERS, SCORES = st.sampled_from((1, 2, 3)), st.sampled_from((None, 1, 2, 3, 4, 5))
TEXTS = st.sampled_from(("", "note", "another note", "æøå 🙂"))
WHO = st.sampled_from(("evaluator", "colleague"))

pytestmark = pytest.mark.django_db


class ReviewModel(RuleBasedStateMachine):
    """The model: the last stored value and version of each item."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.review = self.world.plan_review(edition=load(pocket_scale())[0])
        self.stored: dict[int, dict[str, Any]] = {n: {"value": None, "evidence": "", "version": 0} for n in (1, 2, 3)}
        self.sent: list[tuple[UUID, ScoreEdit]] = []
        self.closed: dict[str, Any] | None = None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def send(self, who: str, change: UUID, edit: ScoreEdit) -> dict[int, int]:
        return save_scores(review=fresh(self.review), by=getattr(self.world, who), change=change, edits=[edit])

    @rule(who=WHO, number=NUMBERS, value=SCORES, evidence=TEXTS, behind=st.integers(0, 2))
    def save(self, who: str, number: int, value: int | None, evidence: str, behind: int) -> None:
        here = self.stored[number]
        edit = ScoreEdit(number, max(0, here["version"] - behind), {"value": value, "evidence": evidence})
        change = uuid4()
        same = (here["value"], here["evidence"]) == (value, evidence)
        if same:
            assert self.send(who, change, edit) == {number: here["version"]}
        elif edit.based_on != here["version"]:
            with pytest.raises(Stale):
                self.send(who, change, edit)
        elif self.closed:
            with pytest.raises(StateConflict):
                self.send(who, change, edit)
        else:
            assert self.send(who, change, edit) == {number: here["version"] + 1}
            self.stored[number] = {"value": value, "evidence": evidence, "version": here["version"] + 1}
            self.sent.append((change, edit))

    @precondition(lambda self: self.sent)
    @rule(who=WHO, data=st.data())
    def repeat(self, who: str, data: st.DataObject) -> None:
        """A repeated change writes nothing and causes no conflict."""
        change, edit = data.draw(st.sampled_from(self.sent))
        self.send(who, change, edit)

    @rule(who=WHO, stale=st.booleans())
    def hand_out(self, who: str, stale: bool) -> None:
        seen = "0" * 64 if stale else chain.head(self.review)
        complete = all(row["value"] for row in self.stored.values())
        started = any(row["version"] for row in self.stored.values())

        def act() -> None:
            self.world.hand_out(self.review, by=getattr(self.world, who), seen=seen)

        if self.closed or not started or stale:
            with pytest.raises(StateConflict):
                act()
        elif not complete:
            with pytest.raises(Incomplete):
                act()
        else:
            act()
            self.closed = Review.objects.values().get(pk=self.review.pk)

    @invariant()
    def the_database_holds_what_was_saved(self) -> None:
        rows = {row.item_number: row for row in self.review.scores.all()}
        held = {n: {"value": r.value, "evidence": r.evidence, "version": r.version} for n, r in rows.items()}
        assert held == self.stored

    @invariant()
    def every_version_has_its_event(self) -> None:
        events = ReviewEvent.objects.filter(review=self.review, type="scored")
        assert events.count() == sum(row["version"] for row in self.stored.values())

    @invariant()
    def the_chain_is_whole(self) -> None:
        assert not list(chain.breaks(self.review.events.select_related("by", "review").order_by("pk")))

    @invariant()
    def a_review_that_was_handed_out_stays_as_it_was(self) -> None:
        if self.closed:
            assert Review.objects.values().get(pk=self.review.pk) == self.closed


def test_any_order_of_saves_repeats_and_handing_out_matches_the_model(world: World) -> None:
    ReviewModel.world = world
    run_state_machine_as_test(
        ReviewModel,
        settings=settings(max_examples=40, stateful_step_count=25, suppress_health_check=list(HealthCheck)),
    )
