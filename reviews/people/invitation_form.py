"""The form by which somebody is invited to a network. It validates and never writes."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from crispy_forms.bootstrap import StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ipsfidelity.names import name_key
from reviews.components.organisation_choice import organisation_options
from reviews.fields import parse_key
from reviews.models import Invitation, Network
from reviews.workflow import Role

SHOW = "show"  # the button that searches for organisations and sends nothing


class InvitationForm(forms.ModelForm):
    """The person who is invited, their role, and the organisation that they lead or work in.

    Organisations that are too many for a list are searched for by `organisation_name`: SHOW shows the form again with
    those that are found. `typed` is what it shows then, unchecked.
    """

    organisation_name = forms.CharField(label=_("Find an organisation"), required=False, max_length=150)

    class Meta:
        model = Invitation
        fields = ("name", "email", "role", "organisation")

    def __init__(self, network: Network, data: QueryDict | None, typed: Mapping[str, Any]) -> None:
        values: Mapping[str, Any] = typed if data is None else data
        organisations = network.organisations.current()
        key = parse_key(str(values.get("organisation", "")))
        chosen = organisations.filter(pk=key).first() if key else None
        options = organisation_options(organisations, str(values.get("organisation_name", "")), chosen)
        if chosen is None and options.only:
            typed = {**typed, "organisation": options.only.pk}
        super().__init__(data, instance=Invitation(network=network), initial=dict(typed))
        self.network = network
        self.fields["role"].choices = [("", _("Choose …")), *Role.choices]
        field = self.fields["organisation"]
        field.queryset = organisations
        field.help_text = _(
            "For a team leader, the organisation they lead. For an evaluator, where they work, if it is one of these: "
            "they are not asked to review it from outside. For a coordinator, leave it empty."
        )
        search: tuple[Any, ...] = ()
        if options.is_searched:
            search = ("organisation_name", self._search_button(options.sentence))
            field.widget = forms.RadioSelect()
        else:
            del self.fields["organisation_name"]
        field.choices = [("", "–"), *options.choices]
        self.helper = FormHelper()
        self.helper.layout = Layout("name", "email", "role", *search, "organisation", Submit("", _("Send invitation")))

    def _search_button(self, sentence: str) -> Any:
        self.fields["organisation_name"].help_text = sentence
        kind = {"name": "act", "value": SHOW, "formnovalidate": "formnovalidate"}
        return StrictButton(_("Search"), type="submit", css_class="btn-outline-primary mb-3", **kind)

    def clean(self) -> dict[str, Any]:
        """Refuse an address that has an open invitation to the same role: that one is sent again instead."""
        data = super().clean() or {}
        data.pop("organisation_name", None)
        pending = Invitation.objects.pending().filter(network=self.network, role=data.get("role", ""))
        places = pending.filter(organisation=data.get("organisation")).values_list("email", flat=True)
        if name_key(data.get("email", "")) in map(name_key, places):
            sentence = _("This address has an open invitation to the same role. Send that one again instead.")
            self.add_error("email", forms.ValidationError(sentence, code="invited"))
        return data


def invitation_initial(network: Network, code: str, role: str) -> dict[str, Any]:
    """Return what the form proposes: the team leader of the organisation with this code, or else a role.

    An organisation that was joined to another one means that other one. Codes and roles that do not exist are left out.
    """
    try:
        organisation = network.organisations.select_related("joined_to").filter(code=UUID(code)).first()
    except ValueError:
        organisation = None
    if organisation:
        return {"role": Role.TEAM_LEADER, "organisation": organisation.current_id}
    return {"role": role} if role in Role else {}
