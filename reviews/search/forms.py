"""The search field."""

from django import forms
from django.utils.translation import gettext_lazy as _

SHORTEST, LONGEST = 2, 100  # characters


class SearchForm(forms.Form):
    """What a person searches for."""

    q = forms.CharField(
        min_length=SHORTEST,
        max_length=LONGEST,
        error_messages={
            "min_length": _("Type at least %(limit_value)d characters."),
            "max_length": _("Type at most %(limit_value)d characters."),
        },
    )
