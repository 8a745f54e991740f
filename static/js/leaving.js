// Leaving a page: what was typed is saved first. If that fails, the page stays.

import { goTo } from "./pages.js";

/** @import { SaveQueue } from "./save-queue.js" */

/**
 * @param {HTMLFormElement} form
 * @param {SaveQueue} queue
 * @param {AbortSignal} signal
 */
export function saveBeforeLeaving(form, queue, signal) {
  const canSave = () => !queue.hasFailed && !queue.isStopped;

  window.addEventListener("click", async (event) => {
    const link = event.target instanceof Element && event.target.closest("a[href]");
    if (!(link instanceof HTMLAnchorElement)) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if ("discard" in link.dataset) queue.discard();
    else if (canSave() && (queue.isUnsaved || link.closest(".bench-items"))) {
      event.preventDefault();
      if (await queue.saveAll()) goTo(link.href);
    }
  }, { signal });

  window.addEventListener("submit", async (event) => {
    const other = event.target;
    if (!(other instanceof HTMLFormElement) || other === form || !canSave() || !queue.isUnsaved) return;
    event.preventDefault();
    if (await queue.saveAll()) other.requestSubmit(event.submitter);
  }, { signal });

  // The browser asks only where saving by itself would not be enough.
  window.addEventListener("beforeunload", (event) => {
    if (queue.isDirty && (!canSave() || queue.isSaving)) event.preventDefault();
  }, { signal });

  // A page kept by the browser is loaded again, unless it holds unsaved text. Until then nothing can be typed.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    if (queue.isDirty) {
      queue.save();
      return;
    }
    form.inert = true;
    location.reload();
  }, { signal });
}
