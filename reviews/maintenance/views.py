"""The page about the data of the installation, for its administrators: what is kept how long, what was done last."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from reviews.access import SignedInRequest, check_administrator
from reviews.maintenance.retention import rules
from reviews.maintenance.state import last_successes
from reviews.models import MaintenanceTask
from reviews.queue.page import installation_tabs

# What each task is called on the page, with the command that does it.
TASKS = {
    MaintenanceTask.Kind.BACKUP: (_("Backup"), "backup"),
    MaintenanceTask.Kind.VERIFICATION: (_("Verification of all records"), "verify_records"),
    MaintenanceTask.Kind.RETENTION: (_("Deletion by the rules"), "delete_expired"),
    MaintenanceTask.Kind.HEADS: (_("Heads of the records, kept elsewhere"), "publish_heads"),
}


@require_safe
def data_care(request: SignedInRequest) -> HttpResponse:
    """Show when each task succeeded last, and what the retention rules delete. Changes nothing."""
    check_administrator(request)
    successes = last_successes()
    tasks = [(label, command, successes[kind]) for kind, (label, command) in TASKS.items()]
    context = {"tasks": tasks, "rules": rules(), "tabs": installation_tabs("data_care")}
    return render(request, "maintenance/data_care.html", context)
