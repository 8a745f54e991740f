// Sentences that are read aloud. A screen reader reads what changes in a live region that it knows already.

import { find, findAll } from "./dom.js";

const PAUSE = 150; // milliseconds until a region is known, or its emptying was noticed

let timer = 0;

/**
 * Read a sentence aloud, also if it was the last one. It replaces one that is not read yet.
 * @param {string} sentence
 */
export function announce(sentence) {
  const region = find("[data-announced]", HTMLElement);
  region.textContent = "";
  clearTimeout(timer);
  timer = setTimeout(() => (region.textContent = sentence), PAUSE);
}

/** Put the messages of a new page in again: what a page was loaded with is not read aloud. */
export function announceMessages() {
  for (const message of findAll("[data-message]", HTMLElement)) {
    const nodes = [...message.childNodes];
    message.style.minHeight = `${message.offsetHeight}px`; // the page below does not jump
    message.replaceChildren();
    setTimeout(() => message.replaceChildren(...nodes), PAUSE);
  }
}
