"""People who move by keyboard always see where they are: a ring, and nothing over it (WCAG 2.4.7, 2.4.11, 1.4.11)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.keyboard import FAULT_OF
from tests.browser.test_every_page import pages_of
from tests.builders import World

Window = Callable[..., Page]
PARTS = 3
ORDINARY = {"width": 1280, "height": 720}  # pixels: what stays in sight while one scrolls can cover something here

# Focuses everything that takes the focus, and returns what then has no ring, or lies under something else.
FAULTS = f"""() => {{
  const faultOf = {FAULT_OF};
  const faults = [];
  const focusable = "a[href], button:not([tabindex='-1']), input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  for (const element of document.querySelectorAll(focusable)) {{
    if (!element.checkVisibility({{ visibilityProperty: true }}) || element.closest("[inert]")) continue;
    element.focus();
    if (document.activeElement === element) faults.push(faultOf(element));
  }}
  return faults.filter(Boolean);
}}"""


@pytest.mark.parametrize("part", range(PARTS))
def test_the_focus_has_a_ring_and_is_not_covered_on_any_page(world: World, window: Window, part: int) -> None:
    windows: dict[str, Page] = {}
    found = []
    for name, (who, url) in list(pages_of(world).items())[part::PARTS]:
        if who not in windows:
            windows[who] = window(who, viewport=ORDINARY)
        page = windows[who]
        page.goto(url)
        found += [f"{name}: {fault}" for fault in page.evaluate(FAULTS)]
    assert not found, "\n".join(found)
