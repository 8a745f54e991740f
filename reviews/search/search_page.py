"""The read model of the search page: the groups of hits, each with a few hits and the way to all of them.

Every group starts from what the reader may see: organisations and reviews that they may know of, the instruments of the
installation, people of the networks that they manage and evaluators of reviews that they may know of, their own
notes, and the user guide. The number of queries does not depend on the hits.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ipsfidelity.names import search_key
from reviews.help.guide import pages_about
from reviews.models import AccessAction, Membership, Network, Organisation, Review, ReviewEvaluator, User
from reviews.models.names import ByName, name_contains
from reviews.models.visibility import could_know, may_know
from reviews.records.access_log import record_all
from reviews.search.notes import own_notes
from reviews.search.snippets import NO_TEXT, Marked, marked, snippet
from reviews.search.terms import Terms
from scales.models import ScaleEdition

SHOWN = 6  # hits of a group
MOST_COUNTED = 100
MOST_PARTICIPATIONS = 200  # that are read to find SHOWN different evaluators
MOST_OTHERS = 10  # people who are no members, whose reviews a coordinator's search looks through


@dataclass(frozen=True)
class Hit:
    """One hit. `about` is a line in plain words, `extract` the place of the hit in a longer text.

    `language` is the language of the title, "" for names and our own words.
    """

    title: Marked
    url: str
    about: str = ""
    extract: Marked = NO_TEXT
    language: str = ""


@dataclass(frozen=True)
class HitGroup:
    """The first hits of one sort. `rest` says how many there are if that is more than shown, `all_url` leads to all."""

    title: str
    hits: tuple[Hit, ...]
    rest: str = ""
    all_url: str = ""


@dataclass(frozen=True)
class SearchPage:
    """The groups that have a hit, in the order of the page."""

    groups: tuple[HitGroup, ...]


def search_page(user: User, text: str) -> SearchPage:
    """Return what a person finds by a text. Sixteen queries at most.

    Reading a note by searching is recorded in the access log of its review.
    """
    terms = Terms(text)
    groups = (
        _organisations(user, terms),
        _reviews(user, terms),
        _items(terms),
        _people(user, terms),
        _notes(user, terms),
        _help(terms),
    )
    return SearchPage(tuple(group for group in groups if group.hits))


def _organisations(user: User, terms: Terms) -> HitGroup:
    """Organisations by their name, and those that were joined to another one by the name that they had."""
    known = Organisation.objects.known_to(user).filter(name_contains(terms.text)).select_related("joined_to", "network")
    rows = known.order_by(ByName(), "pk")[: SHOWN + 1]
    hits = tuple(
        Hit(
            marked(row.name, terms.pattern),
            row.get_absolute_url(),
            _("now %(organisation)s") % {"organisation": row} if row.joined_to_id else str(row.network),
        )
        for row in rows
    )
    url = f"{reverse('organisations')}?{urlencode({'q': terms.text})}"
    return _group(_("Organisations"), hits, Organisation.objects.visible_to(user).named(terms.text), url)


def _reviews(user: User, terms: Terms) -> HitGroup:
    """Reviews by organisation, year, month, kind and code."""
    meant, filters = terms.reviews(Organisation.objects.known_to(user))
    found = Review.objects.listed_to(user).filter(meant).newest_first()
    hits = tuple(
        Hit(
            marked(f"{review.organisation}, {review.visit}", terms.pattern),
            review.get_absolute_url(),
            f"{capfirst(review.get_kind_display())}, {review.get_status_display()}",
        )
        for review in found.select_related("organisation__joined_to")[: SHOWN + 1]
    )
    return _group(_("Reviews"), hits, found, f"{reverse('reviews')}?{urlencode(filters)}" if filters else "")


def _items(terms: Terms) -> HitGroup:
    """Items of the instruments in use, by number or title."""
    hits = [
        Hit(
            marked(f"{item.number}. {item.title}", terms.pattern),
            f"{edition.get_absolute_url()}#item-{item.number}",
            str(edition),
            language=edition.language,
        )
        for edition in ScaleEdition.objects.current()
        for item in edition.scale.items
        if item.number == terms.item_number or terms.pattern.search(item.title)
    ]
    return HitGroup(_("Items of the scale"), tuple(hits[:SHOWN]), _rest(len(hits)), reverse("instruments"))


def _people(user: User, terms: Terms) -> HitGroup:
    """People of the networks that the reader manages, and evaluators of the reviews that the reader may know of."""
    people = User.objects.named(terms.text)
    keys = list(people.order_by().values_list("pk", flat=True)[: MOST_COUNTED + 1])
    if not keys:
        return HitGroup(_("People"), ())
    named = Q(user__in=keys) if len(keys) <= MOST_COUNTED else Q(user__search_key__contains=search_key(terms.text))
    managed = Membership.objects.filter(named, network__in=Network.objects.managed_by(user).order_by().values("pk"))
    members = list(
        managed.select_related("user", "network", "organisation__joined_to").order_by(ByName("user"), "user", "role")[
            : MOST_COUNTED + 1
        ]
    )
    others = people.exclude(pk__in={user.pk, *(member.user_id for member in members)})
    evaluating = _evaluating(user, others) if len(members) <= MOST_COUNTED else ()
    hits = [
        Hit(
            marked(str(member.user), terms.pattern),
            reverse("person", args=[member.network.code, member.user.code]),
            f"{capfirst(member.get_role_display())}, {member.organisation or member.network}",
        )
        for member in members
    ]
    hits += [
        Hit(
            marked(str(row.user), terms.pattern),
            row.review.get_absolute_url(),
            _("Evaluator of %(organisation)s, %(visit)s")
            % {"organisation": row.review.organisation, "visit": row.review.visit},
        )
        for row in evaluating
    ]
    return HitGroup(_("People"), tuple(hits[:SHOWN]), _rest(len(hits)))


def _evaluating(user: User, others: QuerySet[User]) -> Collection[ReviewEvaluator]:
    """Return the newest participation of other people in a review that the reader may know of. Two queries at most.

    Few reviews are known to a reader who coordinates no network, so that they lead to the people. Members of one's own
    networks are found before, so that coordinators look for few others: the first MOST_OTHERS of these.
    """
    rows = ReviewEvaluator.objects.filter(may_know(user, path="review__"))
    if getattr(user, "coordinates_somewhere", True):
        rows = rows.filter(user__in=list(others.values_list("pk", flat=True)[:MOST_OTHERS]))
    else:
        rows = rows.filter(could_know(user, path="review__"), user__in=others.order_by().values("pk"))
    newest: dict[int, ReviewEvaluator] = {}
    with_names = rows.select_related("user", "review__organisation__joined_to")
    for row in with_names.order_by("-review__visit_start", "-review")[:MOST_PARTICIPATIONS]:
        newest.setdefault(row.user_id, row)
    return newest.values()


def _notes(user: User, terms: Terms) -> HitGroup:
    """The reader's own notes. The reviews whose notes are shown are recorded as read."""
    found = own_notes(user, terms.pattern)
    hits = tuple(
        Hit(
            Marked(note.what),
            note.url,
            f"{note.review.organisation}, {note.review.visit}",
            snippet(note.text, terms.pattern),
            note.language,
        )
        for note in found[:SHOWN]
    )
    if shown := dict.fromkeys(note.review.pk for note in found[:SHOWN]):
        record_all(AccessAction.READ, user, shown, "search")
    return HitGroup(_("Your notes"), hits, _rest(len(found)))


def _help(terms: Terms) -> HitGroup:
    """Pages of the user guide, by title or summary in the language of the interface."""
    hits = [
        Hit(marked(str(page.title), terms.pattern), reverse("help_page", args=[page.slug]), str(page.about))
        for page in pages_about(terms.pattern)
    ]
    return HitGroup(_("Help"), tuple(hits[:SHOWN]), _rest(len(hits)), reverse("help"))


def _group(title: str, hits: tuple[Hit, ...], all_of_them: QuerySet[Any], url: str) -> HitGroup:
    """Return a group whose hits are the first of a query. One query if there are more than shown."""
    count = all_of_them.order_by()[: MOST_COUNTED + 1].count() if len(hits) > SHOWN else 0
    return HitGroup(title, hits[:SHOWN], _rest(count), url if count else "")


def _rest(count: int) -> str:
    """Return how many hits there are, "" if all are shown."""
    if count <= SHOWN:
        return ""
    if count > MOST_COUNTED:
        return _("More than %(count)s in all") % {"count": MOST_COUNTED}
    return _("%(count)s in all") % {"count": count}
