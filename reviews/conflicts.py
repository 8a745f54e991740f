"""Builders for 409 responses. Each function returns a StateConflict with a message and the URL of a useful page.

Views and services raise them. Who may act at all is decided in reviews/access.
"""

from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ipsfidelity.errors import Moved, StateConflict
from reviews.models import ExportFile, Network, Organisation, Review
from reviews.workflow import Transition


def review_closed(review: Review) -> StateConflict:
    """Return the conflict for a change that the review's status no longer allows."""
    if review.is_cancelled:
        return StateConflict(
            _("This review was cancelled. Nothing was saved. What it holds stays readable; plan a new review instead."),
            review.get_absolute_url(),
        )
    if review.is_in_consensus:
        return StateConflict(
            _("All have handed in, and the ratings are open. Nothing was saved. Go on in the consensus."),
            review.get_absolute_url(),
        )
    if review.is_handed_out:
        return StateConflict(
            _(
                "The draft report has been shared. Nothing was saved. "
                "Send the review back to the evaluators to change it."
            ),
            review.get_absolute_url(),
        )
    if not review.is_final:
        return StateConflict(
            _("The plan of this review was changed meanwhile. Nothing was saved. Copy your text, and open it again."),
            review.get_absolute_url(),
        )
    return StateConflict(
        _("This review is final and cannot be changed any more. Nothing was saved. You can read its score sheet."),
        reverse("sheet", args=[review.code]),
    )


def no_valid_result(review: Review) -> StateConflict:
    """Return the conflict for a page that shows the result of a final review that was not replaced."""
    replaced = _("This review was replaced by a correction. Only a valid result is put on a wall.")
    not_final = _("The result can be put on a wall when the review is final.")
    return StateConflict(replaced if review.is_final else not_final, review.get_absolute_url())


def ratings_submitted(review: Review) -> StateConflict:
    """Return the conflict for a change to ratings that the evaluator has submitted."""
    return StateConflict(
        _("You have handed in your ratings. Nothing was saved. Take them back to change them."),
        review.get_absolute_url(),
    )


def no_longer_evaluator(review: Review) -> StateConflict:
    """Return the conflict for a person who was an evaluator of the review when they opened the page."""
    return StateConflict(
        _("You are no longer an evaluator of this review. Nothing was saved; copy what you need."),
        review.get_absolute_url(),
    )


def transition_not_possible(review: Review, transition: Transition) -> StateConflict:
    """Return the conflict for a transition that does not start from the review's status."""
    if review.is_closed:
        return review_closed(review)
    return StateConflict(
        _("“%(move)s” is not possible now: the review is %(status)s. Nothing was done.")
        % {"move": transition.label, "status": review.get_status_display()},
        review.get_absolute_url(),
    )


def visit_not_over(review: Review, day: date) -> StateConflict:
    """Return the conflict for signing a review before `day`, the last day of its visit."""
    return StateConflict(
        _(
            "The visit lasts until %(date)s, and a review is signed on that day or later. Nothing was signed. If the "
            "visit was shorter, its dates have to be changed first."
        )
        % {"date": date_format(day, "DATE_FORMAT")},
        review.get_absolute_url(),
    )


def service_not_asked(review: Review) -> StateConflict:
    """Return the conflict for signing a draft report that was moved to a service nobody has decided to ask or not."""
    return StateConflict(
        _(
            "The draft report was moved to another service, and that service has not been asked. Nothing was signed. "
            "Ask it to check the facts, or say why there is no factual check."
        ),
        reverse("facts_until", args=[review.code]),
    )


def no_plan_yet(review: Review) -> StateConflict:
    """Return the conflict for the action plan of a review that is not final."""
    if review.is_cancelled:
        return review_closed(review)
    return StateConflict(
        _("The action plan begins when the review is final. This one is still open; nothing was done."),
        review.get_absolute_url(),
    )


def plan_moved_on(review: Review) -> StateConflict:
    """Return the conflict for the action plan of a review that a correction has replaced."""
    return StateConflict(
        _("This review was replaced by its correction. Its action plan goes on there; nothing was done here."),
        review.get_absolute_url(),
    )


def plan_ended(review: Review) -> StateConflict:
    """Return the conflict for the action plan of a review whose correction is of another organisation."""
    return StateConflict(
        _("This review was replaced by a correction of another organisation. Its open actions were dropped."),
        review.get_absolute_url(),
    )


def no_draft_now(review: Review) -> StateConflict:
    """Return the conflict for remarks on a draft report that is not handed out."""
    if review.is_closed:
        return review_closed(review)
    return StateConflict(
        _("The service remarks on the draft report. It is not shared at present; nothing was done."),
        review.get_absolute_url(),
    )


def no_remarks_now(review: Review) -> StateConflict:
    """Return the conflict for a remark that the service cannot write yet, or can no longer write."""
    url = reverse("remarks", args=[review.code])
    if not review.is_handed_out:
        return no_draft_now(review)
    if review.facts_until is None:
        return StateConflict(
            _("The evaluators have not asked for remarks on this draft report. Nothing was saved; the text is here."),
            url,
        )
    return StateConflict(
        _(
            "Remarks could be written until %(date)s. Nothing was saved; the text is here. The evaluators can set a "
            "later day."
        )
        % {"date": date_format(review.facts_until, "DATE_FORMAT")},
        url,
    )


def remark_answered(review: Review) -> StateConflict:
    """Return the conflict for a change to a remark that has an answer."""
    return StateConflict(
        _("This remark has been answered and stays as it is. Nothing was saved. Write another one instead."),
        reverse("remarks", args=[review.code]),
    )


def remark_withdrawn(review: Review) -> StateConflict:
    """Return the conflict for a change to a remark that was withdrawn."""
    return StateConflict(
        _("This remark was withdrawn meanwhile. Nothing was saved; the text is here."),
        reverse("remarks", args=[review.code]),
    )


def joined_elsewhere(organisation: Organisation, url: str) -> Moved:
    """Return the redirection from an organisation that was joined to another one to a page of that one.

    Select `joined_to` and `joined_by` with the organisation.
    """
    return Moved(
        _("“%(organisation)s” was joined to “%(current)s” on %(date)s by %(person)s.")
        % {
            "organisation": organisation.name,
            "current": organisation,
            "date": date_format(timezone.localdate(organisation.joined_at), "DATE_FORMAT"),
            "person": organisation.joined_by,
        },
        url,
    )


def file_not_ready(file: ExportFile) -> StateConflict:
    """Return the conflict for a file of an export that is still being made."""
    return StateConflict(
        _("This file is still being made. Its page says how far it is, and offers it when it is ready."),
        reverse("export_file", args=[file.network.code, file.code]),
    )


def upload_gone(network: Network) -> StateConflict:
    """Return the conflict for an uploaded file that was imported or withdrawn, or that has expired."""
    return StateConflict(
        _(
            "This file is not here any more: it was imported or withdrawn, or a day has passed. Imported reviews "
            "stand in the list of reviews; anything else can be uploaded again."
        ),
        reverse("imports", args=[network.code]),
    )
