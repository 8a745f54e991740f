"""Mails about plans that change and reviews that are cancelled, to people who may know of the review.

Called in the transaction of the change; `reviews.mail` sends after the commit.
"""

from collections.abc import Collection, Iterable

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reviews.mail import notify
from reviews.models import Organisation, Review, User


def notify_plan_changed(review: Review, *, by: User, before: Collection[User], left: Organisation | None) -> None:
    """Mail those whom the new plan concerns, except the person who changed it.

    `before` are the earlier evaluators. `left` is the service that can no longer read the draft report, None without
    one. The service of a review hears of it only while it can read the draft report.
    """
    now = set(review.evaluators.all())
    _mail(
        now - set(before) - {by},
        _("You evaluate a review"),
        _("You are now an evaluator of a fidelity review."),
        review,
    )
    _mail(
        set(before) - now - {by},
        _("You no longer evaluate a review"),
        _("The plan of a fidelity review was changed, and you are no longer one of its evaluators."),
    )
    _mail(
        (now & set(before)) - {by},
        _("The plan of a review was changed"),
        _("The plan of a fidelity review that you evaluate was changed. Its history says what."),
        review,
    )
    if left:
        _mail(
            set(User.objects.leaders_of(left)) - {by},
            _("A draft report is not of your service"),
            _("A draft report that you could read was handed out to the wrong service. You need not do anything."),
        )
    elif review.is_handed_out:
        _mail(
            set(User.objects.leaders_of(review.organisation)) - {by},
            _("The plan of a review was changed"),
            _("Facts about the review of a draft report that you can read were changed. Its history says what."),
            review,
        )


def notify_cancelled(review: Review, *, by: User, could_read: Iterable[User]) -> None:
    """Mail that a review was cancelled: its evaluators, the network's coordinators, and those who could read its draft.

    `could_read` are the team leaders to whom the draft report was handed out.
    """
    subject = _("A correction was withdrawn") if review.supersedes_id else _("A review was cancelled")
    said = _("A fidelity review that you evaluate was cancelled. What you wrote stays readable. The page says why.")
    evaluators = set(review.evaluators.all())
    _mail(evaluators - {by}, subject, said, review)
    coordinators = User.objects.coordinators_of(review.organisation.network_id)
    _mail(
        set(coordinators) - evaluators - {by},
        subject,
        _("A fidelity review of your network was cancelled. The page says why."),
        review,
    )
    _mail(
        set(could_read) - {by},
        subject,
        _("A draft report that you could read was taken back, because its review was cancelled."),
    )


def notify_moved_away(corrected: Review) -> None:
    """Mail the team leaders of a final review that its correction is of another organisation."""
    _mail(
        set(User.objects.leaders_of(corrected.organisation)),
        _("A final review does not count any more"),
        _("A final review of your service was replaced by a correction of another service. Its history says so."),
        corrected,
    )


def _mail(people: Collection[User], subject: str | Promise, said: str | Promise, review: Review | None = None) -> None:
    """Mail people a sentence with a link to the review, or to their own first page if they cannot read it."""
    path = review.get_absolute_url() if review else reverse("home")
    notify(sorted(people, key=lambda user: user.pk), subject=subject, lines=[said], path=path)
