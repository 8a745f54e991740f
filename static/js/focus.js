// Where the focus starts on a page.

import { cameFromReview } from "./addresses.js";
import { find } from "./dom.js";

const MESSAGE = ".bench-item :is(.alert, .conflict) [data-start], .bench-item .alert[data-start]";

/**
 * Focus the message of the form if it has one, else its heading if the person came from another page of the review.
 * @param {HTMLFormElement} form
 */
export function focusStart(form) {
  const message = form.querySelector("[data-start]");
  if (message instanceof HTMLElement) message.focus();
  else if (cameFromReview()) find("h1", HTMLElement, form).focus();
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
