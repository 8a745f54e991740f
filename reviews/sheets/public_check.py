"""The public page that compares a file or a fingerprint with what was signed: its form, its answer and its view.

It is open to everybody and says yes or no and nothing else. Until a file is given, it is the same page for every code,
whether there is such a review or not.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ipsfidelity.errors import refuse
from ipsfidelity.form_page import form_page
from reviews.sheets.verification import file_fingerprint, record_fingerprint, typed_fingerprint, was_signed

LONGEST_TYPED = 200  # characters: 64 digits, with spaces between them


class SignedFileForm(forms.Form):
    """A file, or a fingerprint, to compare with what was signed: one of the two."""

    file = forms.FileField(
        label=gettext_lazy("PDF file, or the record as JSON"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.json,.jsonl"}),
        required=False,
        allow_empty_file=True,
    )
    fingerprint = forms.CharField(
        label=gettext_lazy("Or a fingerprint"),
        help_text=gettext_lazy(
            "64 digits and letters a–f: the one on the sheet, or the SHA-256 of the file. Spaces and capitals do not "
            "matter."
        ),
        max_length=LONGEST_TYPED,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )

    def clean_fingerprint(self) -> str:
        """Return the fingerprint as it is stored. Reject what cannot be one."""
        typed: str = self.cleaned_data["fingerprint"]
        fingerprint = typed_fingerprint(typed)
        if typed and not fingerprint:
            raise forms.ValidationError(_("A fingerprint has 64 characters: digits, and letters from a to f."))
        return fingerprint

    def clean(self) -> dict[str, Any]:
        """Reject nothing, and a file together with a fingerprint."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and (cleaned["file"] is None) == (not cleaned["fingerprint"]):
            raise forms.ValidationError(_("Choose a file or type a fingerprint, one of the two."))
        return cleaned


@dataclass(frozen=True)
class Answer:
    """Yes or no in a sentence, and in others what that means."""

    is_yes: bool
    sentence: Promise
    meaning: Promise


ANSWERS = {
    ("file", True): Answer(
        is_yes=True,
        sentence=gettext_lazy("Yes: this is byte for byte what was signed."),
        meaning=gettext_lazy(
            "Nothing in the file was changed since. Ask the organisation whether a later review has replaced it."
        ),
    ),
    ("file", False): Answer(
        is_yes=False,
        sentence=gettext_lazy("No: this is not what was signed."),
        meaning=gettext_lazy(
            "The file may have been changed. It may also be an honest copy: a file that was printed, scanned or saved "
            "again is another file. Or it belongs to another review, whose sheet has another code. Ask the "
            "organisation for the file as it was stored."
        ),
    ),
    ("record", True): Answer(
        is_yes=True,
        sentence=gettext_lazy("Yes: this record holds what was signed, unchanged."),
        meaning=gettext_lazy(
            "Its keys “fingerprint”, “valid” and “current” were added by an export and are not part of that."
        ),
    ),
    ("record", False): Answer(
        is_yes=False,
        sentence=gettext_lazy("No: this record is not what was signed."),
        meaning=gettext_lazy("It was changed, is incomplete, or belongs to another review."),
    ),
    ("fingerprint", True): Answer(
        is_yes=True,
        sentence=gettext_lazy("Yes: this is the fingerprint of what was signed."),
        meaning=gettext_lazy(
            "That says nothing about the paper or the file in your hand, because a fingerprint can be copied. Compare "
            "the file itself, or ask the organisation for it."
        ),
    ),
    ("fingerprint", False): Answer(
        is_yes=False,
        sentence=gettext_lazy("No: this is not the fingerprint of what was signed."),
        meaning=gettext_lazy("A single wrong character is enough for that: compare them once more."),
    ),
}


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_signed(request: HttpRequest, code: UUID) -> HttpResponse:
    """Show whether a file or a fingerprint is that of the review with this code. The upload is not kept."""
    is_posted = request.method == "POST"
    if is_posted and not ratelimit.consume(request, action="signed_checks"):
        return refuse(request, 429)
    form = SignedFileForm(*(request.POST, request.FILES) if is_posted else ())
    answer = _answer(code, **form.cleaned_data) if form.is_valid() else None
    status = 200 if answer else None
    response = form_page(request, "sheets/check_signed.html", form, {"answer": answer}, status=status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _answer(code: UUID, file: UploadedFile | None, fingerprint: str) -> Answer:
    if file is None:
        return ANSWERS["fingerprint", was_signed(code, {fingerprint})]
    data = file.read()
    of_record = record_fingerprint(data)
    kind = "record" if of_record else "file"
    return ANSWERS[kind, was_signed(code, {file_fingerprint(data), of_record})]
