"""Views of the installation, for its administrators: what is configured, and a mail to test it."""

import logging

from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ipsfidelity.installation import installation_facts
from ipsfidelity.mail_faults import MailFault, fault_of
from reviews.access import SignedInRequest, check_administrator
from reviews.queue.page import installation_tabs

log = logging.getLogger(__name__)


@require_safe
def installation(request: SignedInRequest) -> HttpResponse:
    """Show version, mail, database and rules of sign-in, without secrets."""
    check_administrator(request)
    return _page(request)


@require_POST
def test_mail(request: SignedInRequest) -> HttpResponse:
    """Send a mail to the person who asks. If it fails, show the reason and the settings to check (502)."""
    check_administrator(request)
    address = request.user.email
    if not address:
        messages.warning(request, _("Your account has no e-mail address. Add one first; no mail was sent."))
        return redirect("account_email")
    text = _("This mail was sent to test the mail server of IPS fidelity. It works.")
    try:
        EmailMessage(_("Test of IPS fidelity"), f"{text}\n\n{settings.PUBLIC_URL}\n", to=[address]).send()
    except OSError as error:
        log.warning("The test mail could not be sent: %s", type(error).__name__)
        return _page(request, fault_of(error))
    messages.success(
        request, _("The mail server accepted a test mail to %(address)s. Check that it arrives.") % {"address": address}
    )
    return redirect("installation")


def _page(request: SignedInRequest, fault: MailFault | None = None) -> HttpResponse:
    context = {"groups": installation_facts(), "fault": fault, "tabs": installation_tabs("installation")}
    return render(request, "people/installation.html", context, status=502 if fault else 200)
