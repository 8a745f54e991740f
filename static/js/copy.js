// Buttons that copy the field before them. Without this script the field is selected and copied by hand.

import { attribute, find, findAll } from "./dom.js";

for (const box of findAll("[data-copy]", HTMLElement)) {
  const field = find("input", HTMLInputElement, box);
  const button = find("button", HTMLButtonElement, box);
  const status = find("[role=status]", HTMLElement, box);
  button.hidden = false;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      status.textContent = attribute(button, "data-copied");
    } catch {
      field.focus(); // selects the text, to be copied by hand
    }
  });
}
