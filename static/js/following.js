// Follows work behind the requests: asks for the page every two seconds, and shows the parts that have changed, until
// the page says that the work is over. Without a script, a link loads the page again.

import { findAll } from "./dom.js";

const INTERVAL = 2000; // milliseconds
const AUTOMATIC = { "X-Asked-By-Page": "1", Accept: "text/html" }; // such a request does not prolong the session

/**
 * Whether the work that a page shows is still going on.
 * @param {Document} page
 */
const isGoingOn = (page) => page.querySelector("[data-going-on]") !== null;

/**
 * Show the parts of a newer page whose text is another. The element stays, so that its change is read aloud; a part
 * that has the focus gives it to its first link or button.
 * @param {Document} page
 */
function showParts(page) {
  for (const part of findAll("[data-follow]", HTMLElement)) {
    const fresh = page.querySelector(`[data-follow="${part.dataset.follow}"]`);
    if (!fresh || fresh.textContent === part.textContent) continue;
    const hadFocus = part.contains(document.activeElement);
    part.replaceChildren(...fresh.childNodes);
    if (hadFocus) findAll("a, button", HTMLElement, part)[0]?.focus();
  }
}

/** Ask for the page again, and go on until the work is over. */
async function follow() {
  if (document.visibilityState === "visible") {
    const response = await fetch(location.href, { headers: AUTOMATIC }).catch(() => null);
    if (response && (!response.ok || response.redirected)) return location.reload(); // the server explains
    if (response) {
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const isOver = !isGoingOn(page);
      if (isOver && !page.querySelector("[data-follow]")) return location.reload(); // it was refused: another page
      showParts(page);
      if (isOver) return;
    }
  }
  setTimeout(follow, INTERVAL);
}

if (isGoingOn(document)) setTimeout(follow, INTERVAL);
