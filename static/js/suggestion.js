// The suggested score of an item, and the field that asks why another score was given.

import { saveAll } from "./autosave.js";
import { find } from "./dom.js";

/** @param {HTMLFormElement} form */
function suggestion(form) {
  const found = form.querySelector("[data-suggested]");
  return found instanceof HTMLElement ? found : null;
}

/**
 * Return the suggested score that the page shows now, "" if it shows none.
 * @param {HTMLFormElement} form
 */
export function suggestionShown(form) {
  return suggestion(form)?.dataset.suggested ?? "";
}

/**
 * Return the suggested score, or "" if there is none. It follows from what is saved, so everything is saved first.
 * @param {HTMLFormElement} form
 */
export async function suggestedScore(form) {
  return (await saveAll()) ? suggestionShown(form) : "";
}

/**
 * Show the field for the reason while the score differs from the suggestion, or a reason is given.
 * @param {HTMLFormElement} form
 * @param {AbortSignal} signal
 */
export function watchDeparture(form, signal) {
  const departure = find("[data-departure]", HTMLElement, form);
  const reason = find("input", HTMLInputElement, departure);
  form.addEventListener("part", () => {
    departure.hidden = !suggestion(form)?.hasAttribute("data-differs") && !reason.value;
  }, { signal });
}
