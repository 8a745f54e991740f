// Shows on the page what the server answered to a save.

import { findAll } from "./dom.js";
import { showScore } from "./item-list.js";

/** @import { HiddenFields } from "./form-content.js" */

/**
 * @typedef {object} SavedAnswer
 * @property {HiddenFields} fields
 * @property {string} saved when it was saved, in words
 * @property {string} progress in words
 * @property {number} percent
 * @property {Record<string, string>} [parts] HTML of the parts of the form that depend on what was saved, by name
 */

/**
 * @param {HTMLFormElement} form
 * @param {SavedAnswer} answer
 */
export function showAnswer(form, { progress, percent, parts = {} }) {
  for (const place of findAll("[data-progress]", HTMLElement)) place.textContent = progress;
  for (const bar of findAll("[data-percent]", HTMLProgressElement)) bar.value = percent;
  for (const [name, html] of Object.entries(parts)) replacePart(form, name, html);
  showScore(form);
}

/**
 * Replace a part of the form, and tell the form if it has changed.
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} html
 */
function replacePart(form, name, html) {
  const part = form.querySelector(`[data-part="${name}"]`);
  if (part && replaceHtml(part, html)) form.dispatchEvent(new Event("part"));
}

/**
 * Replace the content of an element, if it has changed: equal content would be read aloud again.
 * @param {Element} element
 * @param {string} html
 * @returns {boolean} whether it has changed
 */
export function replaceHtml(element, html) {
  if (element.innerHTML.trim() === html.trim()) return false;
  element.innerHTML = html;
  return true;
}
