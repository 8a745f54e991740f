// Several people agree at once: what others change appears here. Asks every few seconds whether
// anything has happened to the review, and only then for the page.

import { isUnsaved } from "./autosave.js";
import { replaceBy } from "./pages.js";

const EVERY = 4000; // milliseconds

const head = () => document.querySelector("[data-head]");
const version = (place) => place.querySelector("#score-form [name=version]")?.value;

async function look() {
  if (document.visibilityState !== "visible" || !head()) return;
  const answer = await fetch(head().dataset.pulse, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || (await answer.json()).head === head().dataset.head) return;
  const response = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response) return;
  const html = await response.text();
  const page = new DOMParser().parseFromString(html, "text/html");
  const now = page.querySelector("[data-head]");
  if (!now) return isUnsaved() || location.reload(); // handed out meanwhile, or signed out: the server says so
  if (version(document) !== undefined) showItem(page, html);
  else showTable(page);
  head().dataset.head = now.dataset.head;
}

// The table takes over everything but the part in which somebody is working.
function showTable(page) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
    if (!part.contains(document.activeElement) && fresh) part.replaceWith(fresh);
  }
}

// An item that somebody else saved is shown anew, unless there is text here that is not saved.
function showItem(page, html) {
  if (isUnsaved()) return;
  if (version(page) !== version(document)) replaceBy(html);
}

setInterval(look, EVERY);
