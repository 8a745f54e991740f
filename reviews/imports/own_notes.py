"""What the preview of an own export says first: what comes in, what is computed again, and what stays behind."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

# By the keys of own_keys.NAMES, in the order of the page.
LEFT_BEHIND = {
    "signature": gettext_lazy("who signed, and when"),
    "gaps_reason": gettext_lazy("why some items have no evidence or data source, in the signer’s words"),
    "pdf": gettext_lazy("the signed PDF"),
    "method": gettext_lazy("whether the evaluators rated apart or together"),
    "ratings": gettext_lazy("each evaluator’s own ratings, and when they were handed in"),
    "remarks": gettext_lazy("the service’s remarks, and the answers"),
    "handing_out": gettext_lazy("how the draft report was handed out"),
    "correction": gettext_lazy("which review a correction replaces, and why"),
    "first_import": gettext_lazy("who imported the review there, and from which file"),
    "next_due": gettext_lazy("when the next review is due"),
    "network": gettext_lazy("the name of the network"),
    "organisation_code": gettext_lazy("the organisation’s code"),
    "comments": gettext_lazy("comments on cells"),
}


def notes_about(stored: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the first sentences of a preview, () for the rows of a file that is no own export."""
    return tuple(_notes(stored)) if "left" in stored else ()


def left_behind_in(stored: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what an own export holds that is not imported, each with the number of reviews that have it."""
    left = stored.get("left", {})
    known = [f"{label} ({left[fate]})" for fate, label in LEFT_BEHIND.items() if fate in left]
    return (*known, *(_unknown(name) for name in left if name not in LEFT_BEHIND))


def _notes(stored: Mapping[str, Any]) -> Iterator[str]:
    yield _(
        "This file is an export of this program. Its reviews are imported with scores, notes, recommendations, "
        "data sources, observations and report texts. They get new codes, and name the code and the fingerprint of "
        "the original. Nobody signs them here."
    )
    if count := stored["superseded"]:
        yield ngettext(
            "%(count)s review is left out, because a correction has replaced it.",
            "%(count)s reviews are left out, because corrections have replaced them.",
            count,
        ) % {"count": count}
    yield _(
        "Sums, means, quality levels, suggested scores and the words of the scale are not read: they are computed "
        "again from the scores and the scale."
    )


def _unknown(name: str) -> str:
    """Return the words for a key, a column or a sheet that no export of this version has."""
    kind, colon, rest = name.partition(":")
    if colon and kind == "sheet":
        return _("the sheet “%(name)s”") % {"name": rest}
    if colon and kind == "column":
        return _("column %(column)s") % {"column": rest}
    return _("“%(name)s”, which this version does not know") % {"name": name}
