// Saves a form sooner than its own button would: after a pause, on leaving a field, on leaving
// the page. One save at a time; each carries the version it is based on and an id, so that a
// repeated send is harmless. What the server refuses stays on the page, and is said in words.

const form = document.querySelector("form[data-autosave]");
const state = document.querySelector("[data-save-state]");
const compare = document.querySelector("[data-compare]");
const say = form.dataset;
const PAUSE = 800, RETRY = 5000; // milliseconds

let refused = "held" in form.dataset; // a person must decide: no saving behind their back
let saved = refused ? "" : snapshot();
let running = null;
let timer = 0;
let failed = false;
let change = null;

function snapshot() {
  const data = new FormData(form);
  const own = [...data].filter(([name]) => !/^(version|change|csrfmiddlewaretoken)/.test(name));
  return JSON.stringify(own);
}

const isDirty = () => snapshot() !== saved;

function tell(text, kind = "") {
  state.textContent = text;
  state.dataset.kind = kind;
}

function cookie(name) {
  return document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}

async function save({ leaving = false } = {}) {
  clearTimeout(timer);
  while (running) await running;
  if (refused || !isDirty()) return !refused;
  running = send(leaving);
  const ok = await running;
  running = null;
  return ok;
}

async function send(leaving) {
  const sent = snapshot();
  if (change?.of !== sent) change = { of: sent, id: crypto.randomUUID() };
  const body = new URLSearchParams(new FormData(form));
  body.set("change", change.id);
  body.set("csrfmiddlewaretoken", cookie("csrftoken")); // signing in again makes a new one
  tell(say.textSaving);
  let answer;
  try {
    const headers = { Accept: "application/json" };
    const response = await fetch(location.pathname, { method: "POST", body, headers, keepalive: leaving });
    answer = { status: response.status, ...(await response.json()) };
  } catch {
    failed = true;
    tell(say.textOffline, "bad");
    timer = setTimeout(save, RETRY);
    return false;
  }
  return answer.status === 200 ? accepted(answer, sent) : rejected(answer);
}

function accepted(answer, sent) {
  for (const [name, value] of Object.entries(answer.fields)) form.elements[name].value = value;
  saved = sent;
  failed = false;
  for (const part of document.querySelectorAll("[data-progress]")) part.textContent = answer.progress;
  for (const bar of document.querySelectorAll("[data-percent]")) bar.value = answer.percent;
  const here = document.querySelector("[data-value]");
  if (here) here.textContent = new FormData(form).get("value") || "–";
  if (isDirty()) soon();
  else tell(answer.saved);
  return true;
}

function rejected(answer) {
  failed = true;
  tell(answer.error || say.textFailed, "bad");
  if (answer.status === 409 && !answer.url) {
    refused = true;
    compare.hidden = false;
  }
  return false;
}

function soon() {
  tell(say.textPending);
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
}

form.addEventListener("input", (event) => {
  if (refused) return;
  if (event.target.matches("textarea, input:not([type=radio], [type=checkbox])")) soon();
  else save();
});
form.addEventListener("focusout", () => save());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") save({ leaving: true });
  else if (failed) save();
});
addEventListener("online", () => save());
addEventListener("pageshow", (event) => event.persisted && location.reload());
addEventListener("beforeunload", (event) => (failed || refused) && isDirty() && event.preventDefault());

// Leaving by a link or by another form waits for the save; when it fails, the page stays.
addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if ("discard" in link.dataset) saved = snapshot();
  else if (!failed && !refused && (running || isDirty())) {
    event.preventDefault();
    if (await save()) location.assign(link.href);
  }
});

addEventListener("submit", async (event) => {
  if (event.target !== form) {
    if (failed || refused || !(running || isDirty())) return;
    event.preventDefault();
    if (await save()) event.target.requestSubmit(event.submitter);
    return;
  }
  if (refused) {
    refused = failed = false; // the person decided, or wants to compare: the server answers with a page
    return;
  }
  event.preventDefault();
  const goal = event.submitter?.dataset.href;
  if ((await save()) && goal) location.assign(goal);
});

compare.addEventListener("click", () => form.requestSubmit());

for (const area of form.querySelectorAll("[data-limit]")) {
  const limit = Number(area.dataset.limit);
  const count = area.parentElement.querySelector("[data-count]");
  const show = () => (count.textContent = [...area.value].length > 0.9 * limit ? `${[...area.value].length} / ${limit}` : "");
  area.addEventListener("input", show);
  show();
}
