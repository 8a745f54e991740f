"""People who move by keyboard always see where they are: a ring, and nothing over it (WCAG 2.4.7, 2.4.11, 1.4.11)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.test_every_page import pages_of
from tests.builders import World

Window = Callable[..., Page]
PARTS = 3
ORDINARY = {"width": 1280, "height": 720}  # pixels: what stays in sight while one scrolls can cover something here

# Focuses everything that takes the focus, and returns what then has no ring, or lies under something else.
FAULTS = """() => {
  const faults = [];
  const name = (element) => `${element.localName}.${element.className} "${element.textContent.trim().slice(0, 30)}"`;
  const drawn = (element) => { // the ring of a field without a size of its own is drawn around what shows it
    const rings = [];
    for (let each = element; each && rings.length < 4; each = each.parentElement) rings.push(each);
    return rings.find((each) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(each);
      return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    }) ?? (element.matches("input") && element.nextElementSibling
      && getComputedStyle(element.nextElementSibling).outlineStyle !== "none" ? element.nextElementSibling : null);
  };
  const focusable = "a[href], button:not([tabindex='-1']), input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  for (const element of document.querySelectorAll(focusable)) {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest("[inert]")) continue;
    element.focus();
    if (document.activeElement !== element) continue;
    const ring = element.closest("svg, label") ?? drawn(element);
    if (!ring) {
      faults.push(`${name(element)}: no ring`);
      continue;
    }
    const box = ring.getClientRects()[0] ?? ring.getBoundingClientRect();
    const top = document.elementFromPoint(
      Math.max(0, Math.min(innerWidth - 1, box.left + Math.min(box.width / 2, 20))),
      Math.max(0, Math.min(innerHeight - 1, box.top + Math.min(box.height / 2, 20))),
    );
    if (!top || !(ring.contains(top) || top.contains(ring))) faults.push(`${name(element)}: under ${top && name(top)}`);
  }
  return faults;
}"""


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
