"""The read model of a person's own account: what is set now, and where each thing is changed. Reads; never writes."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ipsfidelity.prepared import prepared
from reviews.components.links import Action, Fact
from reviews.mail import Frequency, MailGroup, frequency_of
from reviews.models import Membership, User


@dataclass(frozen=True)
class AccountGroup:
    """Facts that belong together. `has_preferences` adds the choices of language and colours."""

    title: str
    facts: tuple[Fact, ...]
    has_preferences: bool = False


def account_groups(user: User) -> tuple[AccountGroup, ...]:
    """Return the groups of the account page. Three queries."""
    return (
        AccountGroup(_("You"), _person(user), has_preferences=True),
        AccountGroup(_("Signing in"), _sign_in(user)),
        AccountGroup(_("Mails and keys"), _notifications(user)),
        AccountGroup(_("Your data"), _data()),
    )


@prepared
def _memberships(user: int) -> QuerySet[Membership]:
    return Membership.objects.filter(user=user).select_related("network", "organisation__joined_to")


@prepared
def _factors(user: int) -> QuerySet[Authenticator, str]:
    return Authenticator.objects.filter(user=user).values_list("type", flat=True)


@prepared
def _sessions(user: int) -> QuerySet[UserSession, int]:
    return UserSession.objects.filter(user=user).values_list("pk", flat=True)


def _change(name: str, label: str = "") -> Action:
    return Action(label or _("Change"), reverse(name))


def _person(user: User) -> tuple[Fact, ...]:
    roles = [
        f"{capfirst(each.get_role_display())}, {each.organisation or each.network}" for each in _memberships(user.pk)
    ]
    if user.is_superuser:
        roles.append(_("You run this installation. Administrators see people and organisations, and no reviews."))
    nobody = _("You have no role in a network at present. The coordinator can invite you again.")
    return (
        Fact(_("Name"), (user.name,), action=_change("own_name")),
        Fact(_("User name"), (user.username,)),
        Fact(_("Your roles"), roles or (nobody,)),
    )


def _sign_in(user: User) -> tuple[Fact, ...]:
    kinds = _factors(user.pk)
    passkeys = kinds.count(Authenticator.Type.WEBAUTHN)
    factors = [_("Authenticator app")] if Authenticator.Type.TOTP in kinds else []
    if passkeys:
        factors.append(ngettext("%(count)s passkey", "%(count)s passkeys", passkeys) % {"count": str(passkeys)})
    sessions = len(_sessions(user.pk))
    places = ngettext("%(count)s browser", "%(count)s browsers", sessions) % {"count": str(sessions)}
    password = "••••••••" if user.has_usable_password() else _("none")
    linked = Fact(_("Linked providers"), (), action=_change("socialaccount_connections"))
    return (
        Fact(_("E-mail address"), (user.email or _("none"),), action=_change("account_email")),
        Fact(_("Password"), (password,), action=_change("account_change_password")),
        Fact(_("Second factor and passkeys"), factors or (_("none"),), action=_change("mfa_index")),
        *((linked,) if settings.OIDC_PROVIDERS else ()),
        Fact(_("Where you are signed in"), (places,), action=_change("usersessions_list", _("Show"))),
    )


def _notifications(user: User) -> tuple[Fact, ...]:
    chosen: dict[Frequency, list[str]] = {frequency: [] for frequency in Frequency}
    for group in MailGroup:
        chosen[frequency_of(user, group)].append(str(group.label))
    keys = _("work on every page") if user.page_keys else _("are switched off")
    return (
        Fact(_("Mail me at once when"), chosen[Frequency.AT_ONCE] or (_("never"),), action=_change("notifications")),
        *((Fact(_("In one summary a day"), daily),) if (daily := chosen[Frequency.DAILY]) else ()),
        Fact(_("The keys / and ?"), (keys,), action=_change("notifications")),
    )


def _data() -> tuple[Fact, ...]:
    return (
        Fact(_("What is stored about you"), (_("everything, as a file"),), action=_change("account_data", "JSON")),
        Fact(_("Account"), (_("can be deleted"),), action=_change("account_delete", _("Delete the account"))),
    )
