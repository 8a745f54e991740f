// Digits choose a score while the focus is in the form and not in a text; a page that follows
// another page of the review begins at its heading, a page with a message at the message. The list shows where we are.

const form = document.getElementById("score-form");
const radios = [...form.querySelectorAll("input[name=value]")];
const typing = "textarea, button, a, summary";

form.addEventListener("keydown", (event) => {
  if (event.target.matches(typing) || event.ctrlKey || event.altKey || event.metaKey) return;
  const wanted = event.key === "0" ? "" : event.key;
  const radio = /^[0-5]$/.test(event.key) && radios.find((candidate) => candidate.value === wanted);
  if (!radio) return;
  event.preventDefault();
  radio.focus();
  radio.click();
});

const message = form.querySelector(".conflict [data-start], .alert[data-start]");
if (message) message.focus();
else if (/\/reviews\/[0-9a-f-]+\//.test(document.referrer)) form.querySelector("h1").focus();

const list = document.querySelector(".bench-items");
const here = list.querySelector("[aria-current]");
if (here && list.scrollHeight > list.clientHeight) list.scrollTop = here.offsetTop - list.clientHeight / 2;
