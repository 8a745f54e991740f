"""Views of a person's own account: its page, its data, its deletion, the language and the colours."""

import json

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ipsfidelity.downloads import JSON_TYPE, send_file
from ipsfidelity.errors import refuse
from ipsfidelity.form_page import form_page, posted
from ipsfidelity.middleware import SessionLimits
from ipsfidelity.own_choices import remember
from ipsfidelity.theme import ThemeChoice
from reviews.access import SignedInRequest
from reviews.mail import ALWAYS_MAILED
from reviews.models import AccessAction
from reviews.people.account_data import data_of
from reviews.people.account_page import account_groups
from reviews.people.forms import DeleteAccountForm, NotificationsForm, OwnNameForm
from reviews.people.memberships import delete_account, reviews_evaluated_only_by
from reviews.people.own_choices import change_own_name, choose_mails
from reviews.people.reauthentication import confirm_by_password, confirmed_recently, other_ways
from reviews.records import access_log


@require_safe
def account(request: SignedInRequest) -> HttpResponse:
    """Show the person's own account: roles, sign-in methods, data."""
    return render(request, "people/account.html", {"groups": account_groups(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def own_name(request: SignedInRequest) -> HttpResponse:
    """Change the person's own name. Signed score sheets keep the name with which they were signed."""
    form = OwnNameForm(posted(request), initial={"name": request.user.name})
    if form.is_valid():
        change_own_name(request.user, form.cleaned_data["name"])
        messages.success(request, _("Saved."))
        return redirect("account")
    return form_page(request, "people/own_name.html", form, {})


@require_http_methods(["GET", "HEAD", "POST"])
def notifications(request: SignedInRequest) -> HttpResponse:
    """Choose how often the lines of the inbox are mailed too, and whether keys work on the whole page."""
    form = NotificationsForm(posted(request), initial=NotificationsForm.initial_of(request.user))
    if form.is_valid():
        choose_mails(request.user, form.mail_choices(), page_keys=form.cleaned_data["page_keys"])
        messages.success(request, _("Saved."))
        return redirect("account")
    return form_page(request, "people/notifications.html", form, {"always": ALWAYS_MAILED})


@require_safe
def account_data(request: SignedInRequest) -> HttpResponse:
    """Return everything that is stored about the person, as a JSON file."""
    access_log.record(AccessAction.EXPORTED, request.user, person=request.user, page="account_data")
    data = json.dumps(data_of(request.user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    return send_file(data.encode(), JSON_TYPE, "ips-account.json")


@require_safe
def session(request: SignedInRequest) -> HttpResponse:
    """Return how many seconds the session lasts, as `idle` and `longest` (static/js/session-end.js).

    The request prolongs the session unless a page sends it by itself.
    """
    idle, longest = SessionLimits.seconds_left(request)
    return JsonResponse({"idle": idle, "longest": longest})


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedInRequest) -> HttpResponse:
    """Explain what deleting the account means, and delete it."""
    confirmed = confirmed_recently(request)
    with_password = not confirmed and request.user.has_usable_password()
    form = DeleteAccountForm(posted(request), with_password=with_password)
    if form.is_valid():
        refusal = "" if confirmed else confirm_by_password(request, form.cleaned_data.get("password", ""))
        if not refusal:
            delete_account(request.user)
            logout(request)
            return redirect(settings.LOGIN_URL)
        form.add_error("password" if with_password else None, refusal)
    context = {
        "evaluated_only_by_user": reviews_evaluated_only_by(request.user),
        "other_ways": () if confirmed else other_ways(request),
    }
    return form_page(request, "people/delete.html", form, context)


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Store the language in the account, and in a cookie for the sign-in page. Redirect to the previous page."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return refuse(request, 422)
    if request.user.is_authenticated and request.user.language != language:
        request.user.language = language
        request.user.save(update_fields=["language"])
    return _back_with_cookie(request, settings.LANGUAGE_COOKIE_NAME, language)


@login_not_required
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Store the colours that a browser shows pages in, in a cookie. Redirect to the previous page."""
    theme = request.POST.get("theme", "")
    if theme not in ThemeChoice:
        return refuse(request, 422)
    return _back_with_cookie(request, settings.THEME_COOKIE_NAME, theme)


def _back_with_cookie(request: HttpRequest, name: str, value: str) -> HttpResponse:
    next_url = request.POST.get("back", "")
    is_allowed = url_has_allowed_host_and_scheme(next_url, {request.get_host()}, request.is_secure())
    response = HttpResponseRedirect(next_url if is_allowed and next_url.startswith("/") else "/")
    remember(response, name, value)
    return response
