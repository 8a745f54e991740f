// Saves the content of a form, one request at a time. A request whose answer was lost is sent again unchanged before
// anything newer: it carries an id, so the server does not save it twice. Knows neither the page nor its texts.

import { retryPause } from "./posting.js";

/** @import { FormContent } from "./form-content.js" */
/** @import { SavedAnswer } from "./saved-answer.js" */
/** @typedef {Pick<typeof globalThis, "setTimeout" | "clearTimeout">} Clock */

const PAUSE = 800; // milliseconds from the last change to the save

/**
 * @typedef {object} Listener
 * @property {() => void} onPending a save is scheduled
 * @property {() => void} onSaving
 * @property {() => void} onIdle nothing has to be saved
 * @property {(answer: SavedAnswer) => void} onSaved
 * @property {(sentence?: string) => void} onOffline nobody answers, or the server cannot save now; it is tried again
 * @property {(sentence?: string) => void} onFailed
 * @property {() => void} onConflict somebody else saved first; `onFailed` comes before
 */

export class SaveQueue {
  /** Whether the last save failed. Read only. */
  hasFailed = false;
  /** Whether nothing is saved until the person decides. Read only. */
  isStopped;
  #content; #send; #listener; #clock; #timer = 0;
  #saved; // the content that the server has
  /** @type {Promise<boolean> | null} */
  #running = null;
  /** @type {{ body: URLSearchParams, content: string } | null} */
  #unanswered = null;

  /**
   * @param {FormContent} content
   * @param {(body: URLSearchParams, leaving: boolean) => Promise<Response>} send rejects without a connection
   * @param {Listener} listener
   * @param {{ isStopped?: boolean, clock?: Clock }} [options] `isStopped`: the server has refused the content it served
   */
  constructor(content, send, listener, { isStopped = false, clock = window } = {}) {
    this.#content = content;
    this.#send = send;
    this.#listener = listener;
    this.#clock = clock;
    this.#saved = isStopped ? "" : content.asServed();
    this.isStopped = isStopped;
  }

  /** Whether the server lacks something, or may lack it. */
  get isDirty() {
    return this.#unanswered !== null || this.#content.current() !== this.#saved;
  }

  /** Whether a save is running. */
  get isSaving() {
    return this.#running !== null;
  }

  /** Whether something is not saved yet, or the answer is not known yet. */
  get isUnsaved() {
    return this.isSaving || this.isDirty;
  }

  /** Schedule a save, `pause` milliseconds from now; a later call replaces an earlier one. */
  saveSoon(pause = PAUSE) {
    this.#listener.onPending();
    this.cancel();
    this.#timer = this.#clock.setTimeout(() => this.save(), pause);
  }

  /** Cancel a scheduled save. */
  cancel() {
    this.#clock.clearTimeout(this.#timer);
  }

  /** Save once no other save is running; resolves to false if that fails. `leaving`: the request outlives the page. */
  async save({ leaving = false } = {}) {
    this.cancel();
    while (this.#running) await this.#running;
    if (this.isStopped) return false;
    if (!this.isDirty) {
      this.#listener.onIdle();
      return true;
    }
    this.#running = this.#request(leaving).catch(() => this.#fail());
    const ok = await this.#running;
    this.#running = null;
    if (ok && this.isDirty) this.saveSoon();
    return ok;
  }

  /** Save until nothing is left; resolves to false if a save fails. */
  async saveAll() {
    while (await this.save()) if (!this.isDirty) return true;
    return false;
  }

  /** Treat the current content as saved: the person gives it up. */
  discard() {
    this.#saved = this.#content.current();
    this.#unanswered = null;
  }

  /** Save again from now on: the person has decided, and submits the current content without this queue. */
  resume() {
    this.isStopped = this.hasFailed = false;
    this.discard();
  }

  /** @param {boolean} leaving */
  async #request(leaving) {
    const { body, content } = (this.#unanswered ??= { body: this.#content.body(), content: this.#content.current() });
    this.#listener.onSaving();
    const response = await this.#send(body, leaving).catch(() => null);
    const answer = (await response?.json().catch(() => null)) ?? {};
    if (!response || retryPause(response)) {
      this.hasFailed = true;
      this.#listener.onOffline(answer.error);
      this.#timer = this.#clock.setTimeout(() => this.save(), retryPause(response));
      return false;
    }
    if (response.status !== 401 && response.status < 500) this.#unanswered = null; // a final answer: saved or refused
    return response.ok ? this.#accept(answer, content) : this.#refuse(answer);
  }

  /** @type {(answer: SavedAnswer, content: string) => boolean} */
  #accept(answer, content) {
    this.#content.setHidden(answer.fields);
    this.#saved = content;
    this.hasFailed = false;
    this.#listener.onSaved(answer);
    return true;
  }

  /** @type {(answer: { error?: string, conflict?: boolean }) => boolean} */
  #refuse({ error, conflict = false }) {
    this.isStopped = conflict;
    this.#fail(error);
    if (conflict) this.#listener.onConflict();
    return false;
  }

  /** @type {(sentence?: string) => boolean} */
  #fail(sentence) {
    this.hasFailed = true;
    this.#listener.onFailed(sentence);
    return false;
  }
}
