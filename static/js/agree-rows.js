// The rows of the consensus page: a score and its reason are saved as soon as they are given, each row by itself.

import { announce } from "./announce.js";
import { attribute, find, findAll } from "./dom.js";
import { FormContent } from "./form-content.js";
import { refresh } from "./live.js";
import { csrfToken, post } from "./posting.js";
import { SaveQueue } from "./save-queue.js";
import { replaceHtml } from "./saved-answer.js";

const list = find("#agree", HTMLElement);
/** @type {WeakMap<HTMLFormElement, SaveQueue>} */
const queues = new WeakMap();

/** @type {(form: HTMLFormElement) => HTMLElement} */
const rowOf = (form) => /** @type {HTMLElement} */ (form.closest(".agree-item"));

/** @type {(form: HTMLFormElement) => boolean} */
const lacksReason = (form) => form.querySelector("[data-missing]") !== null;

/** @param {HTMLFormElement} form */
function queueOf(form) {
  const known = queues.get(form);
  if (known) return known;
  const state = find("[data-row-state]", HTMLElement, form);
  const content = new FormContent(form);
  const number = find(".n", HTMLElement, form).textContent;
  const compare = find("[data-compare]", HTMLButtonElement, form);
  /** @type {(text: string, kind?: "" | "bad") => void} */
  const show = (text, kind = "") => {
    state.textContent = text;
    state.dataset.kind = kind;
  };
  /** Read aloud from outside the row, which is replaced when somebody changes it. @type {typeof show} */
  const tell = (text, kind = "") => {
    if (!kind || state.textContent !== text) announce(`${number}: ${text}`);
    show(text, kind);
  };
  /** @type {(body: URLSearchParams, leaving: boolean) => Promise<Response>} */
  const send = (body, leaving) => post(form, body, { accept: "application/json", keepalive: leaving });
  const queue = new SaveQueue(content, send, {
    onPending: () => show(""),
    onSaving: () => show(attribute(list, "data-text-saving")),
    onIdle: () => {},
    onOffline: (sentence) => tell(sentence || attribute(list, "data-text-offline"), "bad"),
    onFailed: (sentence) => tell(sentence || attribute(list, "data-text-failed"), "bad"),
    onConflict() {
      compare.hidden = false;
      announce(`${number}: ${state.textContent} ${compare.textContent}`);
    },
    onSaved({ saved, parts = {} }) {
      tell(saved);
      replaceHtml(find("[data-part=reason]", HTMLElement, form), parts.reason ?? "");
      rowOf(form).toggleAttribute("data-open", lacksReason(form) || !new FormData(form).get("value"));
      keepAsServed(form);
      refresh();
    },
  });
  queues.set(form, queue);
  return queue;
}

/**
 * What is saved counts as what the server sent, so that the row is shown again when somebody else changes it.
 * @param {HTMLFormElement} form
 */
function keepAsServed(form) {
  for (const field of findAll("input", HTMLInputElement, form)) {
    if (field.type === "radio") field.defaultChecked = field.checked;
    else field.defaultValue = field.value;
  }
}

/** @param {EventTarget | null} target */
function formOf(target) {
  const form = target instanceof Element ? target.closest("form[data-agree]") : null;
  return form instanceof HTMLFormElement ? form : null;
}

/**
 * Go to the next open row: first of all to one whose reason is missing.
 * @param {Element | null} current the row from which to look on
 */
function goToNextOpen(current) {
  const rows = findAll(".agree-item[data-open]", HTMLElement);
  const missing = rows.find((row) => row.querySelector("[data-missing]"));
  const { DOCUMENT_POSITION_FOLLOWING } = Node;
  const after = rows.filter((row) => (current?.compareDocumentPosition(row) ?? 0) & DOCUMENT_POSITION_FOLLOWING);
  const row = missing ?? after[0] ?? rows[0];
  if (!row) {
    const next = document.querySelector(".dock .btn-primary");
    if (next instanceof HTMLElement) next.focus();
    return;
  }
  const fold = row.closest("details:not([open])");
  if (fold instanceof HTMLDetailsElement) fold.open = true;
  const score = row.querySelector("[name=value]:checked") ?? row.querySelector("[name=value]:enabled");
  const target = missing ? row.querySelector("[name=decision]") : score ?? row.querySelector("a");
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  row.scrollIntoView({ block: "center" });
}

list.addEventListener("input", ({ target }) => {
  const form = formOf(target);
  if (!form) return;
  if (target instanceof HTMLInputElement && target.type === "radio") queueOf(form).save();
  else queueOf(form).saveSoon();
});
list.addEventListener("focusout", ({ target }) => {
  const form = formOf(target);
  if (form && queues.has(form)) queueOf(form).save();
});
list.addEventListener("keydown", (event) => {
  const scores = event.target instanceof Element && event.target.closest(".agree-scores");
  if (!scores || event.ctrlKey || event.altKey || event.metaKey || !/^[1-5]$/.test(event.key)) return;
  const score = find(`[value="${event.key}"]`, HTMLInputElement, scores);
  score.focus();
  score.click();
  event.preventDefault();
});
list.addEventListener("submit", async (event) => {
  const form = formOf(event.target);
  if (!form) return;
  const queue = queueOf(form);
  if (queue.isStopped) { // somebody else was first: the server shows both
    queue.resume();
    new FormContent(form).setHidden({ csrfmiddlewaretoken: csrfToken(form) });
    return;
  }
  event.preventDefault();
  if (await queue.saveAll()) goToNextOpen(rowOf(form));
});
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element && event.target.closest("[data-next-open]"))) return;
  event.preventDefault();
  goToNextOpen(document.activeElement?.closest(".agree-item") ?? null);
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "hidden") return;
  for (const form of findAll("form[data-agree]", HTMLFormElement)) queues.get(form)?.save({ leaving: true });
});
addEventListener("beforeunload", (event) => {
  if (findAll("form[data-agree]", HTMLFormElement).some((form) => queues.get(form)?.isDirty)) event.preventDefault();
});

list.classList.add("saves-itself");
if (location.hash === "#open") goToNextOpen(null);
