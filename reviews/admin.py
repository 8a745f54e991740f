"""Django's admin for the administrator: accounts, networks, organisations. Roles are given by invitation
and ended on a network's own pages, which write both down.

The site itself (ipsfidelity/admin_site.py) sees to it that lists answer their own filters only.

Reviews are not registered: what was judged is changed by its evaluators, in the services, only.
Nor are secrets: of a second factor an administrator sees that it exists, and can take it away from
somebody who has lost it.
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

from reviews.models import Network, Organisation, User
from reviews.people.sign_in_changes import SignInChange, record_and_notify

for model in (Group, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
    admin.site.unregister(model)
admin.site.site_header = admin.site.site_title = _("IPS fidelity: administration")


class OnePerson(forms.ModelForm):
    """Refuses a user name or an address that another account has, in whatever case: it would sign in neither."""

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        if self._others().filter(username__iexact=name).exists():
            raise self.instance.unique_error_message(User, ("username",))
        return name

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"]
        others = self._others()
        taken = others.filter(Q(email__iexact=address) | Q(emailaddress__email__iexact=address))
        if address and taken.exists():
            raise self.instance.unique_error_message(User, ("email",))
        return address

    def _others(self) -> QuerySet[User]:
        return User.objects.exclude(pk=self.instance.pk)


class PersonForm(OnePerson, UserChangeForm):
    pass


class NewPersonForm(OnePerson, AdminUserCreationForm):
    pass


@admin.register(User)
class PersonAdmin(UserAdmin):
    form, add_form = PersonForm, NewPersonForm
    fieldsets = (
        (None, {"fields": ("username", "password", "name", "email", "language")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "name", "email", "usable_password", "password1", "password2")}),)
    list_display = ("username", "name", "email", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("username", "name", "email")
    ordering = ("name",)
    filter_horizontal = ()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        """Keep the address to which a forgotten password's link goes the one that stands here."""
        before = User.objects.get(pk=obj.pk) if change else obj
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()
            if obj.email:
                EmailAddress.objects.create(user=obj, email=obj.email, verified=True, primary=True)
            if change:
                _changed(SignInChange.ADDRESS, before, request)
        if not change and obj.has_usable_password():
            _changed(SignInChange.ACCOUNT, obj, request)

    @transaction.atomic
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Set or remove somebody's password: Django's view, which writes no line and sends no mail."""
        found = self.get_object(request, unquote(id))
        answer = super().user_change_password(request, id, form_url)
        person = self.get_object(request, unquote(id))
        if found and person and person.password != found.password:
            _changed(SignInChange.PASSWORD, person, request)
        return answer

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Accounts are deleted by their owners, and what they did stays; an administrator makes one inactive."""
        return False


@admin.register(Authenticator)
class SecondFactorAdmin(admin.ModelAdmin):
    list_display = ("user", "type", "created_at", "last_used_at")
    fields = list_display
    readonly_fields = list_display
    search_fields = ("user__username", "user__name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        self.delete_queryset(request, [obj])

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: Iterable[Authenticator]) -> None:
        """Take second factors away, on record, and tell whose they were."""
        for factor in queryset:
            _changed(SignInChange.SECOND_FACTOR, factor.user, request)
            factor.delete()


@admin.register(Network)
class NetworkAdmin(admin.ModelAdmin):
    """How long notes are kept is changed on its own page, which writes it down."""

    fields = ("name",)
    search_fields = ("name",)


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ("name", "network")
    list_filter = ("network",)
    search_fields = ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Organisation | None = None) -> tuple[str, ...]:
        """An organisation stays in its network: memberships and reviews were made there."""
        return ("network",) if obj else ()


def _changed(way: SignInChange, person: User, request: HttpRequest) -> None:
    record_and_notify(way, person, by=cast("User", request.user))  # the site lets nobody else in
