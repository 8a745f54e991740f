// The list of steps counts what is noted while one writes.

import { beginAt } from "./pages.js";

const form = document.getElementById("interview-form");
const notes = [...form.querySelectorAll("textarea")];
const count = document.querySelector(".bench-items [data-noted]");

form.addEventListener("input", () => {
  const noted = notes.filter((note) => note.value.trim()).length;
  count.textContent = noted;
  count.parentElement.classList.toggle("v-none", !noted);
});

beginAt(form);
