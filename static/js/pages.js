// Turns from item to item of one review without a full page load. The address changes, back and forward work, and any
// failure falls back to an ordinary page load.

import { areItemsOfOneReview } from "./addresses.js";
import { find } from "./dom.js";
import { focusAgain, focusWork } from "./focus.js";
import { markCurrent } from "./item-list.js";
import { mountPage, unmountPage } from "./mounting.js";
import { discardPrefetched, fetchPage } from "./prefetch.js";
import { showLastSave } from "./save-status.js";

const FORM = ".bench-item";
const PARTS = [FORM, ".bench-guide"]; // what differs between items, where a page has it; list and progress stay

let shown = location.href;
let turns = 0; // only the page requested last is shown
let mayLeave = async () => true;

/**
 * Ask `ready` before a page is left. If it resolves to false, the page stays.
 * @param {() => Promise<boolean>} ready
 */
export function askBeforeLeaving(ready) {
  mayLeave = ready;
}

/**
 * Show another item of the review; any other address is an ordinary navigation. The form is inert while the page is
 * being fetched, so that nothing meant for the next item is typed into this one. Earlier changes are saved first.
 * @param {string} url
 * @param {{ isNew?: boolean }} [options] `isNew` adds an entry to the history
 */
export async function goTo(url, { isNew = true } = {}) {
  const target = new URL(url, location.href);
  if (!areItemsOfOneReview(new URL(shown).pathname, target.pathname)) return location.assign(target);
  const turn = ++turns;
  const form = find(FORM, HTMLElement);
  form.inert = true;
  let page;
  try {
    page = await fetchPage(target.pathname);
  } catch {
    return location.assign(target);
  }
  if (turn !== turns) return;
  if (!(await mayLeave())) {
    form.inert = false;
    if (!isNew) history.pushState(null, "", shown);
    return;
  }
  if (turn !== turns) return;
  show(page, target.href, isNew);
  focusWork(find(FORM, HTMLElement));
  scrollTo(0, 0);
}

/**
 * Show an HTML answer of the server in place of the current page, keeping the focus where possible.
 * @param {string} html
 * @returns {boolean} false if the answer is not an item page
 */
export function replacePage(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  if (!page.querySelector(FORM)) return false;
  const focused = document.activeElement;
  discardPrefetched();
  show(page, location.href, false);
  focusAgain(focused);
  return true;
}

/**
 * @param {Document} page
 * @param {string} url
 * @param {boolean} isNew
 */
function show(page, url, isNew) {
  unmountPage();
  for (const part of PARTS) document.querySelector(part)?.replaceWith(find(part, HTMLElement, page));
  for (const list of document.querySelectorAll(":popover-open")) if (list instanceof HTMLElement) list.hidePopover();
  document.title = page.title;
  markCurrent(page);
  showLastSave(page);
  shown = url;
  if (isNew) history.pushState(null, "", url);
  mountPage();
}

addEventListener("popstate", async () => {
  const wanted = location.href;
  if (location.pathname === new URL(shown).pathname) return; // another place on the same page
  if (!(await mayLeave())) return history.pushState(null, "", shown);
  goTo(wanted, { isNew: false });
});
