// The key `/` goes to the search field, unless a field has the focus. The form has no key for people who switched the
// keys of the whole page off (WCAG 2.1.4).

import { find } from "./dom.js";

const FIELD = "input, textarea, select, [contenteditable]";

/**
 * Return whether a key press asks for the search field.
 * @param {{ key: string, ctrlKey: boolean, altKey: boolean, metaKey: boolean, target: EventTarget | null }} event
 * @param {string | undefined} wanted the key of the search field, undefined for none
 */
export function asksForSearch(event, wanted) {
  if (!wanted || event.key !== wanted || event.ctrlKey || event.altKey || event.metaKey) return false;
  return !(event.target instanceof Element && event.target.closest(FIELD));
}

const form = document.querySelector("form[role=search][data-key]");
if (form instanceof HTMLFormElement) {
  document.addEventListener("keydown", (event) => {
    if (!asksForSearch(event, form.dataset.key)) return;
    event.preventDefault();
    const field = find("[name=q]", HTMLInputElement, form);
    field.focus();
    field.select();
  });
}
