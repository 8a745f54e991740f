"""Mails about plans, cancelled reviews, and the steps back and forth before a draft report.

Called in the transaction of the change, in which `reviews.mail` queues them. Nobody can switch off that they have
become an evaluator, and what is about a review that they can no longer open.
"""

from collections.abc import Collection, Iterable

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reviews.mail import MailGroup, notify
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
        MailGroup.PLANS,
    )
    if left:
        _mail(
            set(User.objects.leaders_of(left)) - {by},
            _("A draft report is not of your service"),
            _("A draft report that you could read was shared with the wrong service. You need not do anything."),
        )
    elif review.is_handed_out:
        _mail(
            set(User.objects.leaders_of(review.organisation)) - {by},
            _("The plan of a review was changed"),
            _("Facts about the review of a draft report that you can read were changed. Its history says what."),
            review,
            MailGroup.PLANS,
        )


def notify_cancelled(review: Review, *, by: User, could_read: Iterable[User]) -> None:
    """Mail that a review was cancelled: its evaluators, the network's coordinators, and those who could read its draft.

    `could_read` are the team leaders to whom the draft report was handed out.
    """
    subject = _("A correction was withdrawn") if review.supersedes_id else _("A review was cancelled")
    said = _("A fidelity review that you evaluate was cancelled. What you wrote stays readable. The page says why.")
    evaluators = set(review.evaluators.all())
    _mail(evaluators - {by}, subject, said, review, MailGroup.PLANS)
    coordinators = User.objects.coordinators_of(review.organisation.network_id)
    _mail(
        set(coordinators) - evaluators - {by},
        subject,
        _("A fidelity review of your network was cancelled. The page says why."),
        review,
        MailGroup.PLANS,
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
        MailGroup.SIGNED,
    )


def notify_planned(review: Review, *, by: User) -> None:
    """Mail the evaluators of a new review that they are its evaluators, once."""
    _mail(
        set(review.evaluators.all()) - {by},
        _("You evaluate a review"),
        _("You are now an evaluator of a fidelity review."),
        review,
        once=f"planned:{review.code}",
    )


def notify_ratings_opened(review: Review, *, by: User) -> None:
    """Mail the other evaluators that all ratings are open, so that they can agree."""
    _mail(
        set(review.evaluators.all()) - {by},
        _("All ratings are handed in"),
        _("All evaluators of a fidelity review have handed in their ratings. You can agree on the scores now."),
        review,
        MailGroup.RATINGS,
    )


def notify_sent_back(review: Review, *, by: User) -> None:
    """Mail that a draft report was sent back: its other evaluators, and those who could read it."""
    evaluators = set(review.evaluators.all())
    _mail(
        evaluators - {by},
        _("A draft report was sent back"),
        _("The draft report of a fidelity review that you evaluate was sent back. Its history says why."),
        review,
        MailGroup.RATINGS,
    )
    _mail(
        set(User.objects.leaders_of(review.organisation)) - evaluators - {by},
        _("A draft report was taken back"),
        _("A draft report that you could read was taken back. You need not do anything."),
    )


def _mail(
    people: Collection[User],
    subject: str | Promise,
    said: str | Promise,
    review: Review | None = None,
    about: MailGroup | None = None,
    *,
    once: str = "",
) -> None:
    """Mail people a sentence with a link to the review, or to their own first page if they cannot read it."""
    path = review.get_absolute_url() if review else reverse("home")
    people = sorted(people, key=lambda user: user.pk)
    notify(people, subject=subject, lines=[said], path=path, about=about, once=once)
