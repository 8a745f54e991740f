import { find } from "../../static/js/dom.js";
import { equal, fillPage, press, test } from "./testing.js";

/** @param {string} attributes of the form */
async function setUp(attributes) {
  fillPage(`
    <form role="search" ${attributes}><input name="q" value="old"></form>
    <h1 tabindex="-1">Page</h1><textarea></textarea><button>Go</button>`);
  find("h1", HTMLElement).focus();
  await import("../../static/js/search-key.js");
  return find("[name=q]", HTMLInputElement);
}

test("the slash key goes to the search field and selects what stands there", async () => {
  const field = await setUp('data-key="/"');
  press("/");
  equal(document.activeElement === field, true);
  equal([field.selectionStart, field.selectionEnd], [0, 3]);
});

test("the slash key does nothing while a field has the focus", async () => {
  await setUp('data-key="/"');
  find("textarea", HTMLTextAreaElement).focus();
  press("/");
  equal(document.activeElement instanceof HTMLTextAreaElement, true);
});

test("other keys do not go to the search field", async () => {
  const field = await setUp('data-key="/"');
  for (const key of ["7", "?", "Enter"]) press(key);
  equal(document.activeElement === field, false);
});

test("the slash key does nothing for somebody who switched it off", async () => {
  const field = await setUp("");
  press("/");
  equal(document.activeElement === field, false);
});
