"""`make demo` in a fresh copy of the checkout, with the tour that the README describes.

All tests of this module share one demo; conftest.py runs them in one process.
"""

import contextlib
import io
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

import pikepdf
import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ipsfidelity.catalogues import read_catalogue
from tests.browser.conftest import open_own_menu
from tests.browser.test_every_page import RULES, TALL
from tests.copies import copy_checkout


@dataclass
class Demo:
    place: Path
    url: str
    loaded: sqlite3.Connection = field(default_factory=lambda: sqlite3.connect(":memory:"))

    @property
    def printed(self) -> str:
        """Return the whole output of the terminal."""
        return (self.place / "terminal").read_text(encoding="utf-8")

    def keep(self) -> None:
        """Copy the database in its current state, before any test has used the demo."""
        with contextlib.closing(sqlite3.connect(self.place / "var" / "demo.sqlite3")) as database:
            database.backup(self.loaded)

    def ask(self, query: str) -> list[tuple]:
        """Return the rows of a query on the database as it was loaded."""
        return self.loaded.execute(query).fetchall()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Kill `make demo` while it loads the reviews, then start it again; return the served demo."""
    place = copy_checkout(tmp_path_factory.mktemp("demo") / "copy")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    demo = Demo(place, f"http://127.0.0.1:{port}")
    for moment in ("IPS Granlia: 4 finished", "Ready:"):
        for compiled in (place / "ipsfidelity").rglob("*.mo"):
            compiled.unlink()  # the signed documents are served as the first `make demo` stored them
        with (
            (place / "terminal").open("w") as terminal,
            subprocess.Popen(
                ["make", "demo", f"PORT={port}"],
                cwd=place,
                env={"PATH": os.environ["PATH"], "PYTHON": sys.executable, "PYTHONUNBUFFERED": "1"},
                stdout=terminal,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            ) as run,
        ):
            while moment not in demo.printed:
                assert run.poll() is None, demo.printed
                time.sleep(0.05)
            if moment == "Ready:":
                wait_for(demo)
                demo.keep()
                yield demo
            os.killpg(run.pid, signal.SIGKILL)


def wait_for(demo: Demo) -> None:
    """Wait until the server responds."""
    for _attempt in range(100):
        with contextlib.suppress(requests.ConnectionError):
            requests.get(f"{demo.url}/livez", timeout=5)
            return
        time.sleep(0.1)
    pytest.fail(demo.printed)


@pytest.fixture
def sign_in(browser: Browser, demo: Demo) -> Iterator[Callable[[str], Page]]:
    """Return a function that opens a new window in which one of the demo's people is signed in."""
    contexts: list[BrowserContext] = []

    def open_window(who: str) -> Page:
        contexts.append(browser.new_context(base_url=demo.url, locale="nb-NO"))
        page = contexts[-1].new_page()
        page.goto("/accounts/login/")
        page.get_by_label("Brukernavn").fill(who)
        page.get_by_label("Passord").fill(who)
        page.get_by_role("button", name="Logg inn", exact=True).click()
        return page

    yield open_window
    for context in contexts:
        context.close()


def follow(page: Page, *links: str) -> None:
    for name in links:
        page.get_by_role("link", name=name).first.click()


def test_the_demo_is_complete_after_it_was_interrupted(demo: Demo) -> None:
    people = {name for (name,) in demo.ask("SELECT username FROM reviews_user")}
    assert people == {"evaluator", "evaluator2", "teamleader", "coordinator", "admin", "stranger"}
    assert demo.ask("SELECT count(*) FROM reviews_membership") == [(5,)]
    assert demo.ask('SELECT count(*) FROM account_emailaddress WHERE verified AND "primary"') == [(6,)]
    reviews = dict(demo.ask("SELECT status, count(*) FROM reviews_review GROUP BY status"))
    assert reviews == {"planned": 1, "rating": 1, "consensus": 1, "draft": 1, "final": 13}
    totals = demo.ask(
        "SELECT total, sum(value), sum(evidence = '') FROM reviews_review JOIN reviews_itemscore"
        " ON review_id = reviews_review.id WHERE status = 'final' GROUP BY reviews_review.id"
    )
    assert [(total, 0) for total, *_ in totals] == [(summed, silent) for _, summed, silent in totals]
    assert demo.ask("SELECT count(*), count(item_number), count(interview_id) FROM reviews_quicknote") == [(5, 2, 1)]
    assert demo.ask("SELECT informant_role FROM reviews_interview WHERE guide_id IS NULL") == [("NAV-veileder",)]


def test_the_demo_has_ordered_events_and_no_overdue_step_in_its_draft(demo: Demo) -> None:
    backwards = (
        "SELECT count(*) FROM reviews_reviewevent one JOIN reviews_reviewevent next"
        " ON next.review_id = one.review_id AND next.id > one.id AND next.at < one.at"
    )
    overdue = (
        "SELECT count(*) FROM reviews_preparationstep step JOIN reviews_review review ON review.id = step.review_id"
        " WHERE review.status = 'draft' AND step.done_at IS NULL AND step.due < date('now')"
    )
    assert (demo.ask(backwards), demo.ask(overdue)) == ([(0,)], [(0,)])


def test_loading_the_demo_again_keeps_existing_data(demo: Demo) -> None:
    again = subprocess.run(
        [sys.executable, "manage.py", "prepare_demo"],
        cwd=demo.place,
        env={"PATH": os.environ["PATH"], "DEBUG": "on", "DATABASE_URL": "sqlite:///var/demo.sqlite3"},
        capture_output=True,
        text=True,
    )
    assert again.returncode == 0, again.stderr
    assert "kept as it is" in again.stdout


def test_documents_signed_in_the_demo_are_in_the_language_of_the_scale(
    demo: Demo, sign_in: Callable[[str], Page], tmp_path: Path
) -> None:
    page = sign_in("teamleader")
    served = page.request.get(page.get_by_role("link", name="PDF: IPS Granlia").first.get_attribute("href") or "")
    assert unquote(served.headers["content-disposition"].partition("UTF-8''")[2]).endswith("skåringsskjema.pdf")
    signed = [pdf for (pdf,) in demo.ask("SELECT pdf FROM reviews_finalrecord")]
    assert served.body() in signed
    english = words_of_the_sheet()
    for pdf in signed:
        document = pikepdf.open(io.BytesIO(pdf))
        assert document.Root.Lang == "nb"
        assert str(document.docinfo["/Title"]).startswith("Skåringsskjema: IPS ")
        text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True).stdout.decode()
        head = {"Organisasjon", "Dato", "Totalskåre", "Skårer", "Nr."}
        assert head <= set(text.split())
        assert [word for word in english if re.search(rf"\b{re.escape(word)}\b", text)] == []


def words_of_the_sheet() -> list[str]:
    """Return the texts of the sheet in English that differ in bokmål."""
    messages = [
        message
        for message in read_catalogue("nb")
        if any("sheet" in place for place, _line in message.locations) and isinstance(message.id, str)
    ]
    assert len(messages) > 50
    return [str(one.id) for one in messages if len(one.id) > 4 and "%" not in one.id and one.id != one.string]


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_page_of_components_passes_axe_and_fits_a_phone(
    demo: Demo, browser: Browser, colours: Literal["light", "dark"]
) -> None:
    context = browser.new_context(base_url=demo.url, viewport={"width": 360, "height": TALL}, color_scheme=colours)
    page = context.new_page()
    page.goto("/style/")
    expect(page.get_by_role("heading", name="Components")).to_be_visible()
    rules = RULES | {"rules": {"landmark-unique": {"enabled": False}}}  # the page shows one component several times
    assert Axe().run(page, options=rules).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    context.close()


def test_the_tour_in_the_readme_works(demo: Demo, sign_in: Callable[[str], Page]) -> None:
    assert "Mail to" not in demo.printed  # loading the demo sends no mail
    evaluator = sign_in("evaluator")
    score_an_item(evaluator)
    agree(evaluator)
    answer_a_remark(evaluator)
    assert "Merknadene dine er besvart" in mail_to("teamleader@example.org", demo)
    team_leader = sign_in("teamleader")
    remark(team_leader)
    assert f"{demo.url}/reviews/" in mail_to("evaluator2@example.org", demo)
    follow_an_action_up(team_leader)
    answer_a_remark(evaluator)
    sign(evaluator)
    oversee(sign_in("coordinator"))
    administer(sign_in("admin"))
    invitation = mail_to("ny@example.org", demo)
    evaluator.goto(re.search(r"http\S+/invitations/\S+", invitation)[0])  # type: ignore[index]
    expect(evaluator.locator("main")).to_contain_text("IPS-nettverket Lyngheim")


def mail_to(address: str, demo: Demo) -> str:
    """Wait until the worker has printed a mail to somebody, and return the last one."""
    for _attempt in range(200):
        _before, found, mail = demo.printed.rpartition(f"Mail to {address}")
        if found and "http" in mail:
            return mail
        time.sleep(0.1)
    pytest.fail(demo.printed)


def score_an_item(page: Page) -> None:
    follow(page, "Fortsett: IPS Granlia", "15 Hurtig jobbsøk")
    page.get_by_label("Gjennomsnittlig antall dager").fill("40")
    expect(page.get_by_role("button", name="Bruk forslaget")).to_be_visible()
    page.get_by_label("Gjennomsnittlig antall dager").press("+")
    expect(page.get_by_role("radio", name=re.compile("^4"))).to_be_checked()
    expect(page.get_by_role("status").first).to_contain_text("Lagret")


def agree(page: Page) -> None:
    follow(page, "Hjem", "Bli enige: IPS Øyvær")
    page.get_by_role("button", name="Bruk skårene for 19 kriterier der alle skåret likt").click()
    expect(page.locator("h1")).to_have_text("Bli enige om 6 kriterier til")
    follow(page, "Neste åpne kriterium")
    expect(page.get_by_role("group", name="Arbeidsrettet team")).to_be_in_viewport()


def answer_a_remark(page: Page) -> None:
    follow(page, "Hjem", "Svar: IPS Granlia")
    page.get_by_label(re.compile(r"^\s*Svar")).filter(visible=True).fill("Takk, det er sett.")
    page.get_by_role("button", name="Svar på merknaden").click()
    expect(page.locator("main")).not_to_contain_text("Ikke besvart ennå")


def sign(page: Page) -> None:
    page.locator("main").get_by_role("link", name="IPS Granlia").first.click()
    follow(page, "Ferdigstill …")
    expect(page.locator("main")).to_contain_text("Dette signerer du")
    page.get_by_label("Passordet ditt").fill("evaluator")
    page.get_by_role("button", name="Signer og ferdigstill").click()
    expect(page.get_by_role("status")).to_contain_text("Vurderingen er signert og endelig.")


def remark(page: Page) -> None:
    follow(page, "Kontroller: IPS Granlia")
    page.get_by_label("Merknad*").fill("Plakatene henger oppe nå.")
    page.get_by_label("kommentar").check()
    page.get_by_role("button", name="Send merknaden").click()
    expect(page.locator("main")).to_contain_text("Plakatene henger oppe nå.")


def follow_an_action_up(page: Page) -> None:
    follow(page, "Organisasjoner", "IPS Granlia")
    expect(page.locator("main")).to_contain_text("Totalskåre over tid")
    follow(page, "Handlingsplan (4 åpne)", "Følg opp: La en klient")
    page.get_by_label("Nytt notat").fill("Skjemaet er i bruk.")
    page.get_by_role("button", name="Lagre").click()
    expect(page.locator("main")).to_contain_text("Skjemaet er i bruk.")
    page.locator("main").get_by_role("link", name="IPS Granlia").first.click()
    follow(page, "Rapport")
    expect(page.get_by_role("link", name="Word")).to_be_visible()


def oversee(page: Page) -> None:
    follow(page, "Vis: IPS-nettverket Nordfjella")
    expect(page.locator("main h1")).to_contain_text("over fristen")
    follow(page, "Oversikt")
    expect(page.locator("main tbody tr").first).to_contain_text("IPS Lindåsen")
    follow(page, "Kriterium for kriterium", "Datoer")
    expect(page.get_by_role("button", name="Lag en adresse")).to_be_visible()
    follow(page, "Oversikt", "Eksporter vurderinger")
    with page.expect_download() as started:
        page.get_by_role("button", name="Last ned: Regneark (XLSX)").click()
    assert started.value.suggested_filename.endswith(".xlsx")
    follow(page, "Hjem", "Planlegg en vurdering")
    page.get_by_label("Organisasjon").select_option("IPS Tindvik")
    expect(page.get_by_role("button", name="Opprett vurdering")).to_be_visible()


def administer(page: Page) -> None:
    expect(page.get_by_role("region", name="Kom i gang: IPS-nettverket Lyngheim")).to_be_visible()
    follow(page, "Nettverk", "IPS-nettverket Lyngheim", "Inviter en person")
    page.get_by_label("Navn*").fill("Ny Koordinator")
    page.get_by_label("E-postadresse*").fill("ny@example.org")
    page.get_by_label("Rolle*").select_option("koordinator")
    page.get_by_role("button", name="Send invitasjon").click()
    expect(page.get_by_role("textbox", name="Lenke til Ny Koordinator")).to_be_visible()
    follow(page, "Personer")
    expect(page.get_by_role("heading", name="Åpne invitasjoner")).to_be_visible()
    open_own_menu(page).get_by_role("link", name="Installasjon").click()
    follow(page, "Kontoer, administratorer og mistet tofaktor")
    expect(page.locator("#site-name")).to_be_visible()
