"""Admin site that rejects undeclared look-ups.

Django's admin accepts any field look-up in the query string of a list, which leaks hidden columns bit by bit. This
site protects every model that is registered with it, including those of packages.
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
    """A list that is filtered by its `list_filter` and `date_hierarchy`, and refuses every other parameter."""

    def get_filters(self, request: HttpRequest) -> Any:
        """Return what Django's filters made of the address; raises DisallowedModelAdminLookup (400)."""
        try:
            found = super().get_filters(request)
        except IncorrectLookupParameters as error:
            if isinstance(error.__cause__, FieldDoesNotExist):  # answered like a field that exists
                raise DisallowedModelAdminLookup("No filter of this list") from error
            raise
        if found[2].keys() & request.GET.keys():  # what no filter has taken
            raise DisallowedModelAdminLookup("No filter of this list")
        return found


class Closed(ModelAdmin):
    """What the site puts in front of every model's own admin."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DeclaredFiltersOnly

    def get_deleted_objects(self, objs: Iterable[Model], request: HttpRequest) -> Any:
        """Name what would be deleted; of what depends on it, only that there is something."""
        chosen = list(objs)
        _tree, _counts, lacking, protected = super().get_deleted_objects(chosen, request)
        kept = [_("People, reviews or records that belong to it. They are kept, so it is kept too.")]
        return [str(one) for one in chosen], {self.opts.verbose_name_plural: len(chosen)}, lacking, protected and kept


class ClosedSite(AdminSite):
    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        own = admin_class or ModelAdmin
        closed = type(own.__name__, (Closed, own), {"__module__": own.__module__})
        super().register(model_or_iterable, closed, **options)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        shown = path("r/<int:content_type_id>/<path:object_id>/", self.admin_view(self.show), name="view_on_site")
        return [shown, *super().get_urls()]

    def show(self, request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponseBase:
        """Redirect to the object's page. 404 for models that are not registered, so that existence does not leak."""
        from django.contrib.contenttypes.models import ContentType  # this module is read before there are models
        from django.contrib.contenttypes.views import shortcut

        kind = ContentType.objects.filter(pk=content_type_id).first()
        model = kind and kind.model_class()
        if not model or model not in self._registry or not self._registry[model].has_view_permission(request):
            raise Http404
        return shortcut(request, content_type_id, object_id)

    def password_change(  # type: ignore[override]  # a redirect
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead where everybody changes their password: attempts at the old one are limited there."""
        return redirect("account_change_password")

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Complete only the fields of a form of this site that say so."""
        asked = tuple(request.GET.get(name) for name in ("app_label", "model_name", "field_name"))
        declared = {
            (model._meta.app_label, model._meta.model_name, field)
            for model, own in self._registry.items()
            for field in own.get_autocomplete_fields(request)
        }
        if asked not in declared:
            raise PermissionDenied
        return super().autocomplete_view(request)


class ClosedAdmin(AdminConfig):
    default_site = "ipsfidelity.admin_site.ClosedSite"
