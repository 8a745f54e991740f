"""The path and the flags of the browser, for the tests and the screenshots."""

import os
import shutil

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Date fields follow the language of the page, as they follow that of the browser on a reader's machine.
    "--enable-blink-features=LangAttributeAwareFormControlUI",
    "--disable-smooth-scrolling",  # a click while the page scrolls would hit something else
]


def chromium() -> str:
    """Return the path of $CHROMIUM if it is set, else of chromium-headless-shell, which is faster, or of chromium."""
    names = [os.environ["CHROMIUM"]] if "CHROMIUM" in os.environ else ["chromium-headless-shell", "chromium"]
    path = next(filter(None, map(shutil.which, names)), None)
    assert path, "Chromium is missing: run `make ready`"
    return path
