// Turns from item to item of one review without loading the whole page anew: the address changes,
// back and forward work, and whatever goes wrong falls back to an ordinary page load. Modules that
// belong to a page register with `onPage`: they are run for each page and stopped when it is left.

const ITEMS = /^\/reviews\/[0-9a-f-]{36}\/(items|consensus)\/\d+\/$/;
const PARTS = [".bench-item", ".bench-guide"]; // what differs between items; list and progress stay
const FRESH = 30_000; // milliseconds that a page fetched ahead may be shown

const mounts = [];
const ahead = new Map();
let leaving = new AbortController();
let shown = location.href;
let turn = 0; // only the last page that was asked for is shown
let beforeLeaving = async () => true;

// Begin at the message of a page that has one, else at its heading when it follows another page of the review;
// the list shows where we are.
export function beginAt(form) {
  const message = form.querySelector("[data-start]");
  if (message) message.focus();
  else if (/\/reviews\/[0-9a-f-]+\//.test(document.referrer)) form.querySelector("h1").focus();
  const list = document.querySelector(".bench-items");
  const here = list.querySelector("[aria-current]");
  if (here && list.scrollHeight > list.clientHeight) list.scrollTop = here.offsetTop - list.clientHeight / 2;
}

// Run `mount(signal)` now and for every page that is turned to; `signal` ends with the page.
export function onPage(mount) {
  mounts.push(mount);
  mount(leaving.signal);
}

// Ask `ready()` before a page is left: false keeps the person where they are.
export function askBeforeLeaving(ready) {
  beforeLeaving = ready;
}

const areItems = (...paths) => paths.every((path) => ITEMS.test(path)) && new Set(paths.map(kind)).size === 1;
const kind = (path) => path.replace(/\d+\/$/, "");
const isConsensus = () => location.pathname.includes("/consensus/");

async function load(url) {
  const response = await fetch(url, { headers: { Accept: "text/html" }, redirect: "error" });
  if (!response.ok) throw new Error(String(response.status));
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

// Fetch a page that will probably be wanted next. In consensus several people write at once: there it is fetched
// when it is asked for.
export function fetchAhead(url) {
  if (!url || isConsensus() || ahead.has(url) || !areItems(location.pathname, new URL(url, location).pathname)) return;
  ahead.set(url, { at: Date.now(), page: load(url).catch(() => null) });
}

async function pageOf(url) {
  const { at, page } = ahead.get(url) ?? {};
  ahead.clear();
  return (page && Date.now() - at < FRESH && (await page)) || load(url);
}

// Show another page of the review; anything else is an ordinary visit. While the page is fetched nothing can be
// typed, so that no text or key meant for the next item lands in this one; what was typed before is saved first.
export async function goTo(url, { isNew = true } = {}) {
  const target = new URL(url, location.href);
  if (!areItems(new URL(shown).pathname, target.pathname)) return location.assign(target);
  const mine = ++turn;
  const form = document.querySelector(PARTS[0]);
  form.inert = true;
  let page;
  try {
    page = await pageOf(target.pathname);
  } catch {
    return location.assign(target);
  }
  if (mine !== turn) return;
  if (!(await beforeLeaving())) {
    form.inert = false;
    if (!isNew) history.pushState(null, "", shown);
    return;
  }
  if (mine !== turn) return;
  show(page, target, isNew);
  document.querySelector(".bench-item h1").focus();
  scrollTo(0, 0);
}

// Show what the server answered in the place of this page; the focus stays where it was, as far as that is still there.
export function replaceBy(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  if (!page.querySelector(PARTS[0])) return false;
  const { id, name, value } = document.activeElement;
  ahead.clear(); // what was done here may show on other pages too
  show(page, location, false);
  const button = name && document.querySelector(`button[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
  const message = document.querySelector(".bench-item :is(.alert, .conflict) [data-start], .bench-item .alert[data-start]");
  (message || (id && document.getElementById(id)) || button || document.querySelector(".bench-item h1")).focus();
  return true;
}

function show(page, target, isNew) {
  leaving.abort();
  leaving = new AbortController();
  for (const part of PARTS) document.querySelector(part).replaceWith(page.querySelector(part));
  document.title = page.title;
  mark(page);
  shown = target.href;
  if (isNew) history.pushState(null, "", target.href);
  for (const mount of mounts) mount(leaving.signal);
}

// The list of items stays; only the mark of where we are moves, and the time of the last save is that page's.
function mark(page) {
  const list = document.querySelector(".bench-items");
  const number = page.querySelector(".bench-items [aria-current] .n").textContent;
  list.querySelector("[aria-current] [data-value]")?.removeAttribute("data-value");
  list.querySelector("[aria-current]")?.removeAttribute("aria-current");
  const here = [...list.querySelectorAll("a")].find((link) => link.querySelector(".n").textContent === number);
  here.setAttribute("aria-current", "step");
  here.querySelector(".v").setAttribute("data-value", "");
  const state = document.querySelector("[data-save-state]");
  state.textContent = page.querySelector("[data-save-state]").textContent;
  state.dataset.kind = "";
}

addEventListener("popstate", async () => {
  const wanted = location.href;
  if (location.pathname === new URL(shown).pathname) return; // a place on the same page
  if (!(await beforeLeaving())) return history.pushState(null, "", shown);
  goTo(wanted, { isNew: false });
});
