"""Mails about the factual check and about final reviews.

Called in the transaction of the change that they announce, in which `reviews.mail` queues them.
"""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from reviews.mail import MailGroup, notify, reachable
from reviews.models import Review, User
from reviews.models.names import ByName
from reviews.models.organisations import UserQuerySet


def notify_check_requested(review: Review, *, once: str = "") -> list[User]:
    """Mail the team leaders that a draft report is ready for them to check, at most once for each key in `once`.

    Return those who are mailed.
    """
    return notify(
        User.objects.leaders_of(review.organisation),
        subject=_("A draft report waits for you to check its facts"),
        lines=[
            _("The draft report of a fidelity review of your service has been shared."),
            _("Please read it and say what is missing or wrong. The page says until when."),
        ],
        path=_remarks_url(review),
        once=once,
    )


def draft_recipients(review: Review, facts_until: date | None) -> list[User]:
    """Return the people whom `notify_handed_out` mails if the draft report is handed out with this deadline."""
    if facts_until:
        return reachable(User.objects.leaders_of(review.organisation).order_by(ByName(), "pk"))
    if review.remarks.filter(answer="").exists():
        return []
    return reachable(_authors_of_remarks(review), MailGroup.REMARKS)


def notify_handed_out(review: Review) -> None:
    """Announce that a draft report was handed out.

    With a deadline, this mails all team leaders. Without one, it mails the authors of remarks, if all are answered.
    """
    if review.facts_until:
        notify_check_requested(review)
    elif review.remarks.exists() and not review.remarks.filter(answer="").exists():
        notify_remarks_answered(review)


def notify_remark_added(review: Review, *, by: User, on: date) -> None:
    """Mail the other evaluators of the review about new remarks, at most once a day for each review."""
    notify(
        _evaluators_of(review).exclude(pk=by.pk),
        about=MailGroup.REMARKS,
        subject=_("The service has remarked on a draft report"),
        lines=[
            _("The service has remarked on the draft report of a review that you evaluate."),
            _("Each remark is answered before the review can be signed."),
        ],
        path=_remarks_url(review),
        once=f"remarks:{review.code}:{on.isoformat()}",
    )


def notify_remarks_answered(review: Review) -> None:
    """Mail the authors of remarks that all remarks are answered.

    Does nothing while the draft report is back in scoring, where they cannot read it: handing it out again calls this.
    """
    if not review.is_handed_out:
        return
    notify(
        _authors_of_remarks(review),
        about=MailGroup.REMARKS,
        subject=_("Your remarks have been answered"),
        lines=[_("The evaluators have answered all remarks on the draft report of your service.")],
        path=_remarks_url(review),
    )


def final_recipients(review: Review) -> list[User]:
    """Return the people whom `notify_final` mails."""
    return reachable(User.objects.leaders_of(review.organisation).order_by(ByName(), "pk"), MailGroup.SIGNED)


def notify_final(review: Review) -> None:
    """Mail the team leaders that a review of their service is final."""
    notify(
        User.objects.leaders_of(review.organisation),
        about=MailGroup.SIGNED,
        subject=_("A fidelity review of your service is final"),
        lines=[_("A fidelity review of your service has been signed. You can read its score sheet.")],
        path=review.get_absolute_url(),
    )


def _remarks_url(review: Review) -> str:
    return reverse("remarks", args=[review.code])


def _authors_of_remarks(review: Review) -> UserQuerySet:
    return User.objects.leaders_of(review.organisation).filter(pk__in=review.remarks.values("by"))


def _evaluators_of(review: Review) -> UserQuerySet:
    return User.objects.evaluators_of(review.organisation.network_id).filter(participations__review=review)
