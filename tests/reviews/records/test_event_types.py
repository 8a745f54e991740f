"""One table declares the fields of each event; the chain, the history, the triggers and the document follow it."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from reviews.models import Action, EventType, PreparationStep, Remark, Review, ReviewEvent
from reviews.records import chain
from reviews.records.event_types import EVENT_TYPES, FIELDS, Show
from reviews.workflow import Kind, Method, Status
from tests.builders import World
from tests.reviews.records.test_protection import refused

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "events.md"
EXAMPLES: dict[str, Any] = {
    "status": [Status.PLANNED, Status.SCORING],
    "remark_kind": [Remark.Kind.COMMENT, Remark.Kind.FACT],
    "state": [Action.State.PLANNED, Action.State.DONE],
    "observation": [{}, {"amount": "78"}],
    "awaiting": [False, True],
    "step_done": [False, True],
    "step": ["Et skritt", "Et skritt"],
    "steps": [0, 12],
    "kind": [Kind.PEER, Kind.SELF],
    "method": [Method.APART, Method.TOGETHER],
    "moved_steps": [0, 3],
    "past_steps": [PreparationStep.WhenPast.LEAVE, PreparationStep.WhenPast.TODAY],
}


def example_of(field: str, world: World) -> list[Any]:
    """Return a value before and one after, as a current event could have them."""
    if field == "put_to":
        return ["", str(world.colleague.code)]
    if field in ("evaluators", "told"):
        return [[str(world.evaluator.code)], [str(world.colleague.code)]]
    if FIELDS[field].show == Show.ORGANISATION:
        return [str(world.organisation.code), str(world.sister.code)]
    if FIELDS[field].show == Show.REVIEW:
        return [str(world.plan_review().code), str(world.plan_review(visit_end=date(2026, 3, 12)).code)]
    if FIELDS[field].show == Show.DAY:
        return ["2026-03-10", "2026-04-11"]
    return EXAMPLES.get(field, [f"before-{field}", f"after-{field}"])


def test_every_type_is_declared_and_every_field_is_described() -> None:
    assert set(EVENT_TYPES) == set(EventType)
    assert {field for declared in EVENT_TYPES.values() for field in declared.fields} == set(FIELDS)


@pytest.mark.django_db
def test_an_event_with_an_undeclared_field_is_not_written(world: World) -> None:
    review = world.plan_review()
    with pytest.raises(ValueError, match="scored declares no field mood"):
        chain.append(review, ReviewEvent(by=world.evaluator, type=EventType.SCORED, changes={"mood": ["", "good"]}))
    assert not review.events.filter(type=EventType.SCORED).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("event_type", EventType, ids=lambda event_type: event_type.value)
def test_no_field_of_an_event_is_missing_from_the_history(
    world: World, as_evaluator: Client, event_type: EventType
) -> None:
    review = world.plan_review()
    fields = EVENT_TYPES[event_type].fields
    changes = {field: example_of(field, world) for field in fields}
    chain.append(review, ReviewEvent(by=world.evaluator, type=event_type, item_number=4, changes=changes))
    shown = as_evaluator.get(reverse("history", args=[review.code])).context["history"].entries[0]
    with translation.override("nb"):
        assert {change.field for change in (*shown.changes, *shown.hashes)} == {
            str(FIELDS[field].label) for field in fields if FIELDS[field].show != Show.NOT
        }
    assert all(change.before != change.after or change.marked or field == "step" for field, change in in_order(shown))


def in_order(entry: Any) -> list[tuple[str, Any]]:
    """Return the changes that the history shows, with the keys of their fields in the order of `FIELDS`."""
    labels = {str(FIELDS[field].label): field for field in FIELDS}
    return [(labels[change.field], change) for change in entry.changes]


@pytest.mark.django_db
def test_a_field_of_an_older_version_is_shown_under_its_own_name(world: World, as_evaluator: Client) -> None:
    review = world.plan_review()
    event = review.events.get()
    stored = ReviewEvent(
        review=review, by=world.evaluator, type=EventType.SCORED, previous=event.hash, changes={"mood": ["", "good"]}
    )
    stored.hash = chain.link(stored)
    stored.save()
    page = as_evaluator.get(reverse("history", args=[review.code])).content.decode()
    assert "mood" in page
    assert "good" in page


@pytest.mark.django_db
def test_only_events_declared_for_final_reviews_can_be_recorded_on_one(world: World) -> None:
    review = world.final_review(4)
    head = chain.head(review)
    for event_type, declared in EVENT_TYPES.items():
        if not declared.when_final:
            assert refused(
                "INSERT INTO reviews_reviewevent (review_id, by_id, at, happening, changes, comment, previous, hash) "
                "VALUES (%s, %s, CURRENT_TIMESTAMP, %s, '{}', '', %s, 'x')",
                *(review.pk, world.evaluator.pk, event_type.value, head),
            ), event_type
    for event_type, declared in EVENT_TYPES.items():
        if declared.when_final:
            chain.append(Review.objects.get(pk=review.pk), ReviewEvent(by=world.evaluator, type=event_type))


def test_the_document_of_events_matches_the_table() -> None:
    written = re.findall(
        r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert written == [
        (
            event_type.value,
            ", ".join(f"`{field}`" for field in declared.fields) or "–",
            "evaluators, coordinator" if declared.internal else "all who may read the review",
            "yes" if declared.when_final else "no",
        )
        for event_type, declared in EVENT_TYPES.items()
    ]
