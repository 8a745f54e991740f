"""The editions of scales in the results of a network: comparable ones are one choice, and pages say so. Read-only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reviews.overview.paging import LinkChoices, choose
from reviews.wording import joined_words
from scales.definition import Scale
from scales.models import ScaleEdition


@dataclass(frozen=True)
class JoinedEditions:
    """Editions that are comparable with each other, by primary key, the oldest first. At least one."""

    editions: tuple[int, ...]

    @property
    def scales(self) -> tuple[Scale, ...]:
        """The scales of the editions, the oldest first."""
        return tuple(ScaleEdition.scale_of(pk) for pk in self.editions)

    @property
    def comparable(self) -> tuple[int, ...]:
        """All editions that are comparable with these, the oldest first."""
        return ScaleEdition.comparable(self.editions[-1])

    @property
    def scale(self) -> Scale:
        """The newest scale, whose words stand for all of them."""
        return self.scales[-1]

    @property
    def label(self) -> str:
        """The title of the newest scale, and the version of each."""
        return f"{self.scale.title} ({' + '.join(scale.version for scale in self.scales)})"


def join_editions(editions: Iterable[int]) -> tuple[JoinedEditions, ...]:
    """Return editions in groups that are comparable, in the order of the first one of each group."""
    used = set(editions)
    groups = {ScaleEdition.comparable(edition) for edition in used}
    return tuple(JoinedEditions(tuple(pk for pk in group if pk in used)) for group in sorted(groups))


def editions_words(editions: Iterable[int]) -> str:
    """Return a sentence that names the editions of some results, "" unless several are joined."""
    return " ".join(filter(None, (joined_words(joined.scales) for joined in join_editions(editions))))


def choose_editions(requested: str, counts: Mapping[int, int]) -> tuple[LinkChoices, JoinedEditions | None]:
    """Return the choices among the editions in `counts`, which holds a number for each, and what is chosen.

    `requested` is the slug of an edition. The group with the highest number replaces a slug that is not among them.
    None is chosen if there are no editions.
    """
    groups = {group.scale.slug: group for group in join_editions(counts)}
    newest = {scale.slug: slug for slug, group in groups.items() for scale in group.scales}
    most_used = max(groups, key=lambda slug: sum(counts[pk] for pk in groups[slug].editions), default="")
    choices = choose(newest.get(requested, requested), {slug: group.label for slug, group in groups.items()}, most_used)
    return choices, groups.get(choices.chosen)
