"""The way from each page to its part of the guide and to its keys, as a context processor."""

from functools import lru_cache
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from reviews.help.guide import PAGES, roles_of
from reviews.help.keys import PLACES
from reviews.help.page import Reader
from reviews.models import User

# The page of the guide for each page of the interface, by URL name. All others lead to the list.
PAGE_OF = {
    **dict.fromkeys(("home", "search", "inbox", "notifications", "own_name", "account"), "finding"),
    **dict.fromkeys(("reviews", "organisations", "organisation", "compare", "benchmarks"), "reading-the-result"),
    **dict.fromkeys(("plan_review", "new_review", "change_plan", "evaluators", "cancel"), "planning"),
    **dict.fromkeys(("preparation", "preparation_step", "timeline", "timeline_step"), "preparing"),
    **dict.fromkeys(("plan_before", "instruments", "guide"), "preparing"),
    **dict.fromkeys(("interviews", "interview", "interview_step", "interview_head"), "interviews"),
    **dict.fromkeys(("quick_notes", "quick_notes_sort"), "interviews"),
    **dict.fromkeys(("item", "entry", "evidence", "scale"), "scoring"),
    **dict.fromkeys(("hand_in", "consensus", "agree", "ask"), "consensus"),
    "review": "course",
    **dict.fromkeys(("report_text", "move", "facts_until"), "draft"),
    **dict.fromkeys(("report", "wall", "sheet"), "report"),
    **dict.fromkeys(("remarks", "remark_answer", "correct"), "remarks"),
    "remark": "checking-facts",
    **dict.fromkeys(("plan", "plan_add", "plan_action"), "action-plan"),
    **dict.fromkeys(("overview", "heat_map", "dates", "rhythm", "due", "evaluator_load", "year"), "overview"),
    **dict.fromkeys(("agreement", "training", "newer_editions"), "overview"),
    **dict.fromkeys(("exports", "export_file", "imports", "import_columns", "import_preview"), "exports"),
    **dict.fromkeys(("networks", "network", "network_organisations", "new_organisation", "invite"), "people"),
    **dict.fromkeys(("paste_people", "person", "invitation", "paste_organisations", "rename_organisation"), "people"),
    **dict.fromkeys(("join", "join_with"), "people"),
    **dict.fromkeys(("installation", "new_network", "rename_network", "queue", "data_care"), "first-start"),
    **dict.fromkeys(("history", "access", "notes_retention", "privacy"), "privacy"),
    **dict.fromkeys(("verify", "check_signed"), "checking-a-pdf"),
    **dict.fromkeys(("account_login", "accept_invitation", "mfa_index", "mfa_activate_totp"), "signing-in"),
}
# The page for readers for whose roles the one above is not written, where the interface's page has such readers.
PAGE_FOR_OTHERS = {
    "remarks": "checking-facts",
    "plan_before": "action-plan",
    "dates": "finding",
    **dict.fromkeys(("evidence", "scale", "instruments", "guide"), "reading-the-result"),
}
WITH_KEYS = frozenset().union(*(place.names for place in PLACES))


def help_urls(request: HttpRequest) -> dict[str, str]:
    """Add `help_url` and `keys_url`, the addresses of the guide and of the keys for this page, to the context.

    At most one query on the pages of PAGE_FOR_OTHERS, none on all others.
    """
    match = request.resolver_match
    name = match.url_name or "" if match else ""
    page = PAGE_OF.get(name, "")
    if name in PAGE_FOR_OTHERS and request.user.is_authenticated and not _is_for(page, request.user):
        page = PAGE_FOR_OTHERS[name]
    return _urls_of(name, page)


def _is_for(page: str, user: User) -> bool:
    readers = PAGES[page].readers
    if Reader.COORDINATOR in readers and getattr(user, "coordinates_somewhere", False):
        return True
    return not roles_of(user).isdisjoint(readers)


@lru_cache(None)
def _urls_of(name: str, page: str) -> dict[str, str]:
    at = f"?{urlencode({'at': name})}" if name in WITH_KEYS else ""
    return {
        "help_url": reverse("help_page", args=[page]) if page else reverse("help"),
        "keys_url": reverse("help_keys") + at,
    }
