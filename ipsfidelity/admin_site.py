"""An admin site that rejects undeclared lookups.

Django's admin accepts any field lookup in the query string of a list, which leaks hidden columns bit by bit. This site
protects every model that is registered with it, including models of packages.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _


class DeclaredFiltersOnly(ChangeList):
    """A list that accepts only the filters of its `list_filter` and `date_hierarchy`."""

    def get_filters(self, request: HttpRequest) -> Any:
        """Return Django's filters. Raise DisallowedModelAdminLookup (400) for any other parameter."""
        try:
            filters = super().get_filters(request)
        except IncorrectLookupParameters as error:
            if isinstance(error.__cause__, FieldDoesNotExist):  # same answer as for a field that exists
                raise DisallowedModelAdminLookup("No filter of this list") from error
            raise
        remaining_lookups = filters[2]
        if remaining_lookups.keys() & request.GET.keys():
            raise DisallowedModelAdminLookup("No filter of this list")
        return filters


class ClosedModelAdmin(ModelAdmin):
    """The base that the site adds to the admin class of every model."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DeclaredFiltersOnly

    def get_deleted_objects(self, objs: Iterable[Model], request: HttpRequest) -> Any:
        """Return the names of the objects to delete. Dependent objects are not named: the page only says they exist."""
        objects = list(objs)
        _tree, _counts, permissions, protected = super().get_deleted_objects(objects, request)
        kept = [_("People, reviews or records that belong to it. They are kept, so it is kept too.")]
        counts = {self.opts.verbose_name_plural: len(objects)}
        return [str(model) for model in objects], counts, permissions, protected and kept


class ClosedAdminSite(AdminSite):
    """The default admin site (ClosedAdminConfig)."""

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register models with an admin class that is based on ClosedModelAdmin."""
        own = admin_class or ModelAdmin
        closed = type(own.__name__, (ClosedModelAdmin, own), {"__module__": own.__module__})
        super().register(model_or_iterable, closed, **options)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        view = self.admin_view(self.view_on_site)
        return [path("r/<int:content_type_id>/<path:object_id>/", view, name="view_on_site"), *super().get_urls()]

    def view_on_site(self, request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponseBase:
        """Redirect to the object's page. 404 for models that are not registered, so that existence does not leak."""
        from django.contrib.contenttypes.models import ContentType  # the models are not loaded on import
        from django.contrib.contenttypes.views import shortcut

        content_type = ContentType.objects.filter(pk=content_type_id).first()
        model = content_type and content_type.model_class()
        if not model or model not in self._registry or not self._registry[model].has_view_permission(request):
            raise Http404
        return shortcut(request, content_type_id, object_id)

    def password_change(  # type: ignore[override]  # a redirect
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the page on which everybody changes their password, where attempts are limited."""
        return redirect("account_change_password")

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Autocomplete declared fields only. Raise PermissionDenied (403) for any other field."""
        requested = tuple(request.GET.get(name) for name in ("app_label", "model_name", "field_name"))
        declared = {
            (model._meta.app_label, model._meta.model_name, field)
            for model, own in self._registry.items()
            for field in own.get_autocomplete_fields(request)
        }
        if requested not in declared:
            raise PermissionDenied
        return super().autocomplete_view(request)


class ClosedAdminConfig(AdminConfig):
    """Replaces django.contrib.admin in INSTALLED_APPS."""

    default_site = "ipsfidelity.admin_site.ClosedAdminSite"
