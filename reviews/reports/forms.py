"""The form for the report's text. It validates and never writes."""

from django.utils.translation import gettext_lazy as _

from reviews.autosave import ChangeForm
from reviews.fields import NoteField, VersionField
from reviews.reports.text_saving import FIELDS


class ReportTextForm(ChangeForm):
    """The summary and strengths of the report. `version` is the version that the page showed."""

    summary = NoteField(_("Summary"))
    strengths = NoteField(_("Strengths"))
    version = VersionField()

    def fields_to_save(self) -> dict[str, str]:
        """Return the validated texts by field."""
        return {name: self.cleaned_data[name] for name in FIELDS}
