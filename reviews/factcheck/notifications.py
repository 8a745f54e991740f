"""Whom a check of the facts is told to by mail, and when. Called in the transaction of what is told."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from reviews.mail import notify
from reviews.models import Review, User
from reviews.models.organisations import UserQuerySet


def notify_asked(review: Review, *, once: str = "") -> None:
    """Tell the team leaders that a draft report waits for them; with a mark in `once` they are told once about it."""
    notify(
        User.objects.leaders_of(review.organisation_id),
        subject=_("A draft report waits for you to check its facts"),
        lines=[
            _("The draft report of a fidelity review of your service has been handed out."),
            _("Please read it and say what is missing or wrong. The page says until when."),
        ],
        path=_page_of(review),
        once=once,
    )


def notify_draft(review: Review) -> None:
    """Tell that a draft was handed out: the team leaders where the service is asked, else those who had remarked."""
    if review.facts_until:
        notify_asked(review)
    elif review.remarks.exists() and not review.remarks.filter(answer="").exists():
        notify_answered(review)


def notify_remarked(review: Review, *, by: User, on: date) -> None:
    """Tell the evaluators that the service has remarked, once a review and day."""
    notify(
        _evaluators_of(review).exclude(pk=by.pk),
        subject=_("The service has remarked on a draft report"),
        lines=[
            _("The service has remarked on the draft report of a review that you evaluate."),
            _("Each remark is answered before the review can be signed."),
        ],
        path=_page_of(review),
        once=f"remarks:{review.code}:{on.isoformat()}",
    )


def notify_answered(review: Review) -> None:
    """Tell those who remarked that all is answered. Of a draft that was sent back they hear when they can read it."""
    if not review.is_handed_out:
        return
    authors = User.objects.leaders_of(review.organisation_id).filter(pk__in=review.remarks.values("by"))
    notify(
        authors,
        subject=_("Your remarks have been answered"),
        lines=[_("The evaluators have answered all remarks on the draft report of your service.")],
        path=_page_of(review),
    )


def notify_final(review: Review) -> None:
    """Tell the team leaders that a review of their service is final."""
    notify(
        User.objects.leaders_of(review.organisation_id),
        subject=_("A fidelity review of your service is final"),
        lines=[_("A fidelity review of your service has been signed. You can read its score sheet.")],
        path=review.get_absolute_url(),
    )


def _page_of(review: Review) -> str:
    return reverse("remarks", args=[review.code])


def _evaluators_of(review: Review) -> UserQuerySet:
    return User.objects.evaluators_of(review.organisation.network_id).filter(participations__review=review)
