"""Create, send, renew, accept and withdraw invitations. No other code creates accounts or gives roles to people.

The link contains a secret, and the database its SHA-256. The link is mailed, and shown once to the person who made
it. A mail that waits has it encrypted (reviews/outbox.py). An invitation is valid for a week and can be accepted once,
even if two people accept at the same time.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from ipsfidelity.names import name_key
from reviews.mail import notify, public_address
from reviews.models import AccessAction, Invitation, Membership, Network, Organisation, User
from reviews.models.invitations import VALID_FOR
from reviews.models.organisations import current_organisation
from reviews.outbox import queue_mail, recall
from reviews.records import access_log
from reviews.workflow import Role

INVITATION_KEY = "invitation"  # session key: hash of the secret in the link that was opened
PROVIDER_LOGIN_KEY = "provider_login"  # session key: that hash, and the serialized login of a provider


def hash_of(secret: str) -> str:
    """Return the SHA-256 of a secret, as it is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def invite(
    *, network: Network, by: User, name: str, email: str, role: str, organisation: Organisation | None
) -> tuple[Invitation, str]:
    """Create an invitation. Return it with its secret, which is stored nowhere."""
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        network=network,
        organisation=organisation,
        role=role,
        name=name,
        email=email,
        invited_by=by,
        secret_hash=hash_of(secret),
    )
    access_log.record(AccessAction.INVITED, by, network=network, organisation=organisation, page=role)
    return invitation, secret


@transaction.atomic
def renew(*, invitation: Invitation, by: User) -> str:
    """Give an invitation a new secret and another week. Return the secret; the link before opens nothing any more.

    Raises StateConflict (409) if the invitation was accepted or withdrawn.
    """
    secret = secrets.token_urlsafe(32)
    pending = Invitation.objects.pending().filter(pk=invitation.pk)
    if not pending.update(secret_hash=hash_of(secret), expires_at=timezone.now() + VALID_FOR):
        raise StateConflict(
            _("This invitation has been used or withdrawn meanwhile. No new link was made."),
            invitation.network.get_absolute_url(),
        )
    recall(_mail_key(invitation))
    access_log.record(
        AccessAction.INVITATION_RENEWED,
        by,
        network=invitation.network,
        organisation=invitation.organisation,
        page=invitation.role,
    )
    return secret


@dataclass(frozen=True)
class InvitationLink:
    """An invitation with its link, which is shown once. `is_mailed` is whether a mail with it is on its way."""

    invitation: Invitation
    url: str
    is_mailed: bool


def link_of(request: HttpRequest, invitation: Invitation, secret: str, *, is_mailed: bool = False) -> InvitationLink:
    """Return the link of an invitation without mailing it."""
    url = public_address(request, reverse("invitation", args=[secret]))
    return InvitationLink(invitation, url, is_mailed)


@transaction.atomic
def mail_invitations(request: HttpRequest, made: Iterable[tuple[Invitation, str]]) -> tuple[InvitationLink, ...]:
    """Queue a mail with the link of each invitation, in the language of the person who invites. Return all links."""
    links = tuple(link_of(request, invitation, secret, is_mailed=True) for invitation, secret in made)
    for link in links:
        subject = _("Invitation to IPS fidelity: %(network)s") % {"network": link.invitation.network}
        text = render_to_string("people/invitation.txt", {"invitation": link.invitation, "url": link.url})
        queue_mail(link.invitation.email, subject, text, about=_mail_key(link.invitation))
    return links


def _mail_key(invitation: Invitation) -> str:
    return f"invitation:{invitation.code}"


def places_taken(network: Network) -> dict[tuple[str, str, int | None], str]:
    """Return why an address cannot be invited to a role and organisation: it has it, or is invited to it.

    Keys are the address's key, the role, and the key of the current organisation. Two queries.
    """
    place = ("role", current_organisation())
    members = network.memberships.values_list("user__email_key", *place)
    invited = Invitation.objects.pending().filter(network=network).order_by().values_list("email", *place)
    taken = dict.fromkeys(members, _("This person has this role already."))
    is_invited = _("This address has an open invitation to the same role. Send that one again instead.")
    return taken | {(name_key(email), role, organisation): is_invited for email, role, organisation in invited}


def find_invitation(secret_hash: str) -> Invitation | None:
    """Return the open invitation with this hash, or None if it is used, withdrawn, expired or unknown."""
    invitations = Invitation.objects.open().select_related("network", "organisation", "invited_by")
    return invitations.filter(secret_hash=secret_hash).first()


@transaction.atomic
def accept(invitation: Invitation, user: User) -> None:
    """Give `user` the role. Raises StateConflict (409) if the invitation is not open any more."""
    used = Invitation.objects.open().filter(pk=invitation.pk).update(accepted_at=timezone.now(), accepted_by=user)
    if not used:
        raise StateConflict(_("This invitation has been used or withdrawn. Ask for a new one."), reverse("home"))
    network, organisation, role = invitation.network, invitation.organisation, invitation.role
    if role == Role.TEAM_LEADER:
        Membership.objects.get_or_create(user=user, network=network, role=role, organisation=organisation)
    else:  # one membership for each network and role; a second invitation updates where the person works
        Membership.objects.update_or_create(
            user=user, network=network, role=role, defaults={"organisation": organisation}
        )
    access_log.record(
        AccessAction.JOINED,
        user,
        network=invitation.network,
        organisation=invitation.organisation,
        page=invitation.role,
    )


@transaction.atomic
def open_account(invitation: Invitation, *, name: str, password: str | None, subject: SocialAccount | None) -> User:
    """Create an account with the role for the invited person and return it.

    `subject` is their account at a provider, which signs them in if `password` is None. Raises StateConflict (409) if
    the invitation is not open any more, or if another account has this e-mail address or subject.
    """
    address = invitation.email
    is_taken = User.objects.filter(Q(username__iexact=address) | Q(email_key=name_key(address))).exists()
    if is_taken or EmailAddress.objects.filter(email__iexact=address).exists():
        raise StateConflict(
            _("There is an account with this e-mail address already. Sign in, then open the link again."),
            reverse("account_login"),
        )
    language = get_language() or ""  # of the page, so that mails come in the same one
    user = User(username=invitation.email, email=invitation.email, name=name, language=language)
    user.set_password(password)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if subject:
        if SocialAccount.objects.filter(provider=subject.provider, uid=subject.uid).exists():
            raise StateConflict(
                _("Another account is linked to this sign-in already. Sign in with it, then open the link again."),
                reverse("account_login"),
            )
        subject.user = user
        subject.save()
    accept(invitation, user)
    # The inviter has seen the link too, so the owner of the address learns that somebody has used it.
    notify(
        [user],
        subject=gettext_lazy("Your account was opened"),
        lines=[
            gettext_lazy("An account with this e-mail address was opened by an invitation."),
            gettext_lazy("If it was not you, choose a password that only you know here, and tell your coordinator:"),
        ],
        path=reverse("account_reset_password"),
    )
    return user


@transaction.atomic
def withdraw(invitation: Invitation, by: User) -> None:
    """Withdraw an open invitation. Idempotent."""
    if Invitation.objects.open().filter(pk=invitation.pk).update(withdrawn_at=timezone.now()):
        recall(_mail_key(invitation))
        access_log.record(AccessAction.INVITATION_WITHDRAWN, by, network=invitation.network)


def invitation_in_session(request: HttpRequest) -> Invitation | None:
    """Return the open invitation whose link was opened in this session, or None."""
    return find_invitation(request.session.get(INVITATION_KEY, ""))
