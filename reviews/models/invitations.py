"""Invitations to a network, each for one person and one role."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsfidelity.privacy import refuse_identity_numbers
from reviews.models.names import NameField, refuse_odd_address
from reviews.models.organisations import Network, Organisation, role_fits_place
from reviews.workflow import Role

VALID_FOR = timedelta(days=7)


def _in_a_week() -> datetime:
    """Return the default of `expires_at`. Used by migrations."""
    return timezone.now() + VALID_FOR


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations."""

    def pending(self) -> "InvitationQuerySet":
        """Filter by invitations that were neither accepted nor withdrawn, whether they have expired or not."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def open(self) -> "InvitationQuerySet":
        """Filter by invitations that can still be accepted."""
        return self.pending().filter(expires_at__gt=timezone.now())


class Invitation(models.Model):
    """An invitation. Its link contains a secret; only the SHA-256 is stored."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    network = models.ForeignKey(Network, models.PROTECT, related_name="invitations")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    name = NameField(_("name"))
    email = models.EmailField(_("e-mail address"), validators=[refuse_identity_numbers, refuse_odd_address])
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=_in_a_week)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar = [
            role_fits_place("invitation"),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at__isnull=True),
                name="invitation_accepted_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_role_display()}, {self.organisation or self.network}"

    @property
    def role_words(self) -> str:
        """The role, and the organisation if there is one."""
        role = self.get_role_display()
        return f"{role}, {self.organisation}" if self.organisation else str(role)

    @property
    def has_expired(self) -> bool:
        """Whether the link does not work any more because of its age."""
        return self.expires_at <= timezone.now()
