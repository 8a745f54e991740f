"""Read model of the choice of evaluators in a plan: the suggested ones first, each with the reason. Never writes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.conduct.evaluator_facts import Work, last_visits_to, visits_during, work_by_evaluator, workplaces
from reviews.conduct.evaluator_ranking import Candidate, ranked
from reviews.models import Network, Organisation, User
from reviews.wording import visit_words
from reviews.workflow import FROM_OUTSIDE, Role

SHOWN = 12  # evaluators; the others are folded


@dataclass(frozen=True)
class PlannedVisit:
    """The part of a plan that the suggestions depend on, as far as it is filled in. `kind` is "" until it is chosen."""

    organisation: Organisation
    kind: str = ""
    start: date | None = None
    end: date | None = None

    @property
    def is_from_outside(self) -> bool:
        """Whether the evaluators must work elsewhere. Nothing is known before the kind is chosen, so they should."""
        return not self.kind or self.kind in FROM_OUTSIDE

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and last day, None until the first day is known or while they are in the wrong order."""
        if self.start is None or (self.end and self.end < self.start):
            return None
        return self.start, self.end or self.start


@dataclass(frozen=True)
class EvaluatorOption:
    """An evaluator who can be chosen, with the reason for or against it."""

    value: str
    name: str
    reason: str
    is_suitable: bool
    is_chosen: bool = False


@dataclass(frozen=True)
class EvaluatorChoice:
    """The evaluators of a form in the order of suggestion. `summary` says in a sentence who is free."""

    summary: str
    options: tuple[EvaluatorOption, ...]

    def choosing(self, values: Collection[str]) -> "EvaluatorChoice":
        """Return the same choice with other evaluators ticked."""
        ticked = (replace(option, is_chosen=option.value in values) for option in self.options)
        return replace(self, options=tuple(ticked))

    def suggested(self, count: int) -> list[str]:
        """Return the values of the first `count` evaluators who are suitable."""
        return [option.value for option in self.options if option.is_suitable][:count]

    @property
    def shown(self) -> tuple[EvaluatorOption, ...]:
        """The first ones, and all who are ticked."""
        return tuple(option for number, option in enumerate(self.options) if number < SHOWN or option.is_chosen)

    @property
    def folded(self) -> tuple[EvaluatorOption, ...]:
        """The others, behind a disclosure."""
        return tuple(option for option in self.options[SHOWN:] if not option.is_chosen)


def evaluator_choice(
    people: Iterable[User], visit: PlannedVisit, reader: User, without: Collection[int] = ()
) -> EvaluatorChoice:
    """Return the evaluators to choose among, ranked for a visit, as `reader` may know of their other visits.

    `without` are the keys of reviews that do not count as other visits, because they are what is planned. Six queries.
    """
    coordinated = Network.objects.where_person_is(reader, (Role.COORDINATOR,))
    knows_all = coordinated.filter(pk=visit.organisation.network_id).exists()
    order = ranked(_candidates(list(people), visit, reader, without), from_outside=visit.is_from_outside)
    options = (
        EvaluatorOption(
            value=str(one.key),
            name=one.name,
            reason=_reason(one, visit, knows_all=knows_all),
            is_suitable=one.is_suitable(from_outside=visit.is_from_outside),
        )
        for one in order
    )
    return EvaluatorChoice(_summary(order, visit), tuple(options))


def _candidates(people: list[User], visit: PlannedVisit, reader: User, without: Collection[int]) -> Iterable[Candidate]:
    keys, organisation = [user.pk for user in people], visit.organisation
    work, places = work_by_evaluator(without), workplaces(keys, organisation.network_id)
    clashes = visits_during(*visit.days, reader, without) if visit.days else {}
    last_here = last_visits_to([organisation.current_id], keys, reader)
    for user in people:
        own = work.get(user.pk, Work())
        yield Candidate(
            key=user.pk,
            name=str(user),
            works_here=organisation.current_id in places.get(user.pk, ()),
            clashes=clashes.get(user.pk, ()),
            recent=own.recent,
            ahead=own.ahead,
            last_here=last_here.get((user.pk, organisation.current_id)),
        )


def _summary(candidates: Collection[Candidate], visit: PlannedVisit) -> str:
    """Return who is free, in a sentence."""
    if not visit.days:
        return _("Give the first day of the visit to see who is free.")
    count = sum(one.is_suitable(from_outside=visit.is_from_outside) for one in candidates)
    sentence = ngettext(
        "%(count)s of %(all)s evaluators is free and independent %(visit)s. Those who have done least come first.",
        "%(count)s of %(all)s evaluators are free and independent %(visit)s. Those who have done least come first.",
        count,
    )
    if not visit.is_from_outside:
        sentence = ngettext(
            "%(count)s of %(all)s evaluators is free %(visit)s. Those who have done least come first.",
            "%(count)s of %(all)s evaluators are free %(visit)s. Those who have done least come first.",
            count,
        )
    return sentence % {"count": str(count), "all": str(len(candidates)), "visit": visit_words(*visit.days)}


def _reason(one: Candidate, visit: PlannedVisit, *, knows_all: bool) -> str:
    """Return the reason for or against an evaluator: "free 3–4 December 2026, 1 review in the last 12 months"."""
    place = {"organisation": str(visit.organisation)}
    parts = [_("works at %(organisation)s") % place] if one.works_here else []
    parts += [
        _("also at %(organisation)s %(visit)s")
        % {"organisation": other.place, "visit": visit_words(other.start, other.end)}
        for other in one.clashes
        if other.place
    ]
    if any(not other.place for other in one.clashes):
        parts.append(_("has another visit in these days"))
    if visit.days and not one.clashes:
        parts.append(_("free %(visit)s") % {"visit": visit_words(*visit.days)})
    parts.append(load_words(one.recent, one.ahead))
    if one.last_here:
        month = {"month": date_format(one.last_here, "YEAR_MONTH_FORMAT")}
        parts.append(_("last at %(organisation)s in %(month)s") % (place | month))
    elif knows_all and not one.works_here:
        parts.append(_("never at %(organisation)s") % place)
    return ", ".join(parts)


def load_words(recent: int, ahead: int) -> str:
    """Return "1 review in the last 12 months", with ", 2 planned" if there are any."""
    words = ngettext("%(n)s review in the last 12 months", "%(n)s reviews in the last 12 months", recent)
    words %= {"n": str(recent)}
    return f"{words}, {ngettext('%(n)s planned', '%(n)s planned', ahead) % {'n': str(ahead)}}" if ahead else words
