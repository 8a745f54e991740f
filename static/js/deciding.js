// Decisions in the table of the consensus page. What somebody is filling in is neither replaced nor left unasked.

import { findAll } from "./dom.js";

const FIELDS = ".decide :is(select, input:not([type=hidden]))";
let isSending = false;

/** Whether somebody is filling in a decision: the focus is in one of its fields, or a field is not as it was served. */
export function isDeciding() {
  return isBegun() || document.activeElement?.matches(FIELDS) === true;
}

/** Whether a field is not as it was served. */
function isBegun() {
  const inputs = findAll(FIELDS, HTMLInputElement).some((field) => field.value !== field.defaultValue);
  return inputs || findAll(FIELDS, HTMLSelectElement).some((field) => field.value !== servedValue(field));
}

/** @param {HTMLSelectElement} field */
function servedValue(field) {
  const options = [...field.options];
  return (options.find((option) => option.defaultSelected) ?? options[0])?.value;
}

addEventListener("submit", () => (isSending = true));
addEventListener("beforeunload", (event) => {
  if (!isSending && isBegun()) event.preventDefault();
});
