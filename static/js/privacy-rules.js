// Finds national identity numbers and contact details in a text. The rules are those of ipsfidelity/privacy.py; both
// are tested with tests/js/privacy-cases.json.

const BETWEEN = "[ \\t\\n./-]{0,3}";
const NORWEGIAN = new RegExp(
  `(?<![0-9])([0-9]{2})${BETWEEN}([0-9]{2})${BETWEEN}(?:19|20)?([0-9]{2})${BETWEEN}([0-9]{5})(?![0-9])`, "g");
const SWEDISH = new RegExp(
  `(?<![0-9])(?:18|19|20)?([0-9]{2})${BETWEEN}([0-9]{2})${BETWEEN}([0-9]{2})(?:${BETWEEN}|[+])([0-9]{4})(?![0-9])`,
  "g");
const FINNISH = /(?<![0-9A-Za-z])([0-9]{2})([0-9]{2})([0-9]{2})[-+A-FU-Y]([0-9]{3})([0-9A-Y])(?![0-9A-Za-z])/gi;
const EMAIL = /[^\s@<>()]{1,64}@[^\s@<>()]{1,255}\.[A-Za-z]{2,}/;
const PHONE = /(?<![0-9.,])\+?(?:[0-9][ -]?){7,12}[0-9](?![0-9])/;
const ISO_DATE = /(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])/g;

/** @type {(day: number, month: number) => boolean} */
const isDay = (day, month) => day >= 1 && day <= 31 && month >= 1 && month <= 12;

/** @type {(digits: string, weights: number[]) => string} modulo 11; "10" if there is none */
function checkDigit(digits, weights) {
  return String((11 - (weights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0) % 11)) % 11);
}

/** @type {(match: string[]) => boolean} with D-, H- and FH-numbers: day + 40, month + 40, day from 80 */
function isNorwegian([, day, month, year, rest]) {
  const digits = day + month + year + rest;
  return (
    (Number(day) >= 80 || isDay(Number(day) % 40, Number(month) % 40)) &&
    digits[9] === checkDigit(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2]) &&
    digits[10] === checkDigit(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
  );
}

/** @type {(match: string[]) => boolean} with coordination numbers: day + 60 */
function isSwedish([, year, month, day, rest]) {
  const digits = [...(year + month + day + rest)].map(Number);
  const sum = digits.reduce((total, digit, i) => total + (i % 2 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit), 0);
  return isDay(Number(day) % 60, Number(month)) && sum % 10 === 0;
}

/** @type {(match: string[]) => boolean} */
function isFinnish([, day, month, year, rest, sign]) {
  const expected = "0123456789ABCDEFHJKLMNPRSTUVWXY"[Number(day + month + year + rest) % 31];
  return isDay(Number(day), Number(month)) && Number(rest) >= 2 && sign.toUpperCase() === expected;
}

/** @type {(text: string) => string} wide digits become narrow, invisible characters go, all dashes become hyphens */
const plain = (text) => text.normalize("NFKC").replace(/\p{Cf}/gu, "").replace(/[\p{Pd}\u2212]/gu, "-");

/**
 * Whether a text contains a valid Norwegian, Swedish or Finnish identity number.
 * @param {string} typed
 */
export function holdsIdentityNumber(typed) {
  const text = plain(typed);
  /** @type {(pattern: RegExp, isValid: (match: string[]) => boolean) => boolean} */
  const has = (pattern, isValid) => [...text.matchAll(pattern)].some(isValid);
  return has(NORWEGIAN, isNorwegian) || has(SWEDISH, isSwedish) || has(FINNISH, isFinnish);
}

/**
 * Whether a text contains something that looks like a phone number or an e-mail address.
 * @param {string} typed
 */
export function holdsContactDetails(typed) {
  const text = plain(typed);
  return EMAIL.test(text) || PHONE.test(text.replace(ISO_DATE, ""));
}
