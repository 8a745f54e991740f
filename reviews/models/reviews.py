"""Reviews and their evaluators: who reviews which organisation, when, by which edition of the scale."""

import uuid
from collections.abc import Iterator
from itertools import takewhile
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsfidelity.addresses import address
from ipsfidelity.prepared import prepared
from reviews.models.labels import label_of
from reviews.models.organisations import Organisation, current_organisation
from reviews.models.review_querysets import ReviewManager, UnfinishedImports
from reviews.wording import visit_words
from reviews.workflow import (
    CANCELLED,
    CLOSED,
    FROZEN,
    HANDED_OUT,
    IMPORTING,
    OPEN,
    RATINGS_OPEN,
    SCORABLE,
    STAGE_OF,
    UNSCORED,
    VALID,
    Actor,
    Kind,
    Method,
    Stage,
    Status,
    Transition,
    allowed_transitions,
    is_blind,
)
from scales.definition import Scale
from scales.models import ScaleEdition
from scales.scoring import band_of


def one_specialist() -> list[dict[str, str]]:
    """Return the specialists of a new review: one, because every programme has at least one. Used by migrations."""
    return [{"label": "A"}]


class Review(models.Model):
    """A fidelity review of an organisation.

    `total` and `band` are stored when the review becomes final; before that they are computed. `facts_until` is the
    last day on which the service can remark on the draft report, NULL if it was not asked. An imported review was done
    elsewhere: it is final without a signature. `cancelled_from` is the status in which a review was cancelled: what was
    hidden from its evaluators then stays hidden. `specialists` are the employment specialists in the order of pages,
    with labels and never names. One that is `gone` keeps its label, so that notes never refer to another person.
    """

    code = models.UUIDField(_("code"), default=uuid.uuid4, unique=True, editable=False)
    # `review_organisation_newest` finds the reviews of an organisation. Nearly all reviews are by the same few
    # editions, and SQLite would use an index on them to search the reviews of one organisation.
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="reviews", verbose_name=_("organisation"), db_index=False
    )
    edition = models.ForeignKey(
        ScaleEdition, models.PROTECT, related_name="reviews", verbose_name=_("scale"), db_index=False
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PLANNED)
    method = models.CharField(_("method"), max_length=20, choices=Method)
    specialists = models.JSONField(_("employment specialists"), default=one_specialist)
    visit_start = models.DateField(_("first day of the visit"))
    visit_end = models.DateField(_("last day of the visit"))
    period_start = models.DateField(_("period looked at, from"), null=True, blank=True)
    period_end = models.DateField(_("period looked at, to"), null=True, blank=True)
    evaluators = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="ReviewEvaluator", related_name="reviews", verbose_name=_("evaluators")
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finalised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    finalised_at = models.DateTimeField(null=True)
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrections", verbose_name=_("corrects")
    )
    facts_until = models.DateField(_("remarks of the service until"), null=True, blank=True)
    is_imported = models.BooleanField(_("imported"), default=False, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    cancelled_from = models.CharField(max_length=20, blank=True, editable=False)
    total = models.PositiveSmallIntegerField(_("total"), null=True)
    band = models.CharField(_("quality band"), max_length=100, blank=True)

    get_kind_display = label_of("kind", Kind)
    get_status_display = label_of("status", Status)

    objects = ReviewManager()
    being_imported = UnfinishedImports()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ("-visit_start", "-pk")
        indexes: ClassVar = [
            # Status and correction too, so that the visits of a year are counted without their rows.
            models.Index(F("visit_start").desc(), F("id").desc(), "status", "supersedes", name="review_newest"),
            # The last five columns are there to be read: lists and counts of a network need no row of the table.
            models.Index(
                "organisation",
                F("visit_start").desc(),
                F("id").desc(),
                *("status", "kind", "edition", "total", "is_imported"),
                name="review_organisation_newest",
            ),
            models.Index(fields=("visit_start", "id"), condition=~Q(status__in=sorted(CLOSED)), name="review_open"),
            models.Index(fields=("visit_end", "visit_start"), name="review_ends"),  # visits in the days of another one
            models.Index(
                F("visit_start").desc(), F("id").desc(), condition=Q(method=Method.APART), name="review_apart"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(visit_end__gte=F("visit_start")),
                name="review_visit_in_order",
                violation_error_code="visit_in_order",
                violation_error_message=_("The last day of the visit cannot be before the first day."),
            ),
            models.CheckConstraint(
                condition=Q(period_start__isnull=True, period_end__isnull=True)
                | Q(period_start__isnull=False, period_end__isnull=False, period_end__gte=F("period_start")),
                name="review_period_in_order",
                violation_error_code="period_in_order",
                violation_error_message=_(
                    "The period needs both dates, the end not before the start. Or leave both empty."
                ),
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=sorted(FROZEN),
                    total__isnull=False,
                    finalised_at__isnull=False,
                    finalised_by__isnull=False,
                )
                & ~Q(band="")
                | ~Q(status__in=sorted(FROZEN))
                & Q(total__isnull=True, finalised_at__isnull=True, finalised_by__isnull=True, band=""),
                name="review_final_has_result",
                violation_error_code="final_has_result",
            ),
            models.CheckConstraint(condition=Q(status__in=(*Status.values, IMPORTING)), name="review_status_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="review_kind_known"),
            models.CheckConstraint(
                condition=Q(method=Method.APART) & ~Q(status=Status.SCORING)
                | Q(method=Method.TOGETHER) & ~Q(status__in=(Status.RATING, Status.CONSENSUS)),
                name="review_status_fits_method",
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=F("pk")), name="review_corrects_another"
            ),
            models.UniqueConstraint(
                fields=("supersedes",), condition=~Q(status__in=sorted(CANCELLED)), name="review_has_one_correction"
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(CANCELLED), cancelled_at__isnull=False, cancelled_from__in=sorted(OPEN))
                | ~Q(status__in=sorted(CANCELLED)) & Q(cancelled_at__isnull=True, cancelled_from=""),
                name="review_cancelled_from_open",
            ),
        ]

    # Annotations of ReviewQuerySet.for_page: whether there are interviews or quick notes, and whether the person is one
    # of the evaluators, has submitted their ratings, and coordinates the network.
    has_interviews: bool
    takes_part: bool
    has_submitted: bool
    coordinated: bool
    # Annotations of exports: the code of the final correction, and why this correction was opened.
    corrected_by: uuid.UUID | None = None
    correction_reason: str | None = None

    def __str__(self) -> str:
        return f"{self.organisation}, {self.visit_start:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return address("review", self.code)

    def transition_url(self, transition: Transition) -> str:
        """Return the URL of the page on which a transition is made."""
        return reverse("move", args=[self.code, transition.name])

    @property
    def scale(self) -> Scale:
        """The scale of the review's edition, which each process loads once."""
        return ScaleEdition.scale_of(self.edition_id)

    @property
    def visit(self) -> str:
        """The dates of the visit in words, in the active language."""
        return visit_words(self.visit_start, self.visit_end)

    @property
    def stage(self) -> Stage | None:
        """The stage of the course that the review has reached, None for a cancelled one."""
        return STAGE_OF.get(Status(self.status))

    @property
    def is_scorable(self) -> bool:
        return self.status in SCORABLE

    @property
    def is_blind(self) -> bool:
        """Whether evaluators see only their own ratings, because not all of them have submitted."""
        return is_blind(self.cancelled_from if self.is_cancelled else self.status, self.method)

    @property
    def is_in_consensus(self) -> bool:
        """Whether the ratings are open and the evaluators are agreeing on scores."""
        return self.status in RATINGS_OPEN

    @property
    def is_rated_apart(self) -> bool:
        return self.method == Method.APART

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the specialists who are scored, in order."""
        return tuple(specialist["label"] for specialist in self.specialists if not specialist.get("gone"))

    @property
    def all_labels(self) -> tuple[str, ...]:
        """The labels of all specialists, including those who were left out later: notes may refer to them."""
        return tuple(specialist["label"] for specialist in self.specialists)

    @property
    def is_handed_out(self) -> bool:
        return self.status in HANDED_OUT

    @property
    def takes_remarks(self) -> bool:
        """Whether the service can remark on the draft report today."""
        return self.is_handed_out and self.facts_until is not None and timezone.localdate() <= self.facts_until

    @property
    def is_final(self) -> bool:
        return self.status in FROZEN

    @property
    def is_cancelled(self) -> bool:
        return self.status in CANCELLED

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be written any more, because the review is final or cancelled."""
        return self.status in CLOSED

    @property
    def is_unscored(self) -> bool:
        """Whether nobody has saved anything about an item, so that method and scale can still change."""
        return self.status in UNSCORED

    @property
    def is_valid(self) -> bool:
        """Whether the figures of the review count: it is final and not superseded by a correction."""
        return self.status in VALID

    @property
    def has_stored_pdf(self) -> bool:
        """Whether a PDF was stored at signing. An imported review was not signed here."""
        return self.is_final and not self.is_imported

    @property
    def acting_as(self) -> frozenset[Actor]:
        """The capacities in which the reader (the person given to `for_page`) acts on the review."""
        capacities = ((Actor.EVALUATOR, self.takes_part), (Actor.COORDINATOR, self.coordinated))
        return frozenset(actor for actor, applies in capacities if applies)

    @property
    def transitions(self) -> tuple[Transition, ...]:
        """The transitions that the reader can make now."""
        return allowed_transitions(self.status, self.method, self.acting_as)

    @property
    def scorable_by_reader(self) -> bool:
        """Whether the reader (the person given to `for_page`) may score the review now."""
        return self.takes_part and self.is_scorable and not (self.is_blind and self.has_submitted)

    @property
    def correction(self) -> "Review | None":
        """The correction of this review, None without one. Withdrawn corrections do not count. One query."""
        return next((review for review in _corrections(self.pk) if not review.is_cancelled), None)

    def lineage(self) -> tuple[int, ...]:
        """Return the primary keys of this review and of the reviews that it corrects, newest first.

        One query for each of these.
        """
        return tuple(key for key, _organisation in self._chain_of_corrections())

    def lineage_here(self) -> tuple[int, ...]:
        """Return the part of `lineage` that is of the same organisation, without a gap.

        What follows from a review, such as its action plan, does not go on with a correction that moves the review to
        another organisation.
        """
        same = takewhile(lambda step: step[1] == self.organisation.current_id, self._chain_of_corrections())
        return tuple(key for key, _organisation in same)

    def _chain_of_corrections(self) -> Iterator[tuple[int, int]]:
        """Yield the keys of the review and of its current organisation, then those of each review that it corrects."""
        key, organisation, corrected = self.pk, self.organisation.current_id, self.supersedes_id
        yield key, organisation
        while corrected:
            key, organisation, corrected = (
                Review.objects.filter(pk=corrected).values_list("pk", current_organisation(), "supersedes").get()
            )
            yield key, organisation

    @property
    def band_rank(self) -> int:
        """The rank of the quality band from the lowest (1) up, for its colour and shape. 0 without a total."""
        if self.total is None:
            return 0
        return self.scale.rank(band_of(self.scale, self.total))


@prepared
def _corrections(review: int) -> models.QuerySet[Review]:
    return Review.objects.filter(supersedes=review)
