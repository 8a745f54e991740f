// Keys of the scoring page, while the focus is in the form but not in a text field: digits choose a score, letters tick
// the points of a checklist, plus accepts the suggestion.

import { keepChecklistConsistent } from "./checklist.js";
import { find, findAll } from "./dom.js";
import { focusStart } from "./focus.js";
import { scrollToCurrent } from "./item-list.js";
import { onPage } from "./pages.js";
import { suggestedScore, watchDeparture } from "./suggestion.js";

const TYPED = "textarea, button, a, summary, input:not([type=radio], [type=checkbox], [data-amount])";
const AMOUNT = "[data-amount], select"; // fields that take digits themselves
const LETTERS = "abcdef";

/** @param {AbortSignal} signal */
function mount(signal) {
  const form = find("#score-form", HTMLFormElement);
  const scores = findAll("input[name=value]", HTMLInputElement, form);
  const points = findAll("input[name=met]", HTMLInputElement, form);

  /** @param {string} value "" is the card for no score */
  function choose(value) {
    const card = scores.find((each) => each.value === value);
    card?.focus();
    card?.click();
  }

  async function acceptSuggestion() {
    const score = await suggestedScore(form);
    if (score) choose(score);
  }

  form.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target.matches(TYPED) || event.ctrlKey || event.altKey || event.metaKey) return;
    const takesDigits = target.matches(AMOUNT);
    const point = takesDigits ? undefined : points[LETTERS.indexOf(event.key.toLowerCase())];
    if (event.key === "+" || (event.key === "=" && !takesDigits)) acceptSuggestion();
    else if (/^[0-5]$/.test(event.key) && !takesDigits) choose(event.key === "0" ? "" : event.key);
    else if (point) point.click();
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
