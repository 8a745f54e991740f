// Runs what belongs to a page: now for the page that was loaded, and again for each that pages.js turns to.

/** @typedef {(signal: AbortSignal) => void} Mount */

/** @type {Mount[]} */
const mounts = [];
let mounted = new AbortController();

/**
 * Run `mount` now and for every page turned to. The signal aborts when the page is left.
 * @param {Mount} mount
 */
export function onPage(mount) {
  mounts.push(mount);
  mount(mounted.signal);
}

/** Abort the signals of the page that is left. */
export function unmountPage() {
  mounted.abort();
  mounted = new AbortController();
}

/** Run everything again for the page that is shown now. */
export function mountPage() {
  for (const mount of mounts) mount(mounted.signal);
}
