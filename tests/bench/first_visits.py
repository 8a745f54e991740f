"""The bytes and the layout shift of first visits, in Chromium, to a server with collected static files."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.bench import Figures
from tests.builders import World
from tests.chromium import FLAGS, chromium
from tests.first_visit import collect_static_files, first_visits, main_pages
from tests.served import served, url_of_test_database


def measure(world: World) -> tuple[Figures, Figures]:
    """Return the kilobytes and the layout shift of each main page."""
    pages = main_pages(world)
    with tempfile.TemporaryDirectory(prefix="ipsfidelity-static-") as name, sync_playwright() as playwright:
        folder, browser = Path(name), playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        with served(url_of_test_database(), folder, **collect_static_files(folder / "static")) as server:
            visits = first_visits(browser, server.address, pages)
        browser.close()
    kilobytes = {name: visit.kilobytes for name, visit in visits.items()}
    return kilobytes, {name: visit.shift for name, visit in visits.items()}
