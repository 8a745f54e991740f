"""People who move by keyboard alone: the tab key leads to a control, and the focus is seen at every stop."""

from playwright.sync_api import Locator, Page

LONGEST = 150  # presses of a key from one control to any other

# Returns what is wrong with an element that has the focus: no ring (WCAG 2.4.7, 1.4.11), or something over it (2.4.11).
FAULT_OF = """(element) => {
  const name = (each) => `${each.localName}.${each.className} "${each.textContent.trim().slice(0, 30)}"`;
  const drawn = () => { // the ring of a field without a size of its own is drawn around what shows it
    const rings = [];
    for (let each = element; each && rings.length < 4; each = each.parentElement) rings.push(each);
    return rings.find((each) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(each);
      return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    }) ?? (element.matches("input") && element.nextElementSibling
      && getComputedStyle(element.nextElementSibling).outlineStyle !== "none" ? element.nextElementSibling : null);
  };
  const ring = element.closest("svg, label") ?? drawn();
  if (!ring) return `${name(element)}: no ring`;
  const box = ring.getClientRects()[0] ?? ring.getBoundingClientRect();
  const top = document.elementFromPoint(
    Math.max(0, Math.min(innerWidth - 1, box.left + Math.min(box.width / 2, 20))),
    Math.max(0, Math.min(innerHeight - 1, box.top + Math.min(box.height / 2, 20))),
  );
  return top && (ring.contains(top) || top.contains(ring)) ? "" : `${name(element)}: under ${top && name(top)}`;
}"""
# What has the focus by itself has no ring: the content that the skip link leads to.
FAULT_NOW = f"""() => {{
  const element = document.activeElement;
  return element && !element.matches("body, main, iframe") ? ({FAULT_OF})(element) : "";
}}"""


def go_to(target: Locator, key: str = "Tab") -> None:
    """Press a key until the target has the focus. The focus must be seen at each stop."""
    page: Page = target.page
    target.wait_for(state="attached", timeout=5000)
    page.wait_for_load_state()  # a ring needs the style sheet
    for _ in range(LONGEST):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
        fault = page.evaluate(FAULT_NOW)
        assert not fault, f"{page.url}: {fault}"
    raise AssertionError(f"{page.url}: the keyboard does not lead to {target}")


def press(target: Locator, key: str = "Enter") -> None:
    """Go to a control and press a key there."""
    go_to(target)
    target.page.keyboard.press(key)


def type_into(target: Locator, text: str) -> None:
    """Go to a field and type a text."""
    go_to(target)
    target.page.keyboard.type(text)
