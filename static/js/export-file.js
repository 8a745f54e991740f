// Shows how far the file of an export is, until it is ready. Without this script, a link on the page does the same.

import { find } from "./dom.js";

const INTERVAL = 2000; // milliseconds
const AUTOMATIC = { "X-Asked-By-Page": "1", Accept: "text/html" }; // such a request does not prolong the session
const STATUS = "[data-file-status]";
const REST = "[data-file-rest]";

/** Show what the server says now. The status changes seldom, so that it is read out seldom. */
async function refresh() {
  if (document.visibilityState !== "visible") return;
  const response = await fetch(location.href, { headers: AUTOMATIC }).catch(() => null);
  if (!response) return; // without a connection: asked again
  if (!response.ok || response.redirected) return location.reload(); // deleted, or signed out: the server explains
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const [status, fresh] = [find(STATUS, HTMLElement), find(STATUS, HTMLElement, page).textContent];
  if (status.textContent !== fresh) status.textContent = fresh;
  const rest = find(REST, HTMLElement);
  const hadFocus = rest.contains(document.activeElement);
  rest.replaceWith(find(REST, HTMLElement, page));
  if (hadFocus) find(`${REST} a`, HTMLElement).focus();
  if (!document.querySelector(`${REST} progress`)) clearInterval(timer);
}

const timer = setInterval(refresh, INTERVAL);
