// Warns while somebody types: identity numbers, which the server refuses, and contact details, which it warns about.

import { attribute, find, findAll } from "./dom.js";
import { onPage } from "./mounting.js";
import { holdsContactDetails, holdsIdentityNumber } from "./privacy-rules.js";

const FIELDS = "main form[method=post] :is(textarea, input[type=text])";

const script = find("#privacy", HTMLElement);
const REFUSED = attribute(script, "data-refused");
const WARNED = attribute(script, "data-warned");

/** @param {HTMLInputElement | HTMLTextAreaElement} field */
function watch(field) {
  const warning = document.createElement("p");
  warning.className = "privacy-word";
  warning.id = `${field.id}-privacy`;
  warning.setAttribute("role", "status");
  field.after(warning);
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${warning.id}`.trim());
  let wasRefused = false;
  const check = () => {
    const isRefused = holdsIdentityNumber(field.value);
    const sentence = isRefused ? REFUSED : holdsContactDetails(field.value) ? WARNED : "";
    if (warning.textContent !== sentence) warning.textContent = sentence; // an equal sentence is not read aloud again
    if (isRefused) field.setAttribute("aria-invalid", "true");
    else if (wasRefused) field.removeAttribute("aria-invalid");
    wasRefused = isRefused;
  };
  field.addEventListener("input", check);
  check();
}

onPage(() => {
  for (const field of [...findAll(FIELDS, HTMLTextAreaElement), ...findAll(FIELDS, HTMLInputElement)]) {
    if (!document.getElementById(`${field.id}-privacy`)) watch(field);
  }
});
