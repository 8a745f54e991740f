// Says while one types what the server will refuse (national identity numbers) and what it warns
// of (phone numbers, e-mail addresses). The same rules as ipsfidelity/privacy.py.

import { onPage } from "./pages.js";

const BETWEEN = "[ \\t\\n./-]{0,3}";
const NORWEGIAN = new RegExp(
  `(?<![0-9])([0-9]{2})${BETWEEN}([0-9]{2})${BETWEEN}(?:19|20)?([0-9]{2})${BETWEEN}([0-9]{5})(?![0-9])`, "g");
const SWEDISH = new RegExp(
  `(?<![0-9])(?:18|19|20)?([0-9]{2})${BETWEEN}([0-9]{2})${BETWEEN}([0-9]{2})(?:${BETWEEN}|[+])([0-9]{4})(?![0-9])`, "g");
const FINNISH = /(?<![0-9A-Za-z])([0-9]{2})([0-9]{2})([0-9]{2})[-+A-FU-Y]([0-9]{3})([0-9A-Y])(?![0-9A-Za-z])/gi;
const EMAIL = /[^\s@<>()]{1,64}@[^\s@<>()]{1,255}\.[A-Za-z]{2,}/;
const PHONE = /(?<![0-9.,])\+?(?:[0-9][ -]?){7,12}[0-9](?![0-9])/;
const ISO_DATE = /(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])/g;

const isDay = (day, month) => day >= 1 && day <= 31 && month >= 1 && month <= 12;

function checkDigit(digits, weights) {
  return String((11 - (weights.reduce((sum, weight, i) => sum + weight * digits[i], 0) % 11)) % 11);
}

function isNorwegian([, day, month, year, rest]) {
  const digits = day + month + year + rest;
  return (
    (Number(day) >= 80 || isDay(Number(day) % 40, Number(month) % 40)) &&
    digits[9] === checkDigit(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2]) &&
    digits[10] === checkDigit(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
  );
}

function isSwedish([, year, month, day, rest]) {
  const digits = [...(year + month + day + rest)].map(Number);
  const sum = digits.reduce((total, digit, i) => total + (i % 2 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit), 0);
  return isDay(Number(day) % 60, Number(month)) && sum % 10 === 0;
}

function isFinnish([, day, month, year, rest, sign]) {
  const right = "0123456789ABCDEFHJKLMNPRSTUVWXY"[Number(day + month + year + rest) % 31];
  return isDay(Number(day), Number(month)) && Number(rest) >= 2 && sign.toUpperCase() === right;
}

const plain = (text) => text.normalize("NFKC").replace(/\p{Cf}/gu, "").replace(/[\p{Pd}\u2212]/gu, "-");

export function holdsIdentityNumber(typed) {
  const text = plain(typed);
  const found = (pattern, isValid) => [...text.matchAll(pattern)].some(isValid);
  return found(NORWEGIAN, isNorwegian) || found(SWEDISH, isSwedish) || found(FINNISH, isFinnish);
}

export function holdsContactDetails(typed) {
  const text = plain(typed);
  return EMAIL.test(text) || PHONE.test(text.replace(ISO_DATE, ""));
}

const words = document.getElementById("privacy").dataset;

// Every field for free text in a form that writes gets a place where it is told.
function watch() {
  for (const field of document.querySelectorAll("main form[method=post] :is(textarea, input[type=text])")) {
    if (!document.getElementById(`${field.id}-privacy`)) watchOne(field);
  }
}

function watchOne(field) {
  const place = document.createElement("p");
  place.className = "privacy-word";
  place.id = `${field.id}-privacy`;
  place.setAttribute("role", "status");
  field.after(place);
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${place.id}`.trim());
  let marked = false;
  const look = () => {
    const bad = holdsIdentityNumber(field.value);
    const said = bad ? words.refused : holdsContactDetails(field.value) ? words.warned : "";
    if (place.textContent !== said) place.textContent = said;
    if (bad) field.setAttribute("aria-invalid", "true");
    else if (marked) field.removeAttribute("aria-invalid");
    marked = bad;
  };
  field.addEventListener("input", look);
  look();
}

onPage(watch);
