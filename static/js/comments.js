// Comments on an item are sent without leaving the page. A refused text stays in its field. An element around all
// comments of the page has the sentences.

import { announce } from "./announce.js";
import { attribute, find } from "./dom.js";
import { FormContent } from "./form-content.js";
import { refresh } from "./live.js";
import { post } from "./posting.js";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement && "comment" in form.dataset)) return;
  event.preventDefault();
  const content = new FormContent(form);
  const error = find("[data-error]", HTMLElement, form);
  const texts = form.closest("[data-text-sent]") ?? form;
  const response = await post(form, content.body(), { accept: "application/json" }).catch(() => null);
  const answer = await response?.json().catch(() => ({}));
  if (!response?.ok) {
    error.textContent = answer?.error ?? attribute(texts, "data-text-failed");
    return;
  }
  error.textContent = "";
  find("textarea", HTMLTextAreaElement, form).value = "";
  content.setHidden({ code: crypto.randomUUID() });
  announce(attribute(texts, "data-text-sent"));
  refresh();
});
