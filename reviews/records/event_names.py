"""The names of what the events of a review hold by code: people, sources, organisations, editions and reviews."""

from typing import NamedTuple

from reviews.models import Organisation, Review, ReviewEvent, User
from reviews.records.event_types import FIELDS, Show
from scales.models import GuideEdition, ScaleEdition


class Names(NamedTuple):
    """The names of what events hold, by code, and the languages of those that are from an instrument."""

    words: dict[str, str]
    languages: dict[str, str]


def names_in(events: list[ReviewEvent], review: Review, user: User) -> Names:
    """Return the names of what events hold by code: people, sources, organisations, editions, reviews by their visit.

    A review that the reader may not know of has no name. One query for each of these that occurs.
    """
    people, organisations, editions, reviews = (
        _codes_in(events, show) for show in (Show.PEOPLE, Show.ORGANISATION, Show.SCALE, Show.REVIEW)
    )
    guides = _codes_in(events, Show.GUIDE)
    names = {source.code: source.name.partition(":")[0].rstrip(".") for source in review.scale.sources}
    languages = dict.fromkeys(names, review.scale.language)
    names |= {str(row.code): str(row) for row in User.objects.filter(code__in=people)} if people else {}
    if organisations:
        names |= {str(row.code): row.name for row in Organisation.objects.filter(code__in=organisations)}
    if editions:
        scales = ScaleEdition.objects.filter(slug__in=editions).values_list("slug", "language", "title", "version")
        names |= {slug: f"{title} ({version})" for slug, _language, title, version in scales}
        languages |= {slug: language for slug, language, _title, _version in scales}
    if guides:
        titles = GuideEdition.objects.filter(slug__in=guides).values_list("slug", "language", "title")
        names |= {slug: title for slug, _language, title in titles}
        languages |= {slug: language for slug, language, _title in titles}
    if reviews:
        names |= {str(row.code): row.visit for row in Review.objects.visible_to(user).filter(code__in=reviews)}
    return Names(names, languages)


def _codes_in(events: list[ReviewEvent], show: Show) -> set[str]:
    """Return the codes in the fields of the events that are shown like this."""
    fields = [field for field, declared in FIELDS.items() if declared.show == show]
    sides = (side for event in events for field in fields for side in event.changes.get(field, ()))
    return {str(code) for side in sides for code in (side if isinstance(side, list) else [side]) if code}
