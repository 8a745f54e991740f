"""`make screenshots`: take the pictures of the README from the demo, with a real browser."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.chromium import FLAGS, chromium

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"


def sign_in(page: Page, who: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Brukernavn").fill(who)
    page.get_by_label("Passord").fill(who)
    page.get_by_role("button", name="Logg inn", exact=True).click()


def take_as_evaluator(page: Page) -> None:
    """Take pictures of the scoring page, a consensus and an organisation over time."""
    sign_in(page, "evaluator")
    page.get_by_role("link", name="Fortsett: IPS Granlia").click()
    page.goto(page.url + "items/4/")
    page.screenshot(path=IMAGES / "scoring.png")
    page.goto("/")
    page.get_by_role("link", name="Fortsett: IPS Øyvær").click()
    page.get_by_role("link", name="Konsensus").click()
    page.screenshot(path=IMAGES / "consensus.png")
    page.goto("/organisations/")
    page.get_by_role("link", name="IPS Granlia").click()
    page.screenshot(path=IMAGES / "organisation.png")


def take_as_coordinator(page: Page) -> None:
    """Take pictures of a network's overview and the action plan of one organisation."""
    sign_in(page, "coordinator")
    page.get_by_role("link", name="Oversikt").click()
    page.screenshot(path=IMAGES / "overview.png")
    page.get_by_role("link", name=re.compile(r"Handlingsplan, IPS Granlia")).click()
    page.screenshot(path=IMAGES / "plan.png")


def main() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"DEBUG": "on", "DATABASE_URL": f"sqlite:///{folder}/demo.sqlite3"}
        prepare = [sys.executable, "manage.py", "prepare_demo"]
        subprocess.run(prepare, cwd=ROOT, env=environment, check=True)
        serve = [sys.executable, "-m", "gunicorn", "ipsfidelity.wsgi", "--bind", f"127.0.0.1:{port}"]
        server = subprocess.Popen(serve, cwd=ROOT, env=environment)
        try:
            wait_for(port)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
                for take in (take_as_evaluator, take_as_coordinator):
                    page = browser.new_page(
                        base_url=f"http://127.0.0.1:{port}", viewport={"width": 1366, "height": 860}, locale="nb-NO"
                    )
                    take(page)
                browser.close()
        finally:
            server.terminate()
            server.wait()


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
