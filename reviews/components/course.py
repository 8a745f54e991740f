"""The course of a review: the steps from its plan to its signature, and which of them are done.

Pages draw it in full with days and names, lists in small.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from reviews.models import Review
from reviews.workflow import Stage, stages


@dataclass(frozen=True)
class CourseStep:
    """One step. `state` is "done", "now" or "then"; `lines` say when, who, and what the step still needs."""

    name: str
    label: str
    state: str
    lines: Sequence[str] = ()


def course_of(review: Review, lines: Mapping[str, Sequence[str]]) -> tuple[CourseStep, ...]:
    """Return the course of a review, () for one that was cancelled or imported: it has none.

    `lines` maps names of steps to what they say.
    """
    reached = review.stage
    if reached is None or review.is_imported:
        return ()
    passed = stages(review.method)
    return tuple(
        CourseStep(
            stage.value, str(stage.label), _state(place, passed.index(reached), stage), lines.get(stage.value, ())
        )
        for place, stage in enumerate(passed)
    )


def course_mini(review: Review) -> SafeString:
    """Return the course of a review as a small drawing with the word for its present step, "" for a cancelled one."""
    return SafeString("") if review.stage is None else _mini(review.method, review.stage, get_language() or "")


@lru_cache
def _mini(method: str, reached: Stage, _language: str) -> SafeString:
    passed = stages(method)
    steps = [
        {"state": _state(place, passed.index(reached), stage), "x": str(22 * place)}
        for place, stage in enumerate(passed)
    ]
    context = {"steps": steps, "label": str(reached.label), "width": str(22 * len(passed))}
    return SafeString(render_to_string("components/course_mini.html", context))


def _state(place: int, reached: int, stage: Stage) -> str:
    if place < reached or (place == reached and stage == Stage.FINAL):
        return "done"
    return "now" if place == reached else "then"
