"""An administrator sees when the last backup was made, and what will be deleted, before it is."""

from collections.abc import Callable
from datetime import timedelta

from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from reviews.maintenance.state import record_success
from reviews.models import Invitation, MaintenanceTask
from reviews.people.invitations import invite
from reviews.workflow import Role
from tests.browser.conftest import open_own_menu
from tests.builders import World


def test_an_administrator_sees_what_was_done_and_what_will_be_deleted(
    world: World, window: Callable[..., Page]
) -> None:
    record_success(MaintenanceTask.Kind.BACKUP)
    person = {"name": "Ola", "email": "ola@example.org", "role": Role.EVALUATOR}
    invite(network=world.network, by=world.coordinator, organisation=None, **person)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=91))
    page = window("admin", viewport={"width": 360, "height": 800})
    page.goto("/")
    open_own_menu(page).get_by_role("link", name="Installasjon").click()
    page.get_by_role("link", name="Sikkerhetskopier og sletting").click()
    backup, verification = (page.get_by_role("row", name=name) for name in ("Sikkerhetskopi", "Kontroll av alle"))
    expect(backup).not_to_contain_text("Skulle ha vært utført")
    expect(verification).to_contain_text("aldri")
    expect(verification).to_contain_text("Skulle ha vært utført")
    invitations = page.get_by_role("row", name="Invitasjoner")
    expect(invitations.get_by_role("cell").nth(0)).to_have_text("90 dager")
    expect(invitations.get_by_role("cell").nth(1)).to_have_text("1")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    call_command("delete_expired")
    page.reload()
    expect(invitations.get_by_role("cell").nth(1)).to_have_text("0")
