// What is folded at first: lists beside a form on a small screen, the description of an item that was read before in
// this browser, and the interview questions unless they were left open. Without this script everything is open.

import { findAll } from "./dom.js";
import { onPage } from "./mounting.js";

/**
 * Return what this browser remembers, "" if nothing or if it may not remember.
 * @param {string} name
 */
function recall(name) {
  try {
    return localStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // not remembered: everything stays as on the first visit
  }
}

/**
 * Return the matching elements that were not folded yet.
 * @param {string} selector
 */
function unfolded(selector) {
  const found = findAll(selector, HTMLDetailsElement).filter((fold) => !("folded" in fold.dataset));
  for (const fold of found) fold.dataset.folded = "";
  return found;
}

onPage(() => {
  for (const description of unfolded("[data-read]")) {
    const name = `read:${description.dataset.read}`;
    description.open = !recall(name);
    remember(name, "yes");
  }
  for (const questions of unfolded(".bench-questions > details")) {
    questions.open = recall("questions") === "open";
    questions.addEventListener("toggle", () => remember("questions", questions.open ? "open" : ""));
  }
  if (!matchMedia("(max-width: 52rem)").matches) return;
  for (const list of unfolded("[data-fold]")) list.open = false;
});
