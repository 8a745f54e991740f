import { find } from "../../static/js/dom.js";
import { csrfToken, post } from "../../static/js/posting.js";
import { FORM } from "./saving.js";
import { equal, fillPage, test } from "./testing.js";

test("the token is read from the cookie of that name only", () => {
  fillPage(FORM);
  const form = find("form", HTMLFormElement);
  equal(csrfToken(form, "a=1; csrf=new=; b=2"), "new=");
  equal(csrfToken(form, "x-csrf=other; csrftoken=other"), "");
});

test("a body goes to the address of the form with the token that is valid now", async () => {
  document.cookie = "csrf=new";
  fillPage(FORM);
  /** @type {any[]} */
  const calls = [];
  window.fetch = (...call) => {
    calls.push(call);
    return Promise.resolve(new Response());
  };
  const body = new URLSearchParams({ csrfmiddlewaretoken: "old", evidence: "A" });
  await post(find("form", HTMLFormElement), body, { accept: "application/json", keepalive: true });
  const [address, { method, headers, keepalive }] = calls[0];
  equal([address, method, headers, keepalive], ["/items/1/", "POST", { Accept: "application/json" }, true]);
  equal(String(calls[0][1].body), "csrfmiddlewaretoken=new&evidence=A");
});
