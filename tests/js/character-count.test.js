import { countCharacters, countText } from "../../static/js/character-count.js";
import { find } from "../../static/js/dom.js";
import { equal, fillPage, test } from "./testing.js";

test("the counter is shown once nine tenths of the limit are used", () => {
  equal(countText("x".repeat(4500), 5000), "");
  equal(countText("x".repeat(4501), 5000), "4501 / 5000");
  equal(countText("x".repeat(5001), 5000), "5001 / 5000");
});

test("a character outside the basic plane counts once, as on the server", () => {
  equal(countText("😀".repeat(10), 10), "10 / 10");
});

test("the counter follows what is typed until the page is left", () => {
  fillPage('<form><p><textarea data-limit="10">123456789012</textarea><span data-count></span></p></form>');
  const [form, field] = [find("form", HTMLFormElement), find("textarea", HTMLTextAreaElement)];
  const counter = find("[data-count]", HTMLElement);
  const page = new AbortController();
  countCharacters(form, page.signal);
  const shown = [counter.textContent];
  for (const text of ["1234567890", "123"]) {
    field.value = text;
    field.dispatchEvent(new Event("input"));
    shown.push(counter.textContent);
  }
  page.abort();
  field.value = "1234567890";
  field.dispatchEvent(new Event("input"));
  equal(shown, ["12 / 10", "10 / 10", ""]);
  equal(counter.textContent, "");
});
