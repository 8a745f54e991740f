"""Forms of the consensus page. Forms validate; services write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.models import Review, User
from reviews.workflow import EvaluatorPart


class ThirdPersonForm(forms.Form):
    """The third person who is asked to decide an item: an evaluator of the network who has not rated this review."""

    person = forms.ModelChoiceField(label=_("Third person"), queryset=User.objects.none(), empty_label=_("Choose …"))

    def __init__(self, review: Review, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        raters = review.participations.filter(part=EvaluatorPart.RATES).values("user")
        people = User.objects.evaluators_of(review.organisation.network_id).exclude(pk__in=raters)
        self.fields["person"].queryset = people
        self.fields["person"].label_from_instance = str
