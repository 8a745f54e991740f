import { find } from "../../static/js/dom.js";
import { equal, fillPage, press, test } from "./testing.js";

async function setUp() {
  fillPage(`<h1 tabindex="-1">Page</h1><button data-key="j">Next</button><input data-key="/"><textarea></textarea>`);
  await import("../../static/js/page-keys.js");
  const page = { clicks: 0 };
  find("button", HTMLElement).addEventListener("click", () => page.clicks++);
  /** @type {(selector: string) => void} */
  const focus = (selector) => find(selector, HTMLElement).focus();
  focus("h1");
  return { page, focus };
}

test("a key presses what names it, and a field gets the focus", async () => {
  const { page } = await setUp();
  equal([press("j"), press("x"), press("/")], [true, false, true]);
  equal([page.clicks, document.activeElement?.tagName], [1, "INPUT"]);
});

test("no key acts while a field has the focus, and Escape leaves the field", async () => {
  const { page, focus } = await setUp();
  focus("textarea");
  equal([press("j"), page.clicks], [false, 0]);
  press("Escape");
  equal(press("j"), true);
});

test("no key acts on the page while a dialog is open", async () => {
  const { page } = await setUp();
  document.body.append(document.createElement("dialog"));
  find("dialog", HTMLDialogElement).showModal();
  equal([press("j"), page.clicks], [false, 0]);
});

test("the keys of the page can be switched off", async () => {
  const { page } = await setUp();
  document.body.dataset.pageKeys = "off";
  equal([press("j"), page.clicks], [false, 0]);
  delete document.body.dataset.pageKeys;
});
