// Saves a form while somebody fills it in: after a pause, on leaving a field, and before the page is left.

import { countCharacters } from "./character-count.js";
import { attribute, find, findAll } from "./dom.js";
import { FormContent } from "./form-content.js";
import { saveBeforeLeaving } from "./leaving.js";
import { onPage } from "./mounting.js";
import { askBeforeLeaving } from "./pages.js";
import { post } from "./posting.js";
import { prefetch } from "./prefetch.js";
import { SaveQueue } from "./save-queue.js";
import { SaveStatus } from "./save-status.js";
import { showAnswer } from "./saved-answer.js";
import { handleButtons } from "./submitting.js";

const SOON = 250; // milliseconds
const TYPED = "textarea, input:not([type=radio], [type=checkbox])"; // saved after a pause; what is chosen, at once

/** @type {SaveQueue | null} */
let current = null;

/** Save everything on the current page. Resolves to false if that fails. */
export async function saveAll() {
  return current ? current.saveAll() : true;
}

/** Whether something on the current page is not saved yet. */
export function isUnsaved() {
  return current !== null && current.isUnsaved;
}

/** @param {AbortSignal} signal */
function mount(signal) {
  const form = document.querySelector("form[data-autosave]");
  if (!(form instanceof HTMLFormElement)) return;
  const content = new FormContent(form);
  const status = new SaveStatus(form);
  const compare = find("[data-compare]", HTMLButtonElement);
  const isStopped = "stopped" in form.dataset;
  /** @type {(body: URLSearchParams, leaving: boolean) => Promise<Response>} */
  const send = (body, leaving) => post(form, body, { accept: "application/json", keepalive: leaving });
  const queue = new SaveQueue(content, send, {
    onPending: () => status.showPending(),
    onSaving: () => status.showSaving(),
    onIdle: () => status.showIdle(),
    onOffline: (sentence) => status.showOffline(sentence),
    onFailed: (sentence) => status.showFailed(sentence),
    onConflict() {
      compare.hidden = false;
      status.showWayOut(compare.textContent);
    },
    onSaved(answer) {
      if (signal.aborted) return; // another page is shown by now
      showAnswer(form, answer);
      status.showSaved(answer.saved);
    },
  }, { isStopped });
  current = queue;

  compare.hidden = true;
  compare.addEventListener("click", () => form.requestSubmit(), { signal });
  if (!isStopped) form.classList.add("saves-itself");
  saveWhileEditing(form, queue, signal);
  saveBeforeLeaving(form, queue, signal);
  handleButtons(form, { content, queue, status, signal });
  countCharacters(form, signal);
  for (const button of findAll("[data-href]", HTMLButtonElement, form)) prefetch(attribute(button, "data-href"));
  if (!isStopped && queue.isDirty) queue.saveSoon(SOON); // typed before the scripts were loaded
}

/**
 * @param {HTMLFormElement} form
 * @param {SaveQueue} queue
 * @param {AbortSignal} signal
 */
function saveWhileEditing(form, queue, signal) {
  form.addEventListener("input", ({ target }) => {
    if (queue.isStopped || !(target instanceof Element)) return;
    if (target.matches("[data-amount]")) queue.saveSoon(SOON); // a suggestion follows from it
    else if (target.matches(TYPED)) queue.saveSoon();
    else queue.save();
  }, { signal });
  form.addEventListener("focusout", () => {
    if (!signal.aborted) queue.save();
  }, { signal });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") queue.save({ leaving: true });
    else if (queue.hasFailed) queue.save();
  }, { signal });
  window.addEventListener("online", () => queue.save(), { signal });
  signal.addEventListener("abort", () => queue.cancel());
}

askBeforeLeaving(saveAll);
onPage(mount);
