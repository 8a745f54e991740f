"""Mails about plans, cancelled reviews, and the steps back and forth before a draft report.

Called in the transaction of the change, in which `reviews.mail` queues them. Nobody can switch off that they have
become an evaluator, and what is about a review that they can no longer open. The events of such a review are not in
their inbox, so that an event of the access log says it there.
"""

from collections.abc import Collection
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reviews.mail import MailGroup, notify
from reviews.models import AccessAction, Organisation, Review, User
from reviews.records import access_log


def notify_plan_changed(review: Review, *, by: User, before: Collection[User], organisation: Organisation) -> None:
    """Tell those whom the new plan concerns, except the person who changed it.

    `before` are the evaluators and `organisation` is the organisation of the earlier plan. The service of a review
    hears of it only while it can read the draft report.
    """
    now = set(review.evaluators.all())
    _mail(
        now - set(before) - {by},
        _("You evaluate a review"),
        _("You are now an evaluator of a fidelity review."),
        review,
    )
    _tell_who_left(
        AccessAction.EVALUATOR_REMOVED,
        set(before) - now - {by},
        _("You no longer evaluate a review"),
        _("The plan of a fidelity review was changed, and you are no longer one of its evaluators."),
        organisation=organisation,
        by=by,
    )
    _mail(
        (now & set(before)) - {by},
        _("The plan of a review was changed"),
        _("The plan of a fidelity review that you evaluate was changed. Its history says what."),
        review,
        MailGroup.PLANS,
    )
    if not review.is_handed_out:
        return
    if review.organisation != organisation:
        _tell_draft_readers(
            review,
            _("A draft report is not of your service"),
            _("A draft report that you could read was shared with the wrong service. You need not do anything."),
            organisation=organisation,
            by=by,
        )
    else:
        _mail(
            set(User.objects.leaders_of(review.organisation)) - {by},
            _("The plan of a review was changed"),
            _("Facts about the review of a draft report that you can read were changed. Its history says what."),
            review,
            MailGroup.PLANS,
        )


def notify_cancelled(review: Review, *, by: User) -> None:
    """Tell its evaluators, the network's coordinators, and the readers of its draft report that a review is cancelled.

    Called before its status changes.
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
    if review.is_handed_out:
        _tell_draft_readers(
            review,
            subject,
            _("A draft report that you could read was taken back, because its review was cancelled."),
            organisation=review.organisation,
            by=by,
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


def notify_third_person(review: Review, *, person: User, by: User, on: date) -> None:
    """Mail a third person that they are asked to decide, at most once a day for each review."""
    notify(
        {person} - {by},
        subject=_("You are asked to decide"),
        lines=[
            _("The evaluators of a fidelity review disagree, and you are asked to decide. The page says about what.")
        ],
        path=reverse("consensus", args=[review.code]),
        once=f"asked:{review.code}:{on.isoformat()}",
    )


def notify_sent_back(review: Review, *, by: User) -> None:
    """Tell its other evaluators, and those who could read it, that a draft report was sent back."""
    _mail(
        set(review.evaluators.all()) - {by},
        _("A draft report was sent back"),
        _("The draft report of a fidelity review that you evaluate was sent back. Its history says why."),
        review,
        MailGroup.RATINGS,
    )
    _tell_draft_readers(
        review,
        _("A draft report was taken back"),
        _("A draft report that you could read was taken back. You need not do anything."),
        organisation=review.organisation,
        by=by,
    )


def _tell_draft_readers(
    review: Review, subject: str | Promise, said: str | Promise, *, organisation: Organisation, by: User
) -> None:
    """Tell the team leaders of an organisation that they can no longer read a draft report.

    Those who evaluate the review or coordinate its network can, and its events are in their inbox.
    """
    network = organisation.network_id
    evaluators = User.objects.evaluators_of(network).filter(participations__review=review)
    can_read = {*evaluators, *User.objects.coordinators_of(network)}
    people = set(User.objects.leaders_of(organisation)) - can_read - {by}
    _tell_who_left(AccessAction.DRAFT_TAKEN_BACK, people, subject, said, organisation=organisation, by=by)


def _tell_who_left(
    action: AccessAction,
    people: Collection[User],
    subject: str | Promise,
    said: str | Promise,
    *,
    organisation: Organisation,
    by: User,
) -> None:
    """Tell people about a review that they can no longer open, by mail and by a line of their inbox."""
    access_log.record_people(action, by, people, organisation)
    _mail(people, subject, said)


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
