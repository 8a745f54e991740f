// The list of items beside the form: which item is current, and its score.

import { find, findAll } from "./dom.js";

export const NOT_ENOUGH_DATA = "awaiting"; // the value of the radio button "Not enough data yet"
const SYMBOLS = new Map([["", "–"], [NOT_ENOUGH_DATA, "?"]]); // shown in place of a score

/** Scroll the list to the current item. */
export function scrollToCurrent() {
  const list = find(".bench-items", HTMLElement);
  const current = list.querySelector("[aria-current]");
  if (current instanceof HTMLElement && list.scrollHeight > list.clientHeight) {
    list.scrollTop = current.offsetTop - list.clientHeight / 2;
  }
}

/**
 * Mark the item that is current on `page`. The list itself stays.
 * @param {Document} page
 */
export function markCurrent(page) {
  const list = find(".bench-items", HTMLElement);
  const number = find(".bench-items [aria-current] .n", HTMLElement, page).textContent;
  list.querySelector("[aria-current] [data-value]")?.removeAttribute("data-value");
  list.querySelector("[aria-current]")?.removeAttribute("aria-current");
  const links = findAll("a", HTMLAnchorElement, list);
  const link = links.find((each) => find(".n", HTMLElement, each).textContent === number);
  if (!link) return;
  link.setAttribute("aria-current", "step");
  find(".v", HTMLElement, link).setAttribute("data-value", "");
}

/**
 * Show the chosen score of the current item. A symbol is followed by its meaning for screen readers.
 * @param {HTMLFormElement} form
 */
export function showScore(form) {
  const place = document.querySelector("[data-value]");
  const value = new FormData(form).get("value");
  if (!place || typeof value !== "string") return;
  place.textContent = SYMBOLS.get(value) ?? value;
  if (!SYMBOLS.has(value)) return;
  const card = form.querySelector(`input[name=value][value="${value}"]`)?.closest("label");
  const meaning = document.createElement("span");
  meaning.className = "visually-hidden";
  meaning.textContent = card?.querySelector(".anchor-text")?.textContent ?? "";
  place.append(meaning);
}
