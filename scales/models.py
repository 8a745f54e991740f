"""Editions of instruments: each row holds one document. Knows no review and no user.

Written only by `loading.py`. An edition in use is never altered: a changed document needs a slug of its own, so that
old scores keep the wording by which they were given.
"""

from dataclasses import dataclass
from time import monotonic
from typing import Any, ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from scales.definition import Guide, Scale
from scales.families import families, successors
from scales.parsing import parse_guide, parse_scale

REMEMBERED_FOR = 60  # seconds


class Edition(models.Model):
    """The common fields of scales and guides. `document` is large: defer it in lists."""

    slug = models.SlugField(_("slug"), unique=True)
    instrument = models.SlugField(_("instrument"))
    version = models.CharField(_("version"), max_length=50)
    language = models.CharField(_("language"), max_length=5)
    title = models.CharField(_("title"), max_length=200)
    document = models.JSONField(_("document"))
    checksum = models.CharField(_("checksum"), max_length=64)
    loaded_at = models.DateTimeField(_("loaded"), auto_now=True)

    objects: ClassVar[models.Manager[Self]]
    # Documents never change, so each process parses a document once and keeps the result by checksum.
    _parsed: ClassVar[dict[str, Scale | Guide]] = {}

    class Meta:
        abstract = True
        ordering = ("title", "version")

    def __str__(self) -> str:
        return f"{self.title} ({self.version})"

    @staticmethod
    def parse(document: Any) -> Scale | Guide:
        """Return the definition in a document. Raise DocumentFaults."""
        raise NotImplementedError

    @classmethod
    def definition_of(cls, checksum: str) -> Any:
        """Return the definition of the edition with a checksum. One query, once for each process."""
        if checksum not in cls._parsed:
            cls._parsed[checksum] = cls.parse(cls.objects.get(checksum=checksum).document)
        return cls._parsed[checksum]

    def is_used(self) -> bool:
        """Return whether any row refers to this edition. One query at most for each relation."""
        relations = self._meta.related_objects
        return any(
            relation.related_model._default_manager.filter(**{relation.field.name: self}).exists()
            for relation in relations
        )


@dataclass(frozen=True)
class Family:
    """The checksum of an edition, and its place among its comparable editions, all by primary key.

    `editions` are those that are comparable with each other, the oldest first. `newest` is the newest one that replaces
    this edition, None if there is none.
    """

    editions: tuple[int, ...]
    newest: int | None
    checksum: str


class ScaleEditionQuerySet(models.QuerySet["ScaleEdition"]):
    """Lists of editions of scales, without their large documents."""

    def current_first(self) -> Self:
        """Return all editions, those that another one replaces last."""
        is_replaced = models.Case(models.When(pk__in=ScaleEdition.replaced(), then=True), default=False)
        return self.defer("document").alias(is_replaced=is_replaced).order_by("is_replaced", *Edition.Meta.ordering)

    def current(self) -> Self:
        """Return the editions that no other one replaces. New reviews are scored by these."""
        return self.defer("document").exclude(pk__in=ScaleEdition.replaced())


class ScaleEdition(Edition):
    """An edition of a scale."""

    # The end of the caching time, and the families by primary key.
    _families: ClassVar[tuple[float, dict[int, Family]]] = (0.0, {})
    objects: ClassVar = ScaleEditionQuerySet.as_manager()

    class Meta(Edition.Meta):
        verbose_name = _("scale")
        verbose_name_plural = _("scales")

    def get_absolute_url(self) -> str:
        return reverse("scale", args=[self.slug])

    @staticmethod
    def parse(document: Any) -> Scale:
        return parse_scale(document)

    @classmethod
    def scale_of(cls, pk: int) -> Scale:
        """Return the scale of an edition, without a query as a rule.

        The key stands for the same document for REMEMBERED_FOR seconds only, because a document that no review uses
        can be altered.
        """
        checksum = cls.family_of(pk).checksum
        if checksum not in cls._parsed:  # another process may have altered the document since
            checksum = cls.objects.values_list("checksum", flat=True).get(pk=pk)
        return cls.definition_of(checksum)

    @classmethod
    def named_scale_of(cls, pk: int) -> Scale:
        """Return the newest scale that is comparable with an edition and has its language. Its names are the best.

        An edition in use is never altered, so names that are ours come to older editions by this. Without a query as a
        rule, as `scale_of`.
        """
        language = cls.scale_of(pk).language
        scales = (cls.scale_of(key) for key in reversed(cls.comparable(pk)))
        return next(scale for scale in scales if scale.language == language)

    @classmethod
    def family_of(cls, pk: int) -> Family:
        """Return the editions that are comparable with one.

        One query in REMEMBERED_FOR seconds for all editions of a process; one more finds an edition that is unknown.
        """
        by_key = cls._remembered_families()
        if pk not in by_key:
            cls.forget_families()
            by_key = cls._remembered_families()
        return by_key[pk]

    @classmethod
    def comparable(cls, pk: int) -> tuple[int, ...]:
        """Return the primary keys of the editions that are comparable with one, itself included, the oldest first."""
        return cls.family_of(pk).editions

    @classmethod
    def replaced(cls) -> dict[int, int]:
        """Return the newest edition that replaces each edition that is replaced, by primary key."""
        return {pk: family.newest for pk, family in cls._remembered_families().items() if family.newest}

    @classmethod
    def forget_families(cls) -> None:
        """Read the families again when they are needed next."""
        cls._families = (0.0, {})

    @classmethod
    def _remembered_families(cls) -> dict[int, Family]:
        until, by_key = cls._families
        if until < monotonic():
            by_key = cls._read_families()
            cls._families = monotonic() + REMEMBERED_FOR, by_key
        return by_key

    @classmethod
    def _read_families(cls) -> dict[int, Family]:
        columns = ("slug", "pk", "checksum", "document__comparable_with", "document__replaces")
        keys, checksums = dict[str, int](), dict[str, str]()
        named, replaces = dict[str, list[str]](), dict[str, list[str]]()
        for slug, pk, checksum, comparable_with, replaced in cls.objects.order_by("pk").values_list(*columns):
            keys[slug], checksums[slug] = pk, checksum
            named[slug], replaces[slug] = comparable_with or [], replaced or []
        newest = successors(replaces)
        return {
            keys[slug]: Family(tuple(keys[each] for each in members), keys.get(newest.get(slug, "")), checksums[slug])
            for slug, members in families(named).items()
        }

    def other_editions(self) -> "OtherEditions":
        """Return the loaded editions that this one names, or that name it. One query."""
        others = [edition for edition in ScaleEdition.objects.defer("document") if edition.pk != self.pk]
        return OtherEditions(
            replaced_by=[other for other in others if self.slug in other.scale.replaces],
            comparable=[
                other
                for other in others
                if other.slug in self.scale.comparable_with or self.slug in other.scale.comparable_with
            ],
        )

    @property
    def scale(self) -> Scale:
        """The parsed scale."""
        return self.definition_of(self.checksum)


@dataclass(frozen=True)
class OtherEditions:
    """The editions that replace a scale, and those whose scores can be compared with its own."""

    replaced_by: list[ScaleEdition]
    comparable: list[ScaleEdition]


class GuideEdition(Edition):
    """An edition of an interview guide."""

    # By instrument: the end of the caching time, and the guides.
    _remembered: ClassVar[dict[str, tuple[float, tuple[Guide, ...]]]] = {}

    class Meta(Edition.Meta):
        verbose_name = _("interview guide")
        verbose_name_plural = _("interview guides")

    def get_absolute_url(self) -> str:
        return reverse("guide", args=[self.slug])

    @staticmethod
    def parse(document: Any) -> Guide:
        return parse_guide(document)

    @classmethod
    def guides_to(cls, instrument: str) -> tuple[Guide, ...]:
        """Return the guides to an instrument. They are cached: a new guide is found within REMEMBERED_FOR seconds."""
        until, guides = cls._remembered.get(instrument, (0.0, ()))
        if until < monotonic():
            guides = tuple(edition.guide for edition in cls.objects.filter(instrument=instrument).defer("document"))
            cls._remembered[instrument] = monotonic() + REMEMBERED_FOR, guides
        return guides

    @property
    def guide(self) -> Guide:
        """The parsed guide."""
        return self.definition_of(self.checksum)
