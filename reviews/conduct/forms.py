"""Forms of scoring a review and changing its status. Forms validate; services write.

A form takes the objects that it needs, such as the item, and never the request.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reviews.autosave import ChangeForm
from reviews.conduct.observation_fields import fields_by_line, form_fields, initial_values, observation_from
from reviews.fields import (
    AWAITING,
    CommentField,
    DayField,
    NoteField,
    PrintedReasonField,
    ScoreField,
    TextField,
    VersionField,
)
from reviews.models import Review, User
from reviews.models.names import ByName
from reviews.models.scores import LONGEST_REASON, LONGEST_ROLE, LONGEST_TASK
from scales.definition import Item, Scale
from scales.rules import SCORES

AWAITED_FIELDS = ("awaited", "awaited_from", "awaited_by")
NOT_AWAITING: dict[str, Any] = {"awaiting": False, "awaited": "", "awaited_from": "", "awaited_by": None}


class ReasonForm(forms.Form):
    """The reason for sending a review back, or for cancelling one."""

    comment = CommentField(_("Reason"))


class CorrectionForm(forms.Form):
    """The reason for correcting a review, which the report prints."""

    comment = PrintedReasonField(_("Reason"))


def possible_evaluators(review: Review) -> QuerySet[User]:
    """Return the evaluators of the network, and those whom the review has now."""
    network, current = review.organisation.network_id, review.participations.values("user")
    of_network = User.objects.evaluators_of(network).values("pk")
    return User.objects.filter(Q(pk__in=of_network) | Q(pk__in=current)).order_by(ByName(), "pk")


class ItemForm(ChangeForm):
    """One item: its score or what data it awaits, the observation, data sources, evidence and recommendation.

    The field `decision` is left out unless the review is in consensus or a reason was given there.
    """

    value = ScoreField(with_awaiting=True)
    awaited = TextField(_("What is missing"), LONGEST_TASK)
    awaited_from = TextField(_("Who gets it"), LONGEST_ROLE)
    awaited_by = DayField(_("By when"), required=False)
    departure = TextField(_("Why not the suggestion?"), LONGEST_REASON)
    sources = forms.MultipleChoiceField(
        label=_("Data sources"),
        required=False,
        error_messages={"invalid_choice": _("The scale does not know the data source %(value)s.")},
    )
    evidence = NoteField(_("Evidence"))
    recommendation = NoteField(_("Recommendation"))
    decision = TextField(_("Reason for the decision"), LONGEST_REASON)
    version = VersionField()

    def __init__(
        self, review: Review, item: Item, sent: Any = None, *, stored: Mapping[str, Any] | None = None
    ) -> None:
        """`sent` is the data of a POST. `stored` holds the values of the row, from which an unbound form is filled."""
        initial = dict(stored or {"observation": {}})
        if initial.get("awaiting"):
            initial["value"] = AWAITING
        self.item, self.labels = item, review.all_labels
        super().__init__(sent, initial=initial | initial_values(initial["observation"], item, self.labels))
        self.codes = [source.code for source in review.scale.sources]
        self.fields["sources"].choices = [(code, code) for code in self.codes]
        self.fields |= form_fields(item, self.labels)
        # The correction of a review with a consensus has one common scoring, but keeps the reasons for decisions.
        was_decided = not review.is_blind and bool(initial.get("decision") or "decision" in (sent or {}))
        if not (review.is_in_consensus or was_decided):
            del self.fields["decision"]

    def clean(self) -> dict[str, Any]:
        """Reject hours that exceed the working hours."""
        data = super().clean() or {}
        for fields in fields_by_line(self.item, self.labels):
            if fields.part_exceeds_whole(data):
                self.add_error(fields.name("part"), _("The part cannot be larger than the whole."))
        return data

    def clean_sources(self) -> list[str]:
        """Return the codes of the chosen sources in the scale's order."""
        chosen = self.cleaned_data["sources"]
        return [code for code in self.codes if code in chosen]

    def shown_score(self) -> int | str | None:
        """Return the score to show as chosen: 1-5, AWAITING, or None. An invalid value shows as no score."""
        value = str(self["value"].value() or "")
        if value == AWAITING:
            return AWAITING
        return int(value) if value in {str(score) for score in SCORES} else None

    def shown_sources(self) -> tuple[str, ...]:
        """Return the codes of the sources to show as ticked, in the scale's order."""
        ticked = self["sources"].value() or []
        return tuple(code for code in self.codes if code in ticked)

    def observation(self) -> dict[str, Any]:
        """Return the observation of a valid form, as data to store."""
        return observation_from(self.cleaned_data, self.item, self.labels)

    def fields_to_save(self) -> dict[str, Any]:
        """Return the values of a valid form by field name of the rating or score."""
        data = self.cleaned_data
        awaiting = data["value"] == AWAITING
        fields = {name: data[name] for name in ("sources", "evidence", "recommendation", "departure")}
        fields |= {"value": None if awaiting else data["value"], "observation": self.observation()}
        fields |= {"awaiting": True, **{name: data[name] for name in AWAITED_FIELDS}} if awaiting else NOT_AWAITING
        return fields | ({"decision": data["decision"]} if "decision" in self.fields else {})


class PaperSheetForm(ChangeForm):
    """All scores of a paper sheet.

    For each item, `score-<n>` is the score in its row, `was-<n>` the score that the page first showed, and
    `version-<n>` the version of that score.
    """

    def __init__(self, scale: Scale, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = scale.by_number
        for number in self.items:
            self.fields[f"score-{number}"] = ScoreField()
            self.fields[f"was-{number}"] = ScoreField()
            self.fields[f"version-{number}"] = VersionField()

    def changed_items(self) -> set[int]:
        """Return the numbers of the items whose score the user has changed. The form need not be valid."""
        return {n for n in self.items if self.data.get(f"score-{n}", "") != self.data.get(f"was-{n}", "")}

    def typed_scores(self) -> list[tuple[int, int, int | None]]:
        """Return item number, version and new score of each row that the user has changed."""
        data, changed = self.cleaned_data, self.changed_items()
        return [(n, data[f"version-{n}"], data[f"score-{n}"]) for n in self.items if n in changed]

    def fields_to_save(self, score: int | None) -> dict[str, Any]:
        """Return the fields to save for a typed score. An item with a score no longer awaits data."""
        return {"value": score} if score is None else {"value": score} | NOT_AWAITING

    def sentence(self, name: str, error: str) -> str:
        """Return the error with the item in front of it, because its row may be out of sight."""
        item = self.items.get(int(name.rpartition("-")[2])) if "-" in name else None
        return f"{item.section_number} {item.sheet_title}: {error}" if item else error
