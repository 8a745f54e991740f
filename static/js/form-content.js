// The content of a form: what is compared to know whether a save is due, and what is sent.

const BOOKKEEPING = /^(version|was|change|author|csrfmiddlewaretoken)/; // fields that nobody fills in

/** @typedef {Record<string, string | number>} HiddenFields new values of hidden fields, by name */

export class FormContent {
  #form;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.#form = form;
  }

  /** Return what is filled in now, as a text to compare. */
  current() {
    return fingerprint(this.#form);
  }

  /** Return what was filled in when the server sent the page, before anything was typed. */
  asServed() {
    const copy = /** @type {HTMLFormElement} */ (this.#form.cloneNode(true));
    copy.reset();
    return fingerprint(copy);
  }

  /**
   * Return the body of a request, with a new id: the server recognises a request that is sent twice.
   * @param {HTMLButtonElement | null} [button] the button pressed, if its value is to be sent
   */
  body(button = null) {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(this.#form, button)) body.append(name, String(value));
    body.set("change", crypto.randomUUID());
    return body;
  }

  /**
   * Set hidden fields, such as the version that the next save is based on.
   * @param {HiddenFields} fields
   * @throws {Error} if the form has no such field
   */
  setHidden(fields) {
    for (const [name, value] of Object.entries(fields)) {
      const field = this.#form.elements.namedItem(name);
      if (!(field instanceof HTMLInputElement)) throw new Error(`No hidden field ${name}`);
      field.value = String(value);
    }
  }
}

/** @param {HTMLFormElement} form */
function fingerprint(form) {
  return JSON.stringify([...new FormData(form)].filter(([name]) => !BOOKKEEPING.test(name)));
}
