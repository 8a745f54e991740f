// Keeps a plan in step with its organisation and days: the server fills in the rest and ranks the evaluators.
// Without scripts, the buttons named "act" submit the form, which is shown again in the same way.

import { find, findAll } from "./dom.js";

const DECIDING = ["organisation", "kind", "visit_start", "visit_end"]; // what the answer depends on
const PAUSE = 250; // milliseconds without typing before a search

const form = find("form:has([data-part=evaluators])", HTMLFormElement);
let running = new AbortController();
let timer = 0;
let firstDay = valueOf("visit_start");

/** @param {string} name */
function valueOf(name) {
  const field = form.elements.namedItem(name);
  return field instanceof HTMLInputElement ? field.value : "";
}

/** Press no button by Enter, and hide those whose work is done without a press. */
function takeOver() {
  for (const button of findAll("button[name=act]", HTMLButtonElement, form)) {
    button.type = "button";
    if ("byScript" in button.dataset) button.hidden = true;
  }
}

/** Move the last day of the visit with the first. */
function moveLastDay() {
  const [before, now] = [Date.parse(firstDay), Date.parse(valueOf("visit_start"))];
  const last = form.elements.namedItem("visit_end");
  firstDay = valueOf("visit_start") || firstDay;
  if (!(last instanceof HTMLInputElement) || !last.value || Number.isNaN(now - before)) return;
  last.value = new Date(Date.parse(last.value) + now - before).toISOString().slice(0, 10);
}

/**
 * Send the form as if a button was pressed, and show what the server makes of it. Only the latest answer is shown.
 * @param {string} act
 */
async function refresh(act) {
  running.abort();
  running = new AbortController();
  const body = new FormData(form);
  body.set("act", act);
  const options = { method: "POST", body, headers: { Accept: "text/html" }, signal: running.signal };
  const html = await fetch(location.href, options)
    .then((answer) => (answer.ok ? answer.text() : ""))
    .catch(() => ""); // no network, or a later request
  if (html) show(new DOMParser().parseFromString(html, "text/html"), act);
}

/**
 * @param {Document} page
 * @param {string} act
 */
function show(page, act) {
  const fresh = page.querySelector("form:has([data-part=evaluators])");
  if (!(fresh instanceof HTMLFormElement)) return;
  if (act === "show") keepTicks(fresh);
  const focused = document.activeElement?.id;
  for (const part of findAll("[data-part]", HTMLElement)) {
    const replacement = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (replacement) part.replaceWith(replacement);
  }
  copyValues(fresh);
  firstDay = valueOf("visit_start") || firstDay;
  takeOver();
  // A date that is being typed loses a digit if it gets the focus a second time.
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
  const status = find("[data-plan-status]", HTMLElement);
  status.textContent = document.querySelector("[data-summary]")?.textContent ?? "";
}

/**
 * Tick in the answer what is ticked now: somebody may have gone on while it was on its way.
 * @param {HTMLFormElement} fresh
 */
function keepTicks(fresh) {
  for (const box of findAll("[name=evaluators]", HTMLInputElement, form)) {
    const same = fresh.querySelector(`#${box.id}`);
    if (same instanceof HTMLInputElement) same.checked = box.checked;
  }
}

/**
 * Take over the values that the server has filled in, except in the field that has the focus.
 * @param {HTMLFormElement} fresh
 */
function copyValues(fresh) {
  for (const field of findAll("input[id], select[id]", HTMLElement, form)) {
    if (field === document.activeElement || field.closest("[data-part]")) continue;
    const same = fresh.querySelector(`#${field.id}`);
    if (field instanceof HTMLSelectElement && same instanceof HTMLSelectElement) field.value = same.value;
    if (!(field instanceof HTMLInputElement && same instanceof HTMLInputElement)) continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = same.checked;
    else field.value = same.value;
  }
}

form.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("button[name=act]");
  if (button instanceof HTMLButtonElement) refresh(button.value);
});

form.addEventListener("change", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) return;
  if (!DECIDING.includes(field.name)) return;
  if (field.name === "visit_start") moveLastDay();
  refresh("show");
});

form.addEventListener("input", (event) => {
  if (!(event.target instanceof HTMLInputElement) || event.target.name !== "organisation_name") return;
  clearTimeout(timer);
  timer = setTimeout(() => refresh("show"), PAUSE);
});

takeOver();
// An organisation that was chosen before this script ran, or that the browser has put back.
const chosen = form.elements.namedItem("organisation");
if (chosen instanceof HTMLSelectElement && chosen.value && !chosen.selectedOptions[0]?.defaultSelected) refresh("show");
