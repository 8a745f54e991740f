// The list of keys over the page: a link with `data-keys` opens it as a dialog. Without it, the link leads to its page.

import { attribute } from "./dom.js";

/**
 * Show the list of keys that a link leads to.
 * @param {HTMLAnchorElement} link
 */
async function open(link) {
  const response = await fetch(link.href);
  if (!response.ok) throw new Error(response.statusText);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const list = page.querySelector("[data-keys-here]");
  if (!list) throw new Error("the page lists no keys");
  const title = document.createElement("h2");
  title.id = "keys-title";
  title.textContent = page.querySelector("h1")?.textContent ?? "";
  const close = document.createElement("button");
  close.className = "btn";
  close.textContent = attribute(link, "data-text-close");
  const dialog = document.createElement("dialog");
  dialog.className = "keys-sheet";
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.append(title, list, close);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[data-keys]") : null;
  if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link).catch(() => location.assign(link.href));
});
