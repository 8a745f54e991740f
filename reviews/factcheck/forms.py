"""Forms of the factual check: remarks, answers and the deadline. They validate and never write."""

from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.fact_check_form import FactCheckForm
from reviews.fields import INCOMPLETE, InstrumentSelect, NoteField, VersionField
from reviews.models import Remark, Review
from reviews.models.reports import LONGEST_REMARK


class RemarkTextField(NoteField):
    """The text of a remark or an answer.

    The browser does not limit its length: a text that is too long is refused with an error and kept in the form.
    """

    def __init__(self, label: Any, missing: Any) -> None:
        super().__init__(label, LONGEST_REMARK, required=True)
        self.error_messages["required"] = missing

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"rows": 4}


class ChangeRemarkForm(forms.Form):
    """The kind and text of an existing remark. `version` is the version that the page showed."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=Remark.Kind.choices, initial=Remark.Kind.COMMENT, widget=forms.RadioSelect
    )
    text = RemarkTextField(_("Remark"), _("Write what you want to remark."))
    version = VersionField()


class RemarkForm(forms.Form):
    """A new remark, on one item or on the report as a whole.

    `code` becomes the code of the new remark. It is generated with the page, so that sending the form twice adds one
    remark.
    """

    item = forms.TypedChoiceField(label=_("Remark on"), required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Remark.Kind.choices, initial=Remark.Kind.COMMENT, widget=forms.RadioSelect
    )
    text = RemarkTextField(_("Remark"), _("Write what you want to remark."))
    code = forms.UUIDField(widget=forms.HiddenInput, error_messages=dict.fromkeys(("required", "invalid"), INCOMPLETE))

    def __init__(self, review: Review, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "remark-%s"} | kwargs)
        items = [(str(item.number), f"{item.number} {item.sheet_title}") for item in review.scale.items]
        self.fields["item"].widget = InstrumentSelect(review.scale.language)
        self.fields["item"].choices = [("", _("the report as a whole")), *items]
        self.fields["text"].help_text = _("Write roles, never names: no client’s name, number or diagnosis.")
        self.helper = FormHelper()
        self.helper.form_action = "#add"
        self.helper.layout = Layout("item", "kind", "text", "code", Submit("", _("Send the remark")))

    def clean(self) -> dict[str, Any]:
        """Show an error in the hidden field `code` as an error of the form."""
        if "code" in self.errors:
            self.add_error(None, INCOMPLETE)
        return super().clean() or {}

    def fields_to_save(self) -> dict[str, Any]:
        """Return the keyword arguments for `add_remark`."""
        data = self.cleaned_data
        code: UUID = data["code"]
        return {"code": code, "item_number": data["item"], "kind": data["kind"], "text": data["text"]}


class AnswerForm(forms.Form):
    """The answer to one remark. A page shows several of these forms, so the HTML ids contain the remark's code."""

    answer = RemarkTextField(_("Answer"), _("Write an answer."))
    version = VersionField()

    def __init__(self, remark: Remark, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"answer-{remark.code}-%s"} | kwargs)
        self.remark = remark


class DeadlineForm(FactCheckForm):
    """Another decision on the factual check, after the draft report was handed out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("", _("Save")))
