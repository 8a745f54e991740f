"""Django's admin for the administrator: accounts, networks, organisations. Roles are given by invitation
and ended on a network's own pages, which write both down.

Reviews are not registered: what was judged is changed by its evaluators, in the services, only.
Nor are secrets: of a second factor an administrator sees that it exists, and can take it away from
somebody who has lost it.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from reviews.models import Network, Organisation, User

for model in (Group, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
    admin.site.unregister(model)
admin.site.site_header = admin.site.site_title = _("IPS fidelity: administration")


@admin.register(User)
class PersonAdmin(UserAdmin):
    fieldsets = (
        (None, {"fields": ("username", "password", "name", "email", "language")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "name", "email", "usable_password", "password1", "password2")}),)
    list_display = ("username", "name", "email", "is_active", "is_staff")
    search_fields = ("username", "name", "email")
    ordering = ("name",)
    filter_horizontal = ()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        """Keep the address to which a forgotten password's link goes the one that stands here."""
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()
            if obj.email:
                EmailAddress.objects.create(user=obj, email=obj.email, verified=True, primary=True)

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
