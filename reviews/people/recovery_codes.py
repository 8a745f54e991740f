"""allauth's pages that show recovery codes, with a line of the access log each time they do."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from allauth.mfa.recovery_codes import views
from django.http import HttpResponseBase

from reviews.access import SignedInRequest
from reviews.models import AccessAction
from reviews.records import access_log

View = Callable[..., HttpResponseBase]


def _recorded(view: View) -> View:
    @wraps(view)
    def recording(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)  # raises if the person has to confirm who they are first
        if response.status_code == HTTPStatus.OK:
            access_log.record(AccessAction.READ, request.user, person=request.user, page="recovery_codes")
        return response

    return recording


view_recovery_codes = _recorded(views.view_recovery_codes)
download_recovery_codes = _recorded(views.download_recovery_codes)
