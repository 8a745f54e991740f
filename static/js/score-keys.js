// Keys of the scoring page. Each acts only while the focus is in what it belongs to: digits in the score, letters in
// the list of points; plus and Enter in either and in the measures. A suggestion is only used after it was shown.

import { keepChecklistConsistent } from "./checklist.js";
import { find, findAll } from "./dom.js";
import { focusStart } from "./focus.js";
import { scrollToCurrent } from "./item-list.js";
import { onPage } from "./mounting.js";
import { suggestedScore, suggestionShown, watchDeparture } from "./suggestion.js";

const BUTTON = "button, a, summary";
const OWN_DIGITS = "[data-amount], select"; // fields that take digits themselves
const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** @param {AbortSignal} signal */
function mount(signal) {
  const form = find("#score-form", HTMLFormElement);
  const scores = findAll("input[name=value]", HTMLInputElement, form);
  const points = findAll("input[name=met]", HTMLInputElement, form);

  /** @param {string} value "" is the choice of no score */
  function choose(value) {
    const card = scores.find((each) => each.value === value);
    card?.focus();
    card?.click();
  }

  async function acceptSuggestion() {
    const score = await suggestedScore(form);
    if (score) choose(score);
  }

  /** Go on to the next item; without a score, with the suggestion if it has been shown. */
  async function goOn() {
    if (scores.some((each) => each.checked && !each.value)) {
      const shown = suggestionShown(form);
      const score = await suggestedScore(form);
      if (score !== shown) return; // it has just appeared: the person sees it first
      if (score) choose(score);
    }
    form.requestSubmit(find("[data-onward]", HTMLButtonElement, form));
  }

  form.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (!target.closest("[data-scores]") || target.matches(BUTTON)) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const digit = /^[0-5]$/.test(event.key) && target.closest("[data-anchors]");
    const point = target.closest("[data-points]") && points[LETTERS.indexOf(event.key.toLowerCase())];
    if (event.key === "+" || (event.key === "=" && !target.matches(OWN_DIGITS))) acceptSuggestion();
    else if (digit) choose(event.key === "0" ? "" : event.key);
    else if (point) point.click();
    else if (event.key === "Enter" && !target.matches("select")) goOn();
    else return;
    event.preventDefault();
  }, { signal });

  form.addEventListener("click", (event) => {
    if (!(event.target instanceof Element && event.target.closest("[name=take]"))) return;
    event.preventDefault();
    acceptSuggestion();
  }, { signal });

  watchDeparture(form, signal);
  keepChecklistConsistent(form, points, signal);
}

onPage(mount);
focusStart(find("#score-form", HTMLFormElement));
scrollToCurrent();
