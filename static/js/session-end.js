// Warns before the session ends, on pages with a form, and offers to go on. The server is asked how long is left,
// because other tabs and saves prolong the session too; such a question prolongs nothing.

import { attribute, find, findAll } from "./dom.js";

/** @typedef {{ idle: number, longest: number }} Left seconds until the session ends: without a request, in any case */
/** @typedef {"idle" | "last" | "over"} Reason */

const AUTOMATIC = { "X-Asked-By-Page": "1" };
const RETRY = 30; // seconds after which the server is asked again if it does not answer
const SIGNED_OUT = 401;

const template = document.querySelector("#session-end");
const hasForm = document.querySelector("main form[method=post]") !== null;

/** @param {HTMLDialogElement} dialog */
function watch(dialog) {
  const seconds = (/** @type {string} */ name) => Number(attribute(dialog, `data-${name}`));
  const warning = seconds("warning");
  const sessionLeft = Number(attribute(document.body, "data-session-left"));
  let timer = 0, due = 0;
  /** @type {Reason | ""} */
  let told = "";

  /** @param {number} pause in seconds */
  function checkIn(pause) {
    clearTimeout(timer);
    due = Date.now() + Math.max(pause, 1) * 1000;
    timer = setTimeout(check, due - Date.now());
  }

  /**
   * Ask the server how long the session lasts.
   * @param {Record<string, string>} headers
   * @returns {Promise<Left | "over" | null>} null if nobody answers
   */
  async function ask(headers) {
    const address = attribute(dialog, "data-address");
    const response = await fetch(address, { headers: { ...headers, Accept: "application/json" } }).catch(() => null);
    if (response?.status === SIGNED_OUT) return "over";
    return response?.ok ? response.json() : null;
  }

  async function check() {
    follow(await ask(AUTOMATIC));
  }

  async function stay() {
    follow(await ask({}));
  }

  /** @param {Left | "over" | null} left */
  function follow(left) {
    if (left === null) return checkIn(RETRY);
    if (left === "over") return tell("over");
    const end = Math.min(left.idle, left.longest);
    if (end > warning) {
      told = "";
      dialog.close();
      return checkIn(end - warning);
    }
    show("[data-ends]", end);
    show("[data-longest]", left.longest);
    tell(left.longest <= left.idle ? "last" : "idle");
    checkIn(end + 1);
  }

  /**
   * @param {string} selector
   * @param {number} left seconds from now
   */
  function show(selector, left) {
    const at = new Date(Date.now() + left * 1000);
    // A browser without nynorsk writes times as in bokmål. "en" alone would be that of the United States: 02:05 PM.
    const languages = [document.documentElement.lang, "nb"];
    const words = at.toLocaleTimeString(languages, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    for (const time of findAll(selector, HTMLSpanElement, dialog)) time.textContent = words;
  }

  /**
   * Open the dialog, once for each reason: a person who closes it has read it.
   * @param {Reason} reason
   */
  function tell(reason) {
    if (told === reason) return;
    told = reason;
    for (const part of findAll("[data-when]", HTMLElement, dialog)) {
      part.hidden = !attribute(part, "data-when").split(" ").includes(reason);
    }
    if (!dialog.open) dialog.showModal();
    else if (reason !== "idle") find("[data-close]", HTMLButtonElement, dialog).focus();
  }

  find("[data-stay]", HTMLButtonElement, dialog).addEventListener("click", stay);
  find("[data-close]", HTMLButtonElement, dialog).addEventListener("click", () => dialog.close());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && Date.now() >= due) check(); // the machine may have slept
  });
  checkIn(Math.min(seconds("idle") - seconds("precision"), sessionLeft) - warning);
}

if (template instanceof HTMLTemplateElement && hasForm) {
  const dialog = find("dialog", HTMLDialogElement, template.content);
  document.body.append(dialog);
  watch(dialog);
}
