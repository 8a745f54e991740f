"""`make screenshots`: take the pictures of the README and of the user guide from the demo, with a real browser.

The demo is served as on the day that its documents assume, so that pictures only change where pages do.
"""

import io
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from reviews.management.demo_days import DEMO_DAY
from tests.chromium import FLAGS, chromium

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "docs" / "images"
HELP = ROOT / "static" / "help"
DESK = ViewportSize(width=1100, height=720)
PHONE = ViewportSize(width=390, height=780)
WIDE = ViewportSize(width=1366, height=860)
LARGEST = 60_000  # bytes of a picture
COLOURS = (0, 256, 128, 64, 32)  # 0: all of them

# A Python program that does something as on the day of the demo's documents.
ON_DEMO_DAY = f"import time_machine; time_machine.travel('{DEMO_DAY}T10:00:00+01:00').start(); "
PREPARE = ON_DEMO_DAY + "from django.core.management import execute_from_command_line as run; run(['', 'prepare_demo'])"
SERVE = ON_DEMO_DAY + "from gunicorn.app.wsgiapp import run; run()"


def keep(page: Page, path: Path) -> None:
    """Take a picture of what is in the window, with as many colours as it may have."""
    page.wait_for_load_state("networkidle")
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
    for colours in COLOURS:
        picture = shot.quantize(colours, dither=Image.Dither.NONE).convert("RGB") if colours else shot
        picture.save(path, "WEBP", lossless=True, method=6)
        if path.stat().st_size <= LARGEST:
            return
    raise ValueError(f"{path.name} has more than {LARGEST} bytes")


def sign_in(page: Page, who: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Brukernavn").fill(who)
    page.get_by_label("Passord").fill(who)
    page.get_by_role("button", name="Logg inn", exact=True).click()


def open_review(page: Page, organisation: str, link: str) -> str:
    """Open the newest review of an organisation whose row in the list has a certain link. Return its address."""
    page.goto("/reviews/")
    row = page.get_by_role("row").filter(has_text=organisation).filter(has=page.get_by_role("link", name=link))
    row.first.get_by_role("link").nth(1).click()  # the first leads to the organisation
    page.wait_for_url(re.compile(r"/reviews/[\w-]+/$"))
    return page.url


def take_as_evaluator(page: Page) -> None:
    """A review from its plan to the report."""
    page.goto("/")  # without the message of the sign-in
    keep(page, HELP / "home.webp")
    page.goto("/reviews/new/")
    page.get_by_label("Organisasjon").select_option("IPS Havnebyen")
    page.locator("[name=visit_start]").fill("2027-03-09")
    page.locator("[name=visit_end]").fill("2027-03-10")
    page.get_by_role("button", name="Vis hvem som er ledig").click()
    keep(page, HELP / "planning.webp")
    review = open_review(page, "IPS Granlia", "Fortsett")
    page.goto(f"{review}items/4/")
    keep(page, HELP / "scoring.webp")
    keep_wide(page, "scoring")
    page.set_viewport_size(PHONE)
    page.goto(f"{review}quick-notes/")
    keep(page, HELP / "quick-notes.webp")
    page.set_viewport_size(DESK)
    page.goto(f"{open_review(page, 'IPS Øyvær', 'Fortsett')}consensus/")
    keep(page, HELP / "consensus.webp")
    keep_wide(page, "consensus")
    page.goto(f"{open_review(page, 'IPS Granlia', 'Svar på merknader')}remarks/")
    keep(page, HELP / "remarks.webp")
    final = open_review(page, "IPS Granlia", "PDF")
    keep(page, HELP / "review.webp")
    keep_wide(page, "review")
    page.goto(f"{final}wall/")
    keep(page, HELP / "wall.webp")


def take_as_teamleader(page: Page) -> None:
    """What a service does with its result."""
    page.goto("/organisations/")
    page.get_by_role("main").get_by_role("link", name="IPS Granlia").click()
    page.get_by_role("heading", level=1, name="IPS Granlia").wait_for()
    keep(page, HELP / "organisation.webp")
    keep_wide(page, "organisation")
    page.goto(f"{open_review(page, 'IPS Granlia', 'PDF')}plan/")
    keep(page, HELP / "action-plan.webp")
    keep_wide(page, "plan")


def take_as_coordinator(page: Page) -> None:
    """The work in a network."""
    page.goto("/overview/")
    keep(page, HELP / "overview.webp")
    keep_wide(page, "overview")
    page.goto("/networks/")
    keep(page, HELP / "people.webp")


def keep_wide(page: Page, name: str) -> None:
    """Keep a picture of the same page for the README, from a larger window."""
    page.set_viewport_size(WIDE)
    keep(page, README / f"{name}.webp")
    page.set_viewport_size(DESK)


TAKEN: dict[str, Callable[[Page], None]] = {
    "evaluator": take_as_evaluator,
    "teamleader": take_as_teamleader,
    "coordinator": take_as_coordinator,
}


def main() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"DEBUG": "on", "DATABASE_URL": f"sqlite:///{folder}/demo.sqlite3"}
        environment["DJANGO_SETTINGS_MODULE"] = "ipsfidelity.settings"
        subprocess.run([sys.executable, "-c", PREPARE], cwd=ROOT, env=environment, check=True)
        serve = [sys.executable, "-c", SERVE, "ipsfidelity.wsgi", "--bind", f"127.0.0.1:{port}", "--timeout", "120"]
        server = subprocess.Popen(serve, cwd=ROOT, env=environment)
        try:
            wait_for(port)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
                for who, take in TAKEN.items():
                    page = window(browser, port)
                    sign_in(page, who)
                    page.wait_for_url("**/")
                    take(page)
                browser.close()
        finally:
            server.terminate()
            server.wait()


def window(browser: Browser, port: int) -> Page:
    return browser.new_page(
        base_url=f"http://127.0.0.1:{port}",
        viewport=DESK,
        locale="nb-NO",
        color_scheme="light",
        reduced_motion="reduce",
    )


def wait_for(port: int) -> None:
    for _ in range(100):
        try:
            HTTPConnection("127.0.0.1", port, timeout=5).connect()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


if __name__ == "__main__":
    main()
