// The notes of the current step are counted while they are written.

import { find, findAll } from "./dom.js";
import { focusStart } from "./focus.js";
import { scrollToCurrent } from "./item-list.js";

const form = find("#interview-form", HTMLFormElement);
const notes = findAll("textarea", HTMLTextAreaElement, form);
const counts = findAll("[data-noted]", HTMLElement);
const inList = find(".bench-items [data-noted]", HTMLElement).parentElement;

function countNotes() {
  const noted = notes.filter((note) => note.value.trim()).length;
  for (const count of counts) count.textContent = String(noted);
  inList?.classList.toggle("v-none", !noted);
}

form.addEventListener("input", countNotes);
countNotes(); // something may have been typed before the script was loaded

focusStart(form);
scrollToCurrent();
