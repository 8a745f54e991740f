// A form, its queue, and a server and a clock in the hands of the test.

import { find } from "../../static/js/dom.js";
import { FormContent } from "../../static/js/form-content.js";
import { SaveQueue } from "../../static/js/save-queue.js";
import { fillPage, until } from "./testing.js";

export const FORM = `
  <form method="post" data-autosave data-address="/items/1/" data-csrf-cookie="csrf"
        data-text-pending="Pending" data-text-saving="Saving" data-text-offline="Offline" data-text-failed="Failed">
    <input type="hidden" name="csrfmiddlewaretoken" value="old">
    <input type="hidden" name="version" value="1">
    <input type="hidden" name="change" value="of-the-page">
    <textarea name="evidence">Served</textarea>
    <button name="go" value="next" data-href="/next/">Next</button>
    <button name="go" value="stay">Save</button>
  </form>`;

/** Time passes when the test says so. */
export class Clock {
  #now = 0;
  #last = 0;
  /** @type {Map<number, { at: number, act: () => void }>} */
  #timers = new Map();

  /** @type {any} */
  setTimeout = (/** @type {() => void} */ act, /** @type {number} */ pause) => {
    this.#timers.set(++this.#last, { at: this.#now + pause, act });
    return this.#last;
  };

  clearTimeout = (/** @type {any} */ timer) => {
    this.#timers.delete(timer);
  };

  /** @param {number} milliseconds */
  pass(milliseconds) {
    this.#now += milliseconds;
    for (const [timer, { at, act }] of [...this.#timers]) {
      if (at > this.#now) continue;
      this.#timers.delete(timer);
      act();
    }
  }
}

/** Keeps requests until the test answers them. */
export class Server {
  /** @type {{ body: Record<string, string>, leaving: boolean }[]} */
  requests = [];
  /** @type {((response: Response | null) => void)[]} */
  #waiting = [];

  /** @type {(body: URLSearchParams, leaving: boolean) => Promise<Response>} */
  send = (body, leaving) => {
    this.requests.push({ body: Object.fromEntries(body), leaving });
    return new Promise((resolve, reject) => {
      this.#waiting.push((response) => (response ? resolve(response) : reject(new TypeError("Failed to fetch"))));
    });
  };

  /** The texts that were sent, in their order. */
  get texts() {
    return this.requests.map(({ body }) => body.evidence);
  }

  /**
   * Answer the oldest request.
   * @param {number} status
   * @param {unknown} answer
   * @param {Record<string, string>} [headers]
   */
  answer(status, answer = {}, headers) {
    this.#waiting.shift()?.(new Response(JSON.stringify(answer), { status, headers }));
  }

  /** Answer the oldest request with a new version. */
  accept(version = 2) {
    this.answer(200, { fields: { version }, saved: `Saved ${version}`, progress: "", percent: 0 });
  }

  /** Lose the oldest request, or its answer. */
  lose() {
    this.#waiting.shift()?.(null);
  }
}

/** Fill the page with a form and return what a test needs of it. `typed` was typed before the queue began. */
export function setUp({ isStopped = false, html = FORM, typed = "Served" } = {}) {
  fillPage(html);
  const form = find("form[data-autosave]", HTMLFormElement);
  const field = find("textarea", HTMLTextAreaElement, form);
  field.value = typed;
  const content = new FormContent(form);
  const [clock, server] = [new Clock(), new Server()];
  /** @type {string[]} */
  const events = [];
  const queue = new SaveQueue(content, server.send, {
    onPending: () => events.push("pending"),
    onSaving: () => events.push("saving"),
    onIdle: () => events.push("idle"),
    onSaved: ({ saved }) => events.push(saved),
    onOffline: (sentence) => events.push(sentence ? `offline: ${sentence}` : "offline"),
    onFailed: (sentence) => events.push(`failed: ${sentence}`),
    onConflict: () => events.push("conflict"),
  }, { isStopped, clock });
  /** @type {(count: number) => Promise<void>} */
  const sent = (count) => until(() => server.requests.length === count);
  return { form, field, content, clock, server, events, queue, sent };
}

/**
 * Save, and let the server answer.
 * @param {SaveQueue} queue
 * @param {Server} server
 * @param {number} status
 * @param {unknown} [answer]
 */
export function saveWith(queue, server, status, answer) {
  const saved = queue.save();
  server.answer(status, answer);
  return saved;
}
