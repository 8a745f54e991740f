// Fetches item pages, ahead of time where that is safe.

import { areItemsOfOneReview, isConsensus } from "./addresses.js";

const MAX_AGE = 30_000; // milliseconds a prefetched page may be shown

/** @type {Map<string, { at: number, page: Promise<Document | null> }>} */
const prefetched = new Map();

/**
 * @param {string} path
 * @returns {Promise<Document>}
 * @throws {Error} if the server answers with an error or a redirect, or not at all
 */
async function load(path) {
  const response = await fetch(path, { headers: { Accept: "text/html" }, redirect: "error" });
  if (!response.ok) throw new Error(String(response.status));
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/**
 * Fetch a page that will probably be wanted next. Consensus pages are never prefetched, because others edit them too.
 * @param {string} path
 */
export function prefetch(path) {
  if (!path || isConsensus() || prefetched.has(path)) return;
  if (!areItemsOfOneReview(location.pathname, new URL(path, location.href).pathname)) return;
  prefetched.set(path, { at: Date.now(), page: load(path).catch(() => null) });
}

/**
 * Return a page, prefetched or fetched now. Other prefetched pages are discarded.
 * @param {string} path
 * @returns {Promise<Document>}
 */
export async function fetchPage(path) {
  const entry = prefetched.get(path);
  discardPrefetched();
  const page = entry && Date.now() - entry.at < MAX_AGE ? await entry.page : null;
  return page ?? load(path);
}

/** Discard prefetched pages: a change on this page may be visible on them. */
export function discardPrefetched() {
  prefetched.clear();
}
