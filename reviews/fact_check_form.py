"""The form that decides on the factual check of a draft report. It validates and never writes.

Handing out asks for the decision, and the page of the deadline changes it.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.fields import PrintedReasonField, UpcomingDayField

ASK, WITHOUT = "ask", "without"


class FactCheckForm(forms.Form):
    """Until when the service checks the facts, or why it does not. What belongs to the other choice is ignored."""

    fact_check = forms.ChoiceField(
        label=_("Factual check"),
        choices=[(ASK, _("The service checks the facts")), (WITHOUT, _("Go on without a factual check"))],
        widget=forms.RadioSelect,
        initial=ASK,
        error_messages={"required": _("Choose whether the service checks the facts.")},
    )
    facts_until = UpcomingDayField(_("Remarks of the service until"), required=False)
    no_check_reason = PrintedReasonField(_("Why there is no factual check"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facts_until"].help_text = _("This day included.")
        self.fields["no_check_reason"].help_text = _("One sentence. The report prints it.")

    def clean(self) -> dict[str, Any]:
        """Require the day or the reason, and drop the field of the other choice with its errors."""
        data = super().clean() or {}
        if not data.get("fact_check"):
            return data
        needed, other = "facts_until", "no_check_reason"
        if data.get("fact_check") == WITHOUT:
            needed, other = other, needed
        self.errors.pop(other, None)
        data[other] = None if other == "facts_until" else ""
        if not data.get(needed) and needed not in self.errors:
            self.add_error(needed, _MISSING[needed])
        return data


_MISSING = {
    "facts_until": _("Give the last day for remarks."),
    "no_check_reason": _("Say why, in a sentence: it stays with the review."),
}
