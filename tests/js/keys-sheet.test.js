import { find } from "../../static/js/dom.js";
import { equal, fillPage, test, until } from "./testing.js";

const PAGE = `<h1>Keys</h1><div data-keys-here><p>a key of this page</p></div><p>other keys</p>`;

/** @param {string} answer */
async function setUp(answer) {
  fillPage(`<a href="#keys" data-keys data-text-close="Close">Keys</a>`);
  window.fetch = async () => new Response(answer, { status: answer ? 200 : 500 });
  await import("../../static/js/keys-sheet.js");
  find("a", HTMLAnchorElement).click();
}

test("a link opens the keys of the page as a dialog, and a button closes it", async () => {
  await setUp(PAGE);
  await until(() => document.querySelector("dialog[open]"));
  const dialog = find("dialog", HTMLDialogElement);
  equal(dialog.innerText.split(/\n+/), ["Keys", "a key of this page", "Close"]);
  find("button", HTMLButtonElement, dialog).click();
  await until(() => !document.querySelector("dialog"));
});

test("the link leads to its page if the keys cannot be fetched", async () => {
  await setUp("");
  await until(() => location.hash === "#keys");
  equal(document.querySelector("dialog"), null);
});
