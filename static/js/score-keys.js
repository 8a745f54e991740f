// Digits choose a score while the focus is in the form but not in a text; the page begins at its
// heading, so that the first key after "Next" may be a digit.

const form = document.getElementById("score-form");
const radios = [...form.querySelectorAll("input[name=value]")];

form.addEventListener("keydown", (event) => {
  if (event.target.matches("textarea") || event.ctrlKey || event.altKey || event.metaKey) return;
  const wanted = event.key === "0" ? "" : event.key;
  const radio = /^[0-5]$/.test(event.key) && radios.find((candidate) => candidate.value === wanted);
  if (!radio) return;
  event.preventDefault();
  radio.focus();
  radio.click();
});

if (/\/items\/\d+\/$/.test(document.referrer)) form.querySelector("[data-start]").focus();
