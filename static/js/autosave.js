// Saves a form sooner than its own button would: after a pause, on leaving a field, on leaving
// the page. One save at a time; each carries the version it is based on and an id, so that a
// repeated send is harmless. What the server refuses stays on the page, and is said in words.

import { askBeforeLeaving, fetchAhead, goTo, onPage, replaceBy } from "./pages.js";

const PAUSE = 800, SOON = 250, RETRY = 5000; // milliseconds

// What other modules of the page need: wait until all is saved, and whether anything is not.
export let flush = async () => true;
export let isUnsaved = () => false;

const state = document.querySelector("[data-save-state]"); // read aloud: what was saved, what went wrong
const doing = document.querySelector("[data-saving]"); // seen only: pending and saving come and go
const compare = document.querySelector("[data-compare]");

// The token that is valid now: signing in again makes a new one.
function cookie(name) {
  return document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}

function mount(signal) {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const say = form.dataset;
  let refused = "held" in form.dataset; // a person must decide: no saving behind their back
  let saved = refused ? "" : asServed();
  let running = null;
  let pending = null; // a send whose answer was lost: it goes out again, word for word, before anything newer
  let timer = 0;
  let failed = false;

  compare.hidden = true;
  if (!refused) form.classList.add("saves-itself");

  // What the server sent: whatever was typed before this module ran is not saved yet.
  function asServed() {
    const copy = form.cloneNode(true);
    copy.reset();
    return snapshot(copy);
  }

  function snapshot(of = form) {
    const data = new FormData(of);
    const own = [...data].filter(([name]) => !/^(version|was|change|author|csrfmiddlewaretoken)/.test(name));
    return JSON.stringify(own);
  }

  const isDirty = () => pending !== null || snapshot() !== saved;

  function tell(text, kind = "") {
    doing.textContent = "";
    if (state.textContent !== text) state.textContent = text;
    state.dataset.kind = kind;
    state.classList.remove("visually-hidden");
  }

  function show(text) {
    doing.textContent = text;
    state.classList.toggle("visually-hidden", state.dataset.kind !== "bad");
  }

  function showSaved() {
    doing.textContent = "";
    state.classList.remove("visually-hidden");
  }

  async function save({ leaving = false } = {}) {
    clearTimeout(timer);
    while (running) await running;
    if (refused) return false;
    if (!isDirty()) {
      showSaved();
      return true;
    }
    running = send(leaving).catch(() => {
      failed = true;
      tell(say.textFailed, "bad");
      return false;
    });
    const ok = await running;
    running = null;
    if (ok && isDirty()) soon();
    return ok;
  }

  // Save until nothing is left: before a page is left on purpose.
  async function saveAll() {
    let ok = await save();
    while (ok && isDirty()) ok = await save();
    return ok;
  }

  async function send(leaving) {
    if (!pending) {
      const body = new URLSearchParams(new FormData(form));
      body.set("change", crypto.randomUUID());
      pending = { body, of: snapshot() };
    }
    pending.body.set("csrfmiddlewaretoken", cookie(say.csrfCookie));
    show(say.textSaving);
    const headers = { Accept: "application/json" };
    let response;
    try {
      response = await fetch(address, { method: "POST", body: pending.body, headers, keepalive: leaving });
    } catch {
      failed = true;
      tell(say.textOffline, "bad");
      timer = setTimeout(save, RETRY);
      return false;
    }
    const sent = pending.of;
    if (response.status !== 401 && response.status < 500) pending = null; // it was answered: yes or no
    const answer = { status: response.status, ...(await response.json().catch(() => ({}))) };
    return response.ok ? accepted(answer, sent) : rejected(answer);
  }

  function accepted(answer, sent) {
    for (const [name, value] of Object.entries(answer.fields)) form.elements[name].value = value;
    saved = sent;
    failed = false;
    if (signal.aborted) return true; // another page is shown by now
    for (const part of document.querySelectorAll("[data-progress]")) part.textContent = answer.progress;
    for (const bar of document.querySelectorAll("[data-percent]")) bar.value = answer.percent;
    for (const [name, html] of Object.entries(answer.parts ?? {})) replace(name, html);
    showValue(new FormData(form).get("value"));
    tell(answer.saved);
    return true;
  }

  // The list of items says the score; what stands for none is said in words too.
  function showValue(value) {
    const here = document.querySelector("[data-value]");
    if (!here) return;
    here.textContent = { "": "–", awaiting: "?" }[value] ?? value;
    const words = form.querySelector(`input[name=value][value="${value}"]`)?.closest("label").querySelector(".anchor-text");
    if (value && value !== "awaiting") return;
    const hidden = document.createElement("span");
    hidden.className = "visually-hidden";
    hidden.textContent = words?.textContent ?? "";
    here.append(hidden);
  }

  // Show a part anew; without a change nothing is read aloud again.
  function replace(name, html) {
    const part = form.querySelector(`[data-part="${name}"]`);
    if (part && part.innerHTML.trim() !== html.trim()) {
      part.innerHTML = html;
      form.dispatchEvent(new CustomEvent("part", { detail: name }));
    }
  }

  function rejected(answer) {
    failed = true;
    tell(answer.error || say.textFailed, "bad");
    if (answer.conflict) {
      refused = true;
      compare.hidden = false;
    }
    return false;
  }

  function soon(pause = PAUSE) {
    show(say.textPending);
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  }

  const address = form.dataset.address; // the server's: the browser's may be ahead while pages are turned
  const on = (target, name, act) => target.addEventListener(name, act, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  flush = saveAll;
  isUnsaved = () => running !== null || isDirty();

  on(form, "input", (event) => {
    if (refused) return;
    if (event.target.matches("[data-amount]")) soon(SOON);
    else if (event.target.matches("textarea, input:not([type=radio], [type=checkbox])")) soon();
    else save();
  });
  on(form, "focusout", () => signal.aborted || save());
  on(document, "visibilitychange", () => {
    if (document.visibilityState === "hidden") save({ leaving: true });
    else if (failed) save();
  });
  on(window, "online", () => save());
  on(window, "pageshow", (event) => {
    if (!event.persisted) return;
    if (isDirty()) return save();
    form.inert = true; // nothing can be typed into what is about to be loaded anew
    location.reload();
  });
  on(window, "beforeunload", (event) => (running || failed || refused) && isDirty() && event.preventDefault());

  // Leaving by a link or by another form waits for the save; when it fails, the page stays.
  on(window, "click", async (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if ("discard" in link.dataset) {
      saved = snapshot();
      pending = null;
    } else if (!failed && !refused && (running || isDirty() || link.closest(".bench-items"))) {
      event.preventDefault();
      if (await saveAll()) goTo(link.href);
    }
  });

  on(window, "submit", async (event) => {
    const button = event.submitter;
    if (event.target !== form) {
      if (failed || refused || !(running || isDirty())) return;
      event.preventDefault();
      if (await saveAll()) event.target.requestSubmit(button);
      return;
    }
    if (refused) {
      refused = failed = false; // the person decided, or wants to compare: the server answers with a page
      pending = null;
      letThrough();
      return;
    }
    event.preventDefault();
    if (!(await saveAll())) return;
    if (button && "through" in button.dataset) through(button);
    else if (button?.dataset.href) goTo(button.dataset.href);
  });

  // What such a button does, the server does; its answer takes the place of this page.
  async function through(button) {
    const body = new URLSearchParams(new FormData(form, button));
    body.set("change", crypto.randomUUID());
    body.set("csrfmiddlewaretoken", cookie(say.csrfCookie));
    const held = document.activeElement;
    form.inert = true; // the answer takes the place of whatever would be typed meanwhile
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "text/html" } }).catch(() => null);
    form.inert = false;
    held.focus();
    if (!answer || !replaceBy(await answer.text())) tell(answer ? say.textFailed : say.textOffline, "bad");
  }

  function letThrough() {
    saved = snapshot();
    form.elements.csrfmiddlewaretoken.value = cookie(say.csrfCookie);
  }

  on(compare, "click", () => form.requestSubmit());

  for (const area of form.querySelectorAll("[data-limit]")) {
    const limit = Number(area.dataset.limit);
    const count = area.parentElement.querySelector("[data-count]");
    const tally = () => {
      const length = [...area.value].length;
      count.textContent = length > 0.9 * limit ? `${length} / ${limit}` : "";
    };
    on(area, "input", tally);
    tally();
  }
  for (const button of form.querySelectorAll("[data-href]")) fetchAhead(button.dataset.href);
  if (!refused && isDirty()) soon(SOON);
}

askBeforeLeaving(() => flush());
onPage(mount);
