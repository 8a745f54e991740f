// Shows the changes of others during consensus. Asks every few seconds whether the review has changed, and fetches the
// page only if it has.

import { attribute, find, findAll } from "./dom.js";
import { focusFirstAction } from "./focus.js";

const INTERVAL = 4000; // milliseconds
const AUTOMATIC = { "X-Asked-By-Page": "1" }; // such a request does not prolong the session

let isUnsaved = () => false;
/** @type {(html: string) => unknown} */
let replacePage = () => location.reload();

/**
 * Show an item that somebody else saved by `replace`, unless `unsaved` says that something here is not saved.
 * @param {{ unsaved: () => boolean, replace: (html: string) => unknown }} ways
 */
export function showItems({ unsaved, replace }) {
  isUnsaved = unsaved;
  replacePage = replace;
}

/**
 * Return the element that carries the hash of the last event of the review, as the page shows it.
 * @param {Document} page
 */
const headOf = (page) => page.querySelector("[data-head]");

/**
 * Return the version of the item, or undefined where the page shows no single item.
 * @param {Document} page
 */
function versionOf(page) {
  const field = page.querySelector("#score-form [name=version]");
  return field instanceof HTMLInputElement ? field.value : undefined;
}

/**
 * Return a function that tells whether the page may be changed: still shown as it was, not turning, and nothing on it
 * is being pressed. A click is lost when its target moves between press and release.
 */
function rememberPage() {
  const [address, version] = [location.href, versionOf(document)];
  const isMoving = () => document.querySelector(".bench-item[inert], main :active") !== null;
  return () => headOf(document) && !isMoving() && address === location.href && version === versionOf(document);
}

/** Show the changes of others now. */
export async function refresh() {
  const head = headOf(document);
  if (document.visibilityState !== "visible" || !head) return;
  const isSamePage = rememberPage();
  const pulse = await request(attribute(head, "data-pulse"), "application/json");
  if (!pulse || !isSamePage()) return;
  if (pulse.status >= 500) return; // the server cannot answer now: it is asked again
  if (!pulse.ok) return reload(); // the draft was shared meanwhile, or the person signed out: the server explains
  const { head: latest } = await pulse.json();
  if (!isSamePage() || latest === headOf(document)?.getAttribute("data-head")) return;
  const response = await request(location.href, "text/html");
  if (!response) return;
  const html = await response.text();
  if (!isSamePage()) return;
  const page = new DOMParser().parseFromString(html, "text/html");
  if (!headOf(page)) return reload();
  if (versionOf(document) === undefined) showParts(page);
  else showItem(page, html);
}

/**
 * @param {string} address
 * @param {string} accept
 * @returns {Promise<Response | null>} null without a connection
 */
function request(address, accept) {
  return fetch(address, { headers: { ...AUTOMATIC, Accept: accept } }).catch(() => null);
}

function reload() {
  if (!isUnsaved() && !findAll("[data-live]", HTMLElement).some(isBusy)) location.reload();
}

/**
 * Whether somebody is filling in a part: the focus is in a field of it, or a field is not as it was served or saved.
 * @param {HTMLElement} part
 */
function isBusy(part) {
  const inputs = findAll("input:not([type=hidden])", HTMLInputElement, part);
  const texts = findAll("textarea", HTMLTextAreaElement, part);
  return [...inputs, ...texts].some((field) =>
    field === document.activeElement || field.value !== field.defaultValue ||
    (field instanceof HTMLInputElement && field.checked !== field.defaultChecked));
}

/**
 * Replace the live parts that nobody is filling in. What was open stays open, and the focus stays on the link with the
 * same address, else in the same part.
 * @param {Document} page
 */
function showParts(page) {
  const { head } = find("[data-head]", HTMLElement, page).dataset; // read first: parts move to this page
  const focused = document.activeElement;
  const href = focused?.getAttribute("href");
  for (const part of findAll("[data-live]", HTMLElement)) {
    const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
    if (!(fresh instanceof HTMLElement) || isBusy(part) || part.outerHTML === fresh.outerHTML) continue;
    const hadFocus = part.contains(focused);
    const folds = findAll("details", HTMLDetailsElement, fresh);
    for (const [place, fold] of findAll("details", HTMLDetailsElement, part).entries()) {
      if (folds[place]) folds[place].open = fold.open;
    }
    part.replaceWith(fresh);
    if (!hadFocus) continue;
    const target = (href && fresh.querySelector(`a[href="${CSS.escape(href)}"]`)) || fresh.querySelector("button, a");
    if (target instanceof HTMLElement) target.focus();
  }
  find("[data-head]", HTMLElement).dataset.head = head;
}

/**
 * Show the item that somebody else saved, unless something here is not saved.
 * @param {Document} page
 * @param {string} html
 */
function showItem(page, html) {
  if (isUnsaved()) return;
  if (versionOf(page) !== versionOf(document)) replacePage(html);
  else showParts(page);
}

focusFirstAction();
setInterval(refresh, INTERVAL);
