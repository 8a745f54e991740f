// The list of items beside the form: which item is current, and its state.

import { find, findAll } from "./dom.js";

export const NOT_ENOUGH_DATA = "awaiting"; // the value of the radio button "Not enough data yet"

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
 * Show the state of the current item: its score, or in the words of the legend why there is none.
 * @param {HTMLFormElement} form
 */
export function showScore(form) {
  const place = document.querySelector("[data-value]");
  const data = new FormData(form);
  const value = data.get("value");
  if (!(place instanceof HTMLElement) || typeof value !== "string") return;
  const isNoted = String(data.get("evidence") ?? "").trim();
  const state = value === NOT_ENOUGH_DATA ? "lacking" : value ? "scored" : isNoted ? "noted" : "untouched";
  const words = document.querySelector(`.rail-legend [data-state="${state}"] + span`)?.textContent ?? "";
  place.dataset.state = state;
  const hidden = document.createElement("span");
  hidden.className = "visually-hidden";
  hidden.textContent = state === "scored" ? value : words;
  place.replaceChildren(hidden);
}
