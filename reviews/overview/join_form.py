"""The form on which a coordinator says which of two organisations remains. Never writes."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.models import Organisation
from reviews.overview.joining import others_joined_sentence


class JoinForm(forms.Form):
    """The organisation of two that keeps its name and its address."""

    keep = forms.ChoiceField(
        label=_("Which name remains?"),
        widget=forms.RadioSelect,
        help_text=_("The other one is found under this name from then on."),
        error_messages={"required": _("Choose which name remains. Nothing was joined.")},
    )

    def __init__(self, organisations: tuple[Organisation, Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = organisations
        choices = [(str(organisation.code), organisation.name) for organisation in organisations]
        cast(forms.ChoiceField, self.fields["keep"]).choices = choices

    def clean_keep(self) -> Organisation:
        """Return the organisation that remains. Reject it if others were joined to the other one."""
        kept, other = self._in_order(self.cleaned_data["keep"])
        if joined := list(other.joined.all()):
            raise forms.ValidationError(others_joined_sentence(other, joined), code="others_joined")
        return kept

    @property
    def chosen(self) -> tuple[Organisation, Organisation]:
        """The organisation that remains and the one that is joined to it. Only for a valid form."""
        return self._in_order(str(self.cleaned_data["keep"].code))

    def _in_order(self, kept_code: str) -> tuple[Organisation, Organisation]:
        first, second = self.organisations
        return (first, second) if str(first.code) == kept_code else (second, first)
