"""Forms of the consensus page. Forms validate; services write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.fields import INCOMPLETE, NoteField
from reviews.models import Review, User
from reviews.models.scores import LONGEST_REASON
from reviews.workflow import EvaluatorPart


class CommentForm(forms.Form):
    """A comment on an item. `code` is the client's id of it."""

    code = forms.UUIDField(error_messages={"required": INCOMPLETE, "invalid": INCOMPLETE}, widget=forms.HiddenInput)
    text = NoteField(_("Comment"), LONGEST_REASON, required=True)


class ThirdPersonForm(forms.Form):
    """The third person who is asked to decide an item: an evaluator of the network who has not rated this review."""

    person = forms.ModelChoiceField(label=_("Third person"), queryset=User.objects.none(), empty_label=_("Choose …"))

    def __init__(self, review: Review, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        raters = review.participations.filter(part=EvaluatorPart.RATES).values("user")
        people = User.objects.evaluators_of(review.organisation.network_id).exclude(pk__in=raters)
        self.fields["person"].queryset = people
        self.fields["person"].label_from_instance = str
