"""People, networks, organisations and memberships."""

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsfidelity.addresses import address
from ipsfidelity.names import LONGEST_KEY, initials
from reviews.models.labels import label_of
from reviews.models.names import (
    ByName,
    Named,
    NamedQuerySet,
    UniqueKeyField,
    key_is_there,
    key_is_unique,
    name_contains,
    refuse_odd_address,
    refuse_taken_name,
)
from reviews.workflow import PLANNERS, Role
from scales.models import ScaleEdition


def languages() -> list[tuple[str, Any]]:
    """Return the languages of the interface. A callable, so that a new language needs no migration."""
    return settings.LANGUAGES


class UserQuerySet(NamedQuerySet["User"]):
    """People."""

    def evaluators_of(self, network: "Network | int") -> "UserQuerySet":
        """Filter by active accounts with the role of an evaluator in the network, ordered by name."""
        of_network = Membership.objects.filter(network=network, role=Role.EVALUATOR)
        return self.filter(is_active=True, pk__in=of_network.values("user")).order_by(ByName(), "pk")

    def coordinators_of(self, network: "Network | int") -> "UserQuerySet":
        """Filter by active accounts with the role of a coordinator in the network, ordered by name."""
        of_network = Membership.objects.filter(network=network, role=Role.COORDINATOR)
        return self.filter(is_active=True, pk__in=of_network.values("user")).order_by(ByName(), "pk")

    def leaders_of(self, organisation: "Organisation") -> "UserQuerySet":
        """Filter by the team leaders of an organisation."""
        return self.filter(pk__in=Membership.objects.team_leaders().of(organisation).values("user"))

    def belonging_to(self, organisation: "Organisation") -> "UserQuerySet":
        """Filter by people who work in an organisation, as team leader or evaluator."""
        return self.filter(pk__in=Membership.objects.of(organisation).values("user"))


class UserManager(DjangoUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's manager with the methods of UserQuerySet."""


class User(Named, AbstractUser):
    """A person with an account. `name` is printed on score sheets. `language` is "" if the person has chosen none.

    `page_keys` is whether keys work that belong to no field: `/` and `?`. `mail_choices` maps groups of mails to
    "daily" or "never" (reviews/mail.py); all others are mailed at once. Lines of the inbox after `inbox_seen_at` are
    new. The last daily summary covers the lines until `digest_until`.

    The row of a deleted account stays under a pseudonym, because what the person did is on record. Incrementing
    `device_epoch` invalidates all known devices (reviews/people/known_devices.py). `must_change_password` is whether
    somebody else knows the password (reviews/people/new_password.py).
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), blank=True, validators=[refuse_odd_address])
    email_key = UniqueKeyField("email", max_length=LONGEST_KEY, default="")
    email_key_number = models.PositiveSmallIntegerField(default=0, editable=False)
    language = models.CharField(_("language"), max_length=5, blank=True, choices=languages)
    page_keys = models.BooleanField(_("Keys for the whole page"), default=True)
    mail_choices = models.JSONField(default=dict, editable=False)
    inbox_seen_at = models.DateTimeField(default=timezone.now, editable=False)
    digest_until = models.DateTimeField(default=timezone.now, editable=False)

    deleted_at = models.DateTimeField(null=True, editable=False)
    device_epoch = models.PositiveIntegerField(default=0, editable=False)
    must_change_password = models.BooleanField(default=False, editable=False)

    # Annotations of the person of a session (reviews/people/sign_in.py).
    has_second_factor: bool
    coordinates_somewhere: bool

    objects = UserManager()  # type: ignore[misc]

    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "email"]

    class Meta(AbstractUser.Meta):
        abstract = False
        constraints: ClassVar = [
            key_is_unique("user_address_once", key="email_key", condition=~Q(email_key="")),
            key_is_there("user_address_has_key", "email_key", unless=Q(email="")),
        ]

    def __str__(self) -> str:
        if self.deleted_at:
            return _("Former user %(number)s") % {"number": self.pk}
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @property
    def initials(self) -> str:
        """The person's initials, which stand for their name where there is little room."""
        return initials(str(self))


class NetworkQuerySet(NamedQuerySet["Network"]):
    """Networks."""

    def managed_by(self, user: User) -> "NetworkQuerySet":
        """Filter by networks that a person manages: coordinators their own, administrators all."""
        if user.is_superuser:
            return self.all()
        return self.where_person_is(user, (Role.COORDINATOR,))

    def where_person_is(self, user: User, roles: Iterable[Role]) -> "NetworkQuerySet":
        """Filter by networks in which a person has one of the roles."""
        return self.filter(pk__in=Membership.objects.filter(user=user, role__in=tuple(roles)).values("network"))


LONGEST_KEPT = 52  # weeks


class Network(Named):
    """A county, a health authority or a country whose organisations are reviewed.

    Interview notes are deleted `keep_notes_weeks` after their review became final. `former_good_total` is the total
    from which reviews were less frequent before months were chosen by band, if it is the lowest of no band: the
    coordinator is shown how it was translated, until they save. See ReviewInterval.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name_key = UniqueKeyField("name", max_length=LONGEST_KEY, default="")
    name_key_number = models.PositiveSmallIntegerField(default=0, editable=False)
    keep_notes_weeks = models.PositiveSmallIntegerField(_("weeks that interview notes are kept"), default=2)
    former_good_total = models.PositiveSmallIntegerField(null=True, editable=False)

    objects = NetworkQuerySet.as_manager()

    class Meta(Named.Meta):
        verbose_name = _("network")
        verbose_name_plural = _("networks")
        constraints: ClassVar = [
            key_is_unique("network_name_once", key="name_key"),
            key_is_there("network_name_has_key", "name_key"),
            models.CheckConstraint(
                condition=Q(keep_notes_weeks__lte=LONGEST_KEPT),
                name="network_keeps_notes_for_a_year_at_most",
                violation_error_code="keeps_notes_for_a_year_at_most",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("network", args=[self.code])

    def clean(self) -> None:
        """Refuse a name that another network has."""
        refuse_taken_name(
            self,
            Network.objects.all(),
            _(
                "There is a network “%(name)s” already, and nobody could tell the names apart. "
                "Nothing was saved. Use another name."
            ),
        )


class OrganisationQuerySet(NamedQuerySet["Organisation"]):
    """Organisations."""

    def current(self) -> "OrganisationQuerySet":
        """Filter by organisations that were not joined to another one. Lists and selections show only these."""
        return self.filter(joined_to__isnull=True)

    def parts_of(self, keys: Iterable[Any]) -> "OrganisationQuerySet":
        """Filter by the current organisations with these keys and by those that were joined to them."""
        return self.filter(Q(pk__in=keys) | Q(joined_to__in=keys))

    def named(self, text: str) -> "OrganisationQuerySet":
        """Filter by names that contain a text, and by organisations to which one of such a name was joined."""
        joined = Organisation.objects.filter(name_contains(text), joined_to__isnull=False).order_by()
        return self.filter(name_contains(text) | Q(pk__in=joined.values("joined_to")))

    def known_to(self, user: User) -> "OrganisationQuerySet":
        """Filter by what a person may know of, whether it was joined to another one or not.

        Evaluators and coordinators see the organisations of their network, team leaders their own.
        """
        memberships = Membership.objects.filter(user=user)
        led = memberships.team_leaders().current_organisations()
        of_networks = memberships.filter(role__in=PLANNERS).values("network")
        return self.filter(Q(network__in=of_networks) | Q(pk__in=led) | Q(joined_to__in=led))

    def visible_to(self, user: User) -> "OrganisationQuerySet":
        """Filter by the current organisations that a person may know of."""
        return self.known_to(user).current()

    def plannable_by(self, user: User) -> "OrganisationQuerySet":
        """Filter by organisations that a person may create reviews of."""
        memberships = Membership.objects.filter(user=user, role__in=PLANNERS)
        return self.current().filter(network__in=memberships.values("network"))

    def same_names(self) -> "OrganisationQuerySet":
        """Filter by organisations whose name another one has too, in the order of the names."""
        keys = self.current().order_by().values("name_key").annotate(n=models.Count("pk")).filter(n__gt=1)
        return self.current().filter(name_key__in=keys.values("name_key")).order_by("name_key", "pk")


class Organisation(Named):
    """A service that offers IPS and is reviewed.

    The columns from `last_review` to `open_actions` are derived from its last valid review and its action plan, so that
    thousands of organisations can be listed and sorted by index. Only reviews/schedule/organisation_summary.py writes
    them, in the transaction of each change. `last_change` is the change in the total since the previous review of the
    same kind and by a comparable edition, NULL without one. `next_due` is NULL before the first review.

    `joined_to` is the organisation that this one turned out to be (reviews/overview/joining.py), NULL for a current
    organisation. Rows keep their reference to the joined one; everything that is shown follows the pointer. It never
    leads to an organisation that was joined itself.
    """

    code = models.UUIDField(_("code"), default=uuid.uuid4, unique=True, editable=False)
    network = models.ForeignKey(Network, models.PROTECT, related_name="organisations", verbose_name=_("network"))
    name_key = UniqueKeyField("name", max_length=LONGEST_KEY, default="")
    name_key_number = models.PositiveSmallIntegerField(default=0, editable=False)
    last_review = models.ForeignKey("reviews.Review", models.PROTECT, null=True, editable=False, related_name="+")
    last_edition = models.ForeignKey(
        ScaleEdition, models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    last_visit = models.DateField(null=True, editable=False)
    last_kind = models.CharField(max_length=20, blank=True, editable=False)
    last_total = models.PositiveSmallIntegerField(null=True, editable=False)
    last_band_rank = models.PositiveSmallIntegerField(default=0, editable=False)
    last_change = models.SmallIntegerField(null=True, editable=False)
    next_due = models.DateField(null=True, editable=False)
    open_actions = models.PositiveIntegerField(default=0, editable=False)
    # No index but `organisation_joined`: SQLite would use another one to find the many rows without a pointer.
    joined_to = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="joined", db_index=False
    )
    joined_at = models.DateTimeField(null=True, editable=False)
    joined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")

    objects = OrganisationQuerySet.as_manager()

    class Meta(Named.Meta):
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        indexes: ClassVar = [
            models.Index(fields=("network", "sort_norwegian", "id"), name="organisation_norwegian"),
            models.Index(fields=("network", "sort_swedish", "id"), name="organisation_swedish"),
            models.Index(fields=("network", "sort_english", "id"), name="organisation_english"),
            models.Index(fields=("network", "next_due", "id"), name="organisation_due"),
            models.Index(fields=("network", "last_total", "id"), name="organisation_total"),
            models.Index(fields=("network", "last_visit", "id"), name="organisation_visit"),
            models.Index(fields=("joined_to",), condition=Q(joined_to__isnull=False), name="organisation_joined"),
        ]
        constraints: ClassVar = [
            # The name of one that was joined to another may be given to another organisation.
            key_is_unique(
                "organisation_name_once", key="name_key", within=("network",), condition=Q(joined_to__isnull=True)
            ),
            key_is_there("organisation_name_has_key", "name_key"),
            models.CheckConstraint(
                condition=Q(joined_to__isnull=True, joined_at__isnull=True, joined_by__isnull=True)
                | Q(joined_to__isnull=False, joined_at__isnull=False, joined_by__isnull=False) & ~Q(joined_to=F("pk")),
                name="organisation_joined_to_another",
            ),
        ]

    def __str__(self) -> str:
        return self.current.name

    def get_absolute_url(self) -> str:
        return address("organisation", self.current.code)

    def clean(self) -> None:
        """Refuse a name that another organisation of the network has."""
        refuse_taken_name(
            self,
            Organisation.objects.current().filter(network=self.network_id),
            _(
                "The network has “%(name)s” already, and nobody could tell the names apart. "
                "Nothing was saved. Use another name."
            ),
        )

    @property
    def current(self) -> "Organisation":
        """The organisation that this one was joined to, or itself. One query if it was joined and is not selected."""
        return self.joined_to or self

    @property
    def current_id(self) -> int:
        """The primary key of `current`."""
        return self.joined_to_id or self.pk


def current_organisation(lookup: str = "organisation") -> Coalesce:
    """Return the expression for the key of the current organisation, where `lookup` leads to an organisation."""
    return Coalesce(f"{lookup}__joined_to", lookup)


def role_fits_place(model_name: str) -> models.CheckConstraint:
    """Return the constraint that team leaders have an organisation, evaluators may have one, coordinators have none."""
    return models.CheckConstraint(
        condition=Q(role=Role.TEAM_LEADER, organisation__isnull=False)
        | Q(role=Role.EVALUATOR)
        | Q(role=Role.COORDINATOR, organisation__isnull=True),
        name=f"{model_name}_place_fits_role",
        violation_error_code="place_fits_role",
        violation_error_message=_(
            "A team leader belongs to an organisation, an evaluator may work in one, a coordinator belongs to the "
            "network only."
        ),
    )


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships."""

    def team_leaders(self) -> "MembershipQuerySet":
        """Filter by the role of a team leader. Each of these has an organisation."""
        return self.filter(role=Role.TEAM_LEADER)

    def of(self, organisation: Organisation) -> "MembershipQuerySet":
        """Filter by those who lead or work in an organisation, which includes those that were joined to it."""
        return self.filter(organisation__in=Organisation.objects.parts_of([organisation.current_id]).values("pk"))

    def current_organisations(self) -> "models.QuerySet[Membership, int]":
        """Return the keys of the current organisations of these memberships."""
        return self.values_list(current_organisation(), flat=True)


class Membership(models.Model):
    """A person's role in a network.

    The organisation of a team leader is the one they lead. That of an evaluator is where they work; they may not
    evaluate independent and peer reviews of it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    network = models.ForeignKey(Network, models.PROTECT, related_name="memberships", verbose_name=_("network"))
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("organisation"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)

    get_role_display = label_of("role", Role)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("user", "network")
        constraints: ClassVar = [
            role_fits_place("membership"),
            models.UniqueConstraint(
                fields=("user", "network", "role"),
                condition=~Q(role=Role.TEAM_LEADER),
                name="membership_of_network_once",
                violation_error_code="membership_once",
                violation_error_message=_("This person has this role already."),
            ),
            models.UniqueConstraint(
                fields=("user", "organisation"),
                condition=Q(role=Role.TEAM_LEADER),
                name="membership_of_organisation_once",
                violation_error_code="membership_once",
                violation_error_message=_("This person has this role already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.organisation or self.network}"

    def clean(self) -> None:
        """Refuse an organisation of another network, because no constraint can span tables."""
        if self.organisation and self.organisation.network_id != self.network_id:
            raise ValidationError({"organisation": _("This organisation belongs to another network.")})
