"""Django's admin for administrators: accounts, networks and organisations.

Roles are not edited here: they are given by invitation and ended on the pages of a network, which record both.
ipsfidelity/admin_site.py restricts the filters of lists. Reviews are not registered, because only their evaluators
change them, through the services. Secrets are not shown: an administrator sees that a second factor exists, and can
remove one that its owner has lost.
"""

from collections.abc import Iterable
from typing import Any, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from ipsfidelity.names import name_key, search_key
from reviews.models import AccessAction, Network, Organisation, User
from reviews.models.names import ByName, Named
from reviews.people.sign_in_changes import SignInChange, password_was_set, record_and_notify
from reviews.records import access_log

for model in (Group, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
    admin.site.unregister(model)
admin.site.site_header = admin.site.site_title = _("IPS fidelity: administration")


RIGHTS = ("username", "is_active", "is_staff", "is_superuser")


class UniquePersonForm(forms.ModelForm):
    """Refuses a user name or e-mail address that another account has, ignoring case: neither could sign in with it."""

    def clean_username(self) -> str:
        """Refuse a user name that exists, ignoring case."""
        name: str = self.cleaned_data["username"]
        if self._others().filter(username__iexact=name).exists():
            raise self.instance.unique_error_message(User, ("username",))
        return name

    def clean_email(self) -> str:
        """Refuse an e-mail address that exists, ignoring case, in either of the tables that store addresses."""
        address: str = self.cleaned_data["email"]
        same_address = self._others().filter(Q(email_key=name_key(address)) | Q(emailaddress__email__iexact=address))
        if address and same_address.exists():
            raise self.instance.unique_error_message(User, ("email",))
        return address

    def _others(self) -> QuerySet[User]:
        return User.objects.exclude(pk=self.instance.pk)


class PersonForm(UniquePersonForm, UserChangeForm):
    """An existing account."""


class NewPersonForm(UniquePersonForm, AdminUserCreationForm):
    """A new account."""


class NamedAdmin(admin.ModelAdmin):
    """Sorts names in the reader's alphabet, and searches for a text as it is typed and without case and accents.

    A page of a long list is short, and its search does not count the rows that were not searched for.
    """

    list_per_page = 50
    show_full_result_count = False

    @admin.display(description=_("name"), ordering=ByName())
    def sorted_name(self, row: Named) -> str:
        """Return the name, by which the column is sorted."""
        return row.name

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Return the rows that are found in either way."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        plain, _may_repeat = super().get_search_results(request, queryset, search_key(search_term))
        return found | plain, may_repeat


@admin.register(User)
class PersonAdmin(NamedAdmin, UserAdmin):
    """Accounts. Changes of rights and to how a person signs in are recorded, of the latter that person is notified."""

    form, add_form = PersonForm, NewPersonForm
    fieldsets = (
        (None, {"fields": ("username", "password", "name", "email", "language")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "name", "email", "usable_password", "password1", "password2")}),)
    list_display = ("username", "sorted_name", "email", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("username", "search_key", "email")
    ordering = (ByName(), "pk")
    filter_horizontal = ()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save the account, and copy a changed e-mail address to allauth, which sends password links to it."""
        before = User.objects.get(pk=obj.pk) if change else obj
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()
            if obj.email:
                EmailAddress.objects.create(user=obj, email=obj.email, verified=True, primary=True)
            if change:
                _record_and_notify(SignInChange.ADDRESS, before, request)
        by = _administrator(request)
        if not change and obj.has_usable_password():
            password_was_set(SignInChange.ACCOUNT, obj, by=by)
        elif not change:
            access_log.record(AccessAction.SIGN_IN_CHANGED, by, person=obj, page=SignInChange.ACCOUNT.value)
        if change and (changed := [name for name in RIGHTS if name in form.changed_data]):
            access_log.record(AccessAction.RIGHTS_CHANGED, by, person=obj, page=" ".join(changed))

    @transaction.atomic
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Set or remove a password with Django's view, then record the change and notify the person.

        Somebody else's password is to be changed by them at the next sign-in.
        """
        before = self.get_object(request, unquote(id))
        response = super().user_change_password(request, id, form_url)
        person = self.get_object(request, unquote(id))
        if before and person and person.password != before.password:
            by_themselves = person.pk == request.user.pk
            if person.has_usable_password() and not by_themselves:
                password_was_set(SignInChange.PASSWORD, person, by=_administrator(request))
            else:
                _record_and_notify(SignInChange.PASSWORD, person, request)
        return response

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Return False: people delete their own accounts. An administrator can make one inactive."""
        return False


@admin.register(Authenticator)
class SecondFactorAdmin(NamedAdmin):
    """Second factors, which can only be removed. Removals are recorded, and the owner is notified."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_select_related = ("user",)
    fields = list_display
    readonly_fields = list_display
    search_fields = ("user__username", "user__search_key")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        self.delete_queryset(request, [obj])

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: Iterable[Authenticator]) -> None:
        """Remove second factors, record each removal and notify the owners."""
        for factor in queryset:
            _record_and_notify(SignInChange.SECOND_FACTOR, factor.user, request)
            factor.delete()


@admin.register(Network)
class NetworkAdmin(NamedAdmin):
    """The names of networks. Their rules are changed on other pages, which record each change."""

    fields = ("name",)
    search_fields = ("search_key",)

    def save_model(self, request: HttpRequest, obj: Network, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save and record the network."""
        super().save_model(request, obj, form, change)
        action = AccessAction.NETWORK_RENAMED if change else AccessAction.NETWORK_ADDED
        access_log.record(action, _administrator(request), network=obj)


@admin.register(Organisation)
class OrganisationAdmin(NamedAdmin):
    """Organisations."""

    list_display = ("sorted_name", "network", "joined_to")
    list_select_related = ("network", "joined_to")
    list_filter = ("network",)
    search_fields = ("search_key",)

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save and record the organisation."""
        super().save_model(request, obj, form, change)
        action = AccessAction.ORGANISATION_RENAMED if change else AccessAction.ORGANISATION_ADDED
        access_log.record(action, _administrator(request), network=obj.network, organisation=obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Organisation | None = None) -> tuple[str, ...]:
        """Make the network read-only after creation: memberships and reviews belong to it.

        One that was joined to another keeps its name too.
        """
        if obj and obj.joined_to_id:
            return ("name", "network", "joined_to")
        return ("network",) if obj else ()


def _record_and_notify(change: SignInChange, person: User, request: HttpRequest) -> None:
    record_and_notify(change, person, by=_administrator(request))


def _administrator(request: HttpRequest) -> User:
    return cast("User", request.user)  # only signed-in people reach the admin
