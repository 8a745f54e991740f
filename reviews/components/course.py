"""The course of a review: the steps from its plan to its signature, and which of them are done.

Pages draw it in full with days and names, lists in small.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from reviews.models import Review
from reviews.workflow import Method, Status

LABELS = {
    "planned": _("Planned"),
    "scoring": _("Scoring"),
    "consensus": _("Consensus"),
    "draft": _("Draft report"),
    "final": _("Final"),
}
STEP_OF = {
    Status.PLANNED: "planned",
    Status.SCORING: "scoring",
    Status.RATING: "scoring",
    Status.CONSENSUS: "consensus",
    Status.DRAFT: "draft",
    Status.FINAL: "final",
    Status.SUPERSEDED: "final",
}


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
    reached = STEP_OF.get(Status(review.status))
    if reached is None or review.is_imported:
        return ()
    names = _steps(review.method)
    return tuple(
        CourseStep(name, str(LABELS[name]), _state(names.index(name), names.index(reached), name), lines.get(name, ()))
        for name in names
    )


def course_mini(review: Review) -> SafeString:
    """Return the course of a review as a small drawing with the word for its present step, "" for a cancelled one."""
    reached = STEP_OF.get(Status(review.status))
    return SafeString("") if reached is None else _mini(review.method, reached, get_language() or "")


@lru_cache
def _mini(method: str, reached: str, _language: str) -> SafeString:
    names = _steps(method)
    steps = [
        {"state": _state(place, names.index(reached), name), "x": str(22 * place)} for place, name in enumerate(names)
    ]
    label = str(LABELS[reached])
    width = str(22 * len(names))
    return SafeString(render_to_string("components/course_mini.html", {"steps": steps, "label": label, "width": width}))


def _steps(method: str) -> list[str]:
    return [name for name in LABELS if name != "consensus" or method == Method.APART]


def _state(place: int, reached: int, name: str) -> str:
    if place < reached or (place == reached and name == "final"):
        return "done"
    return "now" if place == reached else "then"
