// The list of steps counts the notes of the current step while they are written.

import { find, findAll } from "./dom.js";
import { focusStart } from "./focus.js";
import { scrollToCurrent } from "./item-list.js";

const form = find("#interview-form", HTMLFormElement);
const notes = findAll("textarea", HTMLTextAreaElement, form);
const count = find(".bench-items [data-noted]", HTMLElement);

form.addEventListener("input", () => {
  const noted = notes.filter((note) => note.value.trim()).length;
  count.textContent = String(noted);
  count.parentElement?.classList.toggle("v-none", !noted);
});

focusStart(form);
scrollToCurrent();
