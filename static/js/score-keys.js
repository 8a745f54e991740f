// Keys of the scoring page, while the focus is in the form and not in a text: digits choose a score,
// letters tick the points of a checklist, plus takes over the suggestion.

import { flush } from "./autosave.js";
import { beginAt, onPage } from "./pages.js";

const TYPING = "textarea, button, a, summary, input:not([type=radio], [type=checkbox], [data-amount])";
const LETTERS = "abcdef";

function mount(signal) {
  const form = document.getElementById("score-form");
  const radios = [...form.querySelectorAll("input[name=value]")];
  const points = [...form.querySelectorAll("input[name=met]")];
  const departure = form.querySelector("[data-departure]");

  const choose = (value) => {
    const radio = radios.find((candidate) => candidate.value === value);
    radio.focus();
    radio.click();
  };
  const suggestion = () => form.querySelector("[data-suggested]");

  // The suggestion follows from what is saved: wait for it, then choose its score.
  async function takeOver() {
    if ((await flush()) && suggestion()) choose(suggestion().dataset.suggested);
  }

  function showDeparture() {
    const differs = suggestion()?.hasAttribute("data-differs");
    departure.hidden = !differs && !departure.querySelector("input").value;
  }

  form.addEventListener("keydown", (event) => {
    if (event.target.matches(TYPING) || event.ctrlKey || event.altKey || event.metaKey) return;
    const isAmount = event.target.matches("[data-amount], select"); // their digits are their own
    const point = isAmount ? -1 : LETTERS.indexOf(event.key.toLowerCase());
    if (event.key === "+" || (event.key === "=" && !isAmount)) takeOver();
    else if (/^[0-5]$/.test(event.key) && !isAmount) choose(event.key === "0" ? "" : event.key);
    else if (points[point]) points[point].click();
    else return;
    event.preventDefault();
  }, { signal });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[name=take]");
    if (!button) return;
    event.preventDefault();
    takeOver();
  }, { signal });

  form.addEventListener("part", showDeparture, { signal });

  // Points and "none of these" exclude each other.
  form.addEventListener("input", (event) => {
    const none = form.elements.none;
    if (event.target.name === "met" && event.target.checked && none) none.checked = false;
    if (event.target.name === "none" && event.target.checked) for (const point of points) point.checked = false;
  }, { signal, capture: true });
}

onPage(mount);

beginAt(document.getElementById("score-form"));
