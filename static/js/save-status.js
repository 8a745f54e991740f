// The status line above a form: what was saved and what went wrong, read aloud; pending and saving, seen only.

import { attribute, find } from "./dom.js";

export class SaveStatus {
  #outcome = find("[data-save-state]", HTMLElement);
  #activity = find("[data-saving]", HTMLElement);
  #texts;

  /** @param {HTMLFormElement} form carries the texts of the status line */
  constructor(form) {
    this.#texts = {
      pending: attribute(form, "data-text-pending"),
      saving: attribute(form, "data-text-saving"),
      offline: attribute(form, "data-text-offline"),
      failed: attribute(form, "data-text-failed"),
    };
  }

  showPending() {
    this.#showActivity(this.#texts.pending);
  }

  /** The last save is taken back, so that the next one is read aloud, even in the same minute. */
  showSaving() {
    this.#showActivity(this.#texts.saving);
    if (this.#outcome.dataset.kind !== "bad") this.#outcome.textContent = "";
  }

  /** Show the last outcome again: nothing is pending any more. */
  showIdle() {
    this.#activity.textContent = "";
    this.#outcome.classList.remove("visually-hidden");
  }

  /** @param {string} sentence */
  showSaved(sentence) {
    this.#announce(sentence, "");
  }

  /** @param {string} [sentence] */
  showOffline(sentence) {
    this.#announce(sentence || this.#texts.offline, "bad");
  }

  /** @param {string} [sentence] */
  showFailed(sentence) {
    this.#announce(sentence || this.#texts.failed, "bad");
  }

  /**
   * Read aloud how a conflict is settled: by the button that has appeared.
   * @param {string} name of the button
   */
  showWayOut(name) {
    const hidden = document.createElement("span");
    hidden.className = "visually-hidden";
    hidden.textContent = ` ${name}`;
    this.#outcome.append(hidden);
  }

  /**
   * An equal problem is not read aloud again.
   * @param {string} sentence
   * @param {"" | "bad"} kind
   */
  #announce(sentence, kind) {
    if (this.#outcome.textContent !== sentence) this.#outcome.textContent = sentence;
    this.#outcome.dataset.kind = kind;
    this.showIdle();
  }

  /**
   * An activity takes the place of the last outcome, unless that was a problem.
   * @param {string} text
   */
  #showActivity(text) {
    this.#activity.textContent = text;
    this.#outcome.classList.toggle("visually-hidden", this.#outcome.dataset.kind !== "bad");
  }
}

/**
 * Show when the form of another page was last saved.
 * @param {Document} page
 */
export function showLastSave(page) {
  const outcome = find("[data-save-state]", HTMLElement);
  outcome.textContent = find("[data-save-state]", HTMLElement, page).textContent;
  outcome.dataset.kind = "";
}
