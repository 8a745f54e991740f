// Several people agree at once: what others change appears here. Asks every few seconds whether
// anything has happened to the review, and only then for the page.

import { isUnsaved } from "./autosave.js";
import { replaceBy } from "./pages.js";

const EVERY = 4000; // milliseconds
const BY_PAGE = { "X-Asked-By-Page": "1" }; // nobody pressed anything: this keeps no session alive

const place = () => document.querySelector("[data-head]");
const version = (place) => place.querySelector("#score-form [name=version]")?.value;

// What was asked for is of use while nothing has moved here: not once the page was turned, or is being turned, or saved.
function stand() {
  const stood = [location.href, version(document)];
  const isTurning = () => document.querySelector(".bench-item[inert]") !== null;
  return () => place() !== null && !isTurning() && stood[0] === location.href && stood[1] === version(document);
}

async function look() {
  if (document.visibilityState !== "visible" || !place()) return;
  const isStill = stand();
  const answer = await fetch(place().dataset.pulse, { headers: { ...BY_PAGE, Accept: "application/json" } }).catch(() => null);
  if (!answer || !isStill()) return;
  if (!answer.ok) return isUnsaved() || location.reload(); // handed out meanwhile, or signed out: the server says so
  const { head } = await answer.json();
  if (!isStill() || head === place().dataset.head) return;
  const response = await fetch(location.href, { headers: { ...BY_PAGE, Accept: "text/html" } }).catch(() => null);
  if (!response) return;
  const html = await response.text();
  if (!isStill()) return;
  const page = new DOMParser().parseFromString(html, "text/html");
  if (!page.querySelector("[data-head]")) return isUnsaved() || location.reload();
  if (version(document) !== undefined) showItem(page, html);
  else showTable(page);
}

// The page is shown anew, part by part; the focus stays on the link of the same address, the button or the part.
function showTable(page) {
  const focus = document.activeElement;
  const goal = focus.getAttribute("href");
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
    if (!fresh) continue;
    const held = part.contains(focus);
    part.replaceWith(fresh);
    if (held) ((goal && fresh.querySelector(`a[href="${CSS.escape(goal)}"]`)) || fresh.querySelector("button, a")).focus();
  }
}

// An item that somebody else saved is shown anew, unless there is text here that is not saved.
function showItem(page, html) {
  if (isUnsaved()) return;
  if (version(page) !== version(document)) replaceBy(html);
  else place().dataset.head = page.querySelector("[data-head]").dataset.head;
}

// Who comes from another page of the review begins with what can be done at once.
if (/\/reviews\/[0-9a-f-]+\//.test(document.referrer)) document.querySelector(".take-over button")?.focus();
setInterval(look, EVERY);
