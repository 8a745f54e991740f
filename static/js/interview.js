// The list of steps counts what is noted while one writes; a page that follows another page of the
// review begins at its heading, a page with a message at the message. The list shows where we are.

const form = document.getElementById("interview-form");
const notes = [...form.querySelectorAll("textarea")];
const list = document.querySelector(".bench-items");
const count = list.querySelector("[data-noted]");

form.addEventListener("input", () => {
  const noted = notes.filter((note) => note.value.trim()).length;
  count.textContent = noted;
  count.parentElement.classList.toggle("v-none", !noted);
});

const message = form.querySelector("[data-start]");
if (message) message.focus();
else if (/\/reviews\/[0-9a-f-]+\//.test(document.referrer)) form.querySelector("h1").focus();

const here = list.querySelector("[aria-current]");
if (list.scrollHeight > list.clientHeight) list.scrollTop = here.offsetTop - list.clientHeight / 2;
