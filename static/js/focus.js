// Where the focus starts on a page.

import { cameFromReview } from "./addresses.js";
import { find, findAll } from "./dom.js";

const MESSAGE = ".bench-item :is(.alert, .conflict) [data-start], .bench-item .alert[data-start]";
const OBSERVED = ".observation .observed:not([hidden]) :is(input, select)";

/**
 * Focus the message of the form if it has one, else where its work begins if the person came from another page of the
 * review.
 * @param {HTMLFormElement} form
 */
export function focusStart(form) {
  const message = form.querySelector("[data-start]");
  if (message instanceof HTMLElement) message.focus();
  else if (cameFromReview()) focusWork(form);
}

/**
 * Focus where the work on a form begins: the observation if there is neither one nor a score, else the score; the
 * heading where there is no keyboard, because a field would open the one of the screen.
 * @param {HTMLElement} form
 */
export function focusWork(form) {
  const work = matchMedia("(hover: hover)").matches ? firstObservation(form) ?? scoreOf(form) : null;
  (work ?? find("h1", HTMLElement, form)).focus({ preventScroll: true });
}

/**
 * Return the first field of the observation if everything in it is empty and the item has no score.
 * @param {HTMLElement} form
 */
function firstObservation(form) {
  if (chosen(form)?.value) return null;
  const fields = findAll(OBSERVED, HTMLElement, form);
  const isBegun = fields.some((field) => {
    if (field instanceof HTMLInputElement && field.type === "checkbox") return field.checked;
    return /** @type {HTMLInputElement | HTMLSelectElement} */ (field).value;
  });
  return (!isBegun && fields[0]) || null;
}

/** @param {HTMLElement} form */
function scoreOf(form) {
  const score = chosen(form);
  const first = score?.value ? score : form.querySelector("[data-anchors] input");
  return first instanceof HTMLElement ? first : null;
}

/** @param {HTMLElement} form */
function chosen(form) {
  return /** @type {HTMLInputElement | null} */ (form.querySelector("[data-anchors] input:checked"));
}

/** Focus the first possible action if the person came from another page of the review. */
export function focusFirstAction() {
  const button = document.querySelector(".take-over button");
  if (cameFromReview() && button instanceof HTMLElement) button.focus();
}

/**
 * After the form was replaced, focus its message, else the counterpart of the element that had the focus, else the
 * heading.
 * @param {Element | null} previous
 */
export function focusAgain(previous) {
  const message = document.querySelector(MESSAGE);
  const target = message ?? (previous && counterpart(previous));
  if (target instanceof HTMLElement) target.focus();
  else find(".bench-item h1", HTMLElement).focus();
}

/**
 * Return the element with the same id, or the button with the same name and value.
 * @param {Element} element
 */
function counterpart(element) {
  const same = element.id && document.getElementById(element.id);
  if (same || !(element instanceof HTMLButtonElement)) return same;
  return document.querySelector(`button[name="${CSS.escape(element.name)}"][value="${CSS.escape(element.value)}"]`);
}
