"""Forms of handing out a draft report and of signing. They validate; services write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.fact_check_form import FactCheckForm
from reviews.fields import OwnPasswordField, PrintedReasonField


class GapsForm(forms.Form):
    """Why items stay without evidence or data source. The field is left out if there are no such items."""

    gaps_reason = PrintedReasonField(_("Why this is missing"))

    def __init__(self, *args: Any, with_gaps: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gaps_reason"].help_text = _("One sentence. The report prints it.")
        if not with_gaps:
            del self.fields["gaps_reason"]


class HandOutForm(FactCheckForm, GapsForm):
    """What handing out asks for: the decision on the factual check, and the sentence about the gaps."""

    def fields_to_save(self) -> dict[str, Any]:
        """Return the keyword arguments for `hand_out`."""
        return {name: value for name, value in self.cleaned_data.items() if name != "fact_check"}


class SigningForm(GapsForm):
    """What signing asks for: the sentence about the gaps, and the signer's password unless they confirmed otherwise."""

    password = OwnPasswordField(_("Your password"))

    def __init__(self, *args: Any, with_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_password:
            del self.fields["password"]
