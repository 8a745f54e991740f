// Shows how many characters of a limited field are used, once it is nearly full.

import { attribute, findAll } from "./dom.js";

const NEARLY_FULL = 0.9; // share of the limit

/**
 * Return the text of the counter. Characters are counted as the server counts them, by code points.
 * @param {string} text
 * @param {number} limit
 */
export function countText(text, limit) {
  const length = [...text].length;
  return length > NEARLY_FULL * limit ? `${length} / ${limit}` : "";
}

/**
 * Show the counters of a form.
 * @param {HTMLFormElement} form
 * @param {AbortSignal} signal
 */
export function countCharacters(form, signal) {
  for (const field of findAll("[data-limit]", HTMLTextAreaElement, form)) {
    const limit = Number(attribute(field, "data-limit"));
    const counter = field.parentElement?.querySelector("[data-count]");
    if (!counter) continue;
    const show = () => (counter.textContent = countText(field.value, limit));
    field.addEventListener("input", show, { signal });
    show();
  }
}
