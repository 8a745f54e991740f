"""Django's admin for the administrator: people, networks, organisations, memberships.

Reviews are not registered: what was judged is changed by its evaluators, in the services, only.
"""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from reviews.models import Membership, Network, Organisation, User

admin.site.unregister(Group)
admin.site.site_header = admin.site.site_title = _("IPS fidelity: administration")


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 1
    autocomplete_fields = ("network", "organisation")


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
    inlines = (MembershipInline,)


@admin.register(Network)
class NetworkAdmin(admin.ModelAdmin):
    search_fields = ("name",)


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ("name", "network")
    list_filter = ("network",)
    search_fields = ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Organisation | None = None) -> tuple[str, ...]:
        """An organisation stays in its network: memberships and reviews were made there."""
        return ("network",) if obj else ()


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ("user", "role", "network", "organisation")
    list_filter = ("role", "network")
    autocomplete_fields = ("user", "network", "organisation")
