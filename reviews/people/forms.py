"""Forms of sign-in, accounts, invitations, networks and organisations. They validate; only NamedForm.saved() writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, ReauthenticateWebAuthnForm
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ipsfidelity.names import cleaned_name
from ipsfidelity.privacy import refuse_identity_numbers
from reviews.fields import OwnNameField, OwnPasswordField
from reviews.mail import Frequency, MailGroup, frequency_of
from reviews.models import AccessAction, Network, Organisation, User
from reviews.people.login_attempts import LONGEST_NAME, rate_limited
from reviews.people.second_factor_secrets import use_code
from reviews.records import access_log
from reviews.workflow import Role


class SignInForm(LoginForm):
    """allauth's form with our label for its field "login"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name or e-mail address")
        self.fields["login"].validators.append(MaxLengthValidator(LONGEST_NAME))
        for name in ("login", "password"):
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs["autocomplete"] = "username"  # which an address is here, too

    def clean_login(self) -> str:
        """Remove invisible characters, which come along with a pasted address."""
        return cleaned_name(super().clean_login())


class OwnPasswordForm(ChangePasswordForm):
    """Rate-limits attempts at the current password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # they repeat the labels
            field.widget.attrs.pop("placeholder", None)

    def clean_oldpassword(self) -> str:
        """Count the attempt."""
        with rate_limited(self.user):
            return super().clean_oldpassword()

    def clean(self) -> dict[str, Any]:
        """Refuse the password that somebody else has set as the new one."""
        data: dict[str, Any] = super().clean() or {}
        if self.user.must_change_password and data.get("password1") and self.user.check_password(data["password1"]):
            self.add_error("password1", _("Choose another password: the person who set this one knows it."))
        return data


class RateLimited:
    """Mixin that rate-limits codes and passkeys like passwords, and records those that are wrong."""

    def clean_code(self) -> str:
        """Count the attempt. Refuse a code that was accepted before."""
        with rate_limited(self.user), _recorded_if_wrong(self.user):
            code: str = super().clean_code()  # type: ignore[misc]
            use_code(self.user, code)
            return code

    def clean_credential(self) -> Authenticator:
        """Count the attempt."""
        with rate_limited(self.user), _recorded_if_wrong(self.user):
            return super().clean_credential()  # type: ignore[misc]


@contextmanager
def _recorded_if_wrong(user: User) -> Iterator[None]:
    try:
        yield
    except forms.ValidationError:
        access_log.record(AccessAction.SECOND_FACTOR_FAILED, None, person=user)
        raise


class DigitsOnly:
    """Mixin that asks a phone for its number keys: codes of apps and recovery codes have no other signs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class NewAppForm(DigitsOnly, ActivateTOTPForm):
    """The first code of an authenticator app."""


class CodeForm(RateLimited, DigitsOnly, AuthenticateForm):
    """The code of an authenticator app, at sign-in."""


class CodeAgainForm(RateLimited, DigitsOnly, ReauthenticateForm):
    """The code of an authenticator app, to reauthenticate."""


class PasskeySignInForm(RateLimited, AuthenticateWebAuthnForm):
    """A passkey as second factor, at sign-in."""


class PasskeyAgainForm(RateLimited, ReauthenticateWebAuthnForm):
    """A passkey, to reauthenticate."""


class PasskeyForm(AddWebAuthnForm):
    """A new passkey, by default for signing in without a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].validators.append(refuse_identity_numbers)
        self.fields["passwordless"].initial = True


class NamedForm(forms.ModelForm):
    """A row whose name is unique. The model refuses a name that exists already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("", _("Save")))

    def saved(self) -> bool:
        """Save the row. If somebody has just taken the name, add an error and return False."""
        try:
            with transaction.atomic():
                self.save()
        except IntegrityError:
            self.add_error("name", _("Somebody else has just taken this name. Nothing was saved. Use another name."))
            return False
        return True


class OrganisationForm(NamedForm):
    """The name of an organisation."""

    class Meta:
        model = Organisation
        fields = ("name",)


class NetworkForm(NamedForm):
    """The name of a network."""

    class Meta:
        model = Network
        fields = ("name",)
        labels = {"name": _("Name of the network")}  # noqa: RUF012 - as in Django
        help_texts = {"name": _("For example a county, a health authority or a country.")}  # noqa: RUF012


class PastedListForm(forms.Form):
    """A pasted list, one row a line."""

    lines = forms.CharField(label=_("List"), strip=False, max_length=100_000, widget=forms.Textarea)

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most

    def clean_lines(self) -> str:
        """Refuse more lines than are read at once."""
        text: str = self.cleaned_data["lines"]
        if (count := sum(bool(line.strip()) for line in text.splitlines())) > self.most:
            sentence = _("The list has %(count)s lines; at most %(most)s are read at once. Paste it in parts.")
            raise forms.ValidationError(sentence % {"count": count, "most": self.most}, code="too_many")
        return text


class PastedPeopleForm(PastedListForm):
    """A pasted list of people, and the role of those whose line names none."""

    role = forms.ChoiceField(label=_("Role, where a line names none"), choices=Role, initial=Role.EVALUATOR)

    field_order = ("role", "lines")


class AcceptInvitationForm(forms.Form):
    """A new account: the name for score sheets, and a password unless the person signs in by a provider."""

    name = OwnNameField()
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        max_length=200,
        help_text=_("At least 10 characters. Several words are better than one with signs."),
    )

    def __init__(self, *args: Any, email: str, with_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        if not with_password:
            del self.fields["password"]
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        """Validate the password against the name and the e-mail address too."""
        data = super().clean() or {}
        if password := data.get("password"):
            person = User(username=self.email, email=self.email, name=data.get("name", ""))
            try:
                validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class OwnNameForm(forms.Form):
    """A person's own name."""

    name = OwnNameField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("", _("Save")))


class NotificationsForm(forms.Form):
    """How often each group of mails is mailed, in a field for each, and whether keys work on the whole page."""

    page_keys = forms.BooleanField(
        label=_("The keys / and ? work on every page"),
        required=False,
        help_text=_("Switch this off if you use speech input, or if these keys are in your way."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        frequencies = {
            group.value: forms.ChoiceField(
                label=capfirst(group.label), choices=Frequency.choices, widget=forms.RadioSelect
            )
            for group in MailGroup
        }
        self.fields = frequencies | self.fields
        self.helper = FormHelper()
        self.helper.add_input(Submit("", _("Save")))

    @staticmethod
    def initial_of(user: User) -> dict[str, Any]:
        """Return what a person has chosen."""
        return {group.value: frequency_of(user, group) for group in MailGroup} | {"page_keys": user.page_keys}

    def mail_choices(self) -> dict[str, str]:
        """Return the choices as the account stores them: only those that differ from the default."""
        chosen = {group.value: self.cleaned_data[group.value] for group in MailGroup}
        return {group: frequency for group, frequency in chosen.items() if frequency != Frequency.AT_ONCE}


class DeleteAccountForm(forms.Form):
    """Confirms the deletion of an account, by password unless the person has reauthenticated recently."""

    password = OwnPasswordField(_("Your password"), required=False)

    def __init__(self, *args: Any, with_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_password:
            del self.fields["password"]
