"""Help is in the same place on every page: sign-in, work, refusals, failures and the pages of the proxy."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as of_program
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from ipsfidelity import failures
from ipsfidelity.owner import Owner
from tests.builders import World
from tests.reviews.statements.owners import STATED

pytestmark = pytest.mark.django_db
LINKS = ["/accessibility/", "/privacy/", "mailto:hjelp%40tindvik.example.org", "tel:+4722000000"]
TEMPLATES = Path(of_program.BASE_DIR) / "templates"


@pytest.fixture(autouse=True)
def _stated(settings: Any) -> None:
    settings.OWNER = STATED


def links_in_foot(page: str) -> list[str]:
    """Return the links of the foot, in order, without those to the guide."""
    (foot,) = re.findall(r"<footer.*?</footer>", page, re.DOTALL)
    return [link for link in re.findall(r'href="([^"]+)"', foot) if not link.startswith("/help/")]


def test_pages_of_work_and_the_admin_have_it(world: World) -> None:
    review = world.plan_review()
    for who, url in (
        ("evaluator", reverse("home")),
        ("evaluator", reverse("item", args=[review.code, 4])),
        ("evaluator", reverse("entry", args=[review.code])),
        ("evaluator", reverse("interviews", args=[review.code])),
        ("coordinator", reverse("overview")),
        ("admin", reverse("installation")),
        ("admin", reverse("admin:index")),
        ("nobody", reverse("account_login")),
        ("nobody", reverse("account_reset_password")),
        ("nobody", reverse("help")),
        ("nobody", reverse("check_signed", args=[review.code])),
        ("nobody", reverse("accessibility")),
        ("nobody", reverse("privacy")),
    ):
        assert links_in_foot(world.client_of(who).get(url).content.decode()) == LINKS, url


def test_refusals_have_it(world: World, settings: Any) -> None:
    open_review, final = world.plan_review(), world.final_review(4)
    evaluator, strict = world.client_of("evaluator"), Client(enforce_csrf_checks=True)
    answers = {
        400: evaluator.get("/", headers={"host": "else where"}),
        403: world.client_of("coordinator").get(reverse("item", args=[open_review.code, 1])),
        404: evaluator.get("/nothing/"),
        405: evaluator.post(reverse("home")),
        409: evaluator.get(reverse("item", args=[final.code, 1])),
        411: evaluator.post(reverse("own_name"), headers={"transfer-encoding": "chunked"}),
        413: evaluator.post(reverse("own_name"), headers={"content-length": "2000000"}),
        422: evaluator.post(reverse("own_name"), {"name": ""}),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert links_in_foot(answer.content.decode()) == LINKS, status
    strict.force_login(world.evaluator, backend=settings.AUTHENTICATION_BACKENDS[0])
    stale = strict.post(reverse("own_name"), {"name": "x"})
    assert (stale.status_code, links_in_foot(stale.content.decode())) == (403, LINKS)
    settings.ACCOUNT_RATE_LIMITS = {"signed_checks": "1/m/ip"}
    for _attempt in range(2):
        limited = Client().post(reverse("check_signed", args=[final.code]), {"fingerprint": "a" * 64})
    assert limited.status_code == 429
    assert links_in_foot(limited.content.decode()) == LINKS


def test_failures_and_the_pages_of_the_proxy_have_it(tmp_path: Path) -> None:
    for failure in failures.FAILURES.values():
        assert links_in_foot(failures.failure_page(failure)) == LINKS
    call_command("error_pages", tmp_path)
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > 10
    assert [links_in_foot(page.read_text(encoding="utf-8")) for page in pages] == [LINKS] * len(pages)


def test_without_a_contact_the_statements_are_still_linked(settings: Any) -> None:
    settings.OWNER = Owner()
    assert links_in_foot(Client().get(reverse("account_login")).content.decode()) == LINKS[:2]


def test_no_page_has_a_foot_of_its_own() -> None:
    changing = {
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if "block footer" in path.read_text()
    }
    assert changing == {"base.html", "admin/base_site.html"}
    whole = {path.name for path in TEMPLATES.rglob("*.html") if "</html>" in path.read_text()}
    assert whole == {"base.html", "failure.html", "pdf.html"}
