// How the body of a form reaches the server: always with the CSRF token that is valid now.

import { attribute } from "./dom.js";

const RETRY = 5000; // milliseconds from a lost connection to the next attempt
const UNAVAILABLE = [502, 503, 504]; // nothing is wrong with the request: it may succeed later

/**
 * Return the current CSRF token. Signing in again, also in another tab, replaces the one the page was sent with.
 * @param {HTMLFormElement} form names the cookie
 * @param {string} [cookies]
 */
export function csrfToken(form, cookies = document.cookie) {
  const name = attribute(form, "data-csrf-cookie");
  return cookies.split("; ").find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}

/**
 * Send a body to the address of the form. The address comes from the server: the browser's may already be the next
 * page's.
 * @param {HTMLFormElement} form
 * @param {URLSearchParams} body
 * @param {{ accept: string, keepalive?: boolean }} options `keepalive` lets the request outlive the page
 */
export function post(form, body, { accept, keepalive = false }) {
  body.set("csrfmiddlewaretoken", csrfToken(form));
  return fetch(attribute(form, "data-address"), { method: "POST", body, headers: { Accept: accept }, keepalive });
}

/**
 * Return after how many milliseconds a request is to be sent again, 0 if its answer is final.
 * @param {Response | null} response null without a connection
 */
export function retryPause(response) {
  if (response && !UNAVAILABLE.includes(response.status)) return 0;
  return Number(response?.headers.get("Retry-After")) * 1000 || RETRY;
}
