// The buttons of a form that saves itself.

import { attribute } from "./dom.js";
import { goTo, replacePage } from "./pages.js";
import { csrfToken, post } from "./posting.js";

/** @import { FormContent } from "./form-content.js" */
/** @import { SaveQueue } from "./save-queue.js" */
/** @import { SaveStatus } from "./save-status.js" */

/**
 * A button saves and goes on. Once saving has stopped, it submits the form as it would without scripts: the person has
 * decided, or wants to compare.
 * @param {HTMLFormElement} form
 * @param {{ content: FormContent, queue: SaveQueue, status: SaveStatus, signal: AbortSignal }} parts
 */
export function handleButtons(form, { content, queue, status, signal }) {
  window.addEventListener("submit", async (event) => {
    if (event.target !== form) return;
    if (queue.isStopped) {
      queue.resume();
      content.setHidden({ csrfmiddlewaretoken: csrfToken(form) });
      return;
    }
    event.preventDefault();
    const button = event.submitter instanceof HTMLButtonElement ? event.submitter : null;
    if (!(await queue.saveAll()) || !button) return;
    if ("through" in button.dataset) submitInPlace(button);
    else if (!(button.value === "unscored" && focusMissing(form)) && button.dataset.href) goTo(button.dataset.href);
  }, { signal });

  /**
   * Let the server act on a button, and show its answer in place of this page. Until then nothing can be typed.
   * @param {HTMLButtonElement} button
   */
  async function submitInPlace(button) {
    const body = content.body(button);
    const focused = document.activeElement;
    form.inert = true;
    const response = await post(form, body, { accept: "text/html" }).catch(() => null);
    form.inert = false;
    if (focused instanceof HTMLElement) focused.focus();
    if (!response) status.showOffline();
    else if (!replacePage(await response.text())) status.showFailed();
  }
}

/**
 * Focus the field whose required reason is missing, so that "next open item" stops here.
 * @param {HTMLFormElement} form
 * @returns {boolean} whether a reason is missing
 */
function focusMissing(form) {
  const missing = form.querySelector("[data-missing]");
  if (!missing) return false;
  const field = form.elements.namedItem(attribute(missing, "data-missing"));
  if (field instanceof HTMLElement) field.focus();
  return true;
}
