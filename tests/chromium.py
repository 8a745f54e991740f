"""Where the browser is, and how it is started, for tests and for the README's pictures."""

import os
import shutil

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-smooth-scrolling",  # a click while the page still moves hits something else
]


def chromium() -> str:
    """Return the path of the browser: $CHROMIUM, else chromium-headless-shell, which is quicker, else chromium."""
    names = [os.environ["CHROMIUM"]] if "CHROMIUM" in os.environ else ["chromium-headless-shell", "chromium"]
    found = next(filter(None, map(shutil.which, names)), None)
    assert found, "Chromium is missing: run `make ready`"
    return found
