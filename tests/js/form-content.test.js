import { find } from "../../static/js/dom.js";
import { FormContent } from "../../static/js/form-content.js";
import { equal, fillPage, test } from "./testing.js";

function fill() {
  fillPage(`
    <form>
      <input type="hidden" name="csrfmiddlewaretoken" value="token"><input type="hidden" name="author" value="7">
      <input type="hidden" name="change" value="of-the-page">
      <input type="hidden" name="version-5.1" value="1"><input type="hidden" name="was-5.1" value="abc">
      <textarea name="note-5.1">Served</textarea>
      <input type="radio" name="value" value="4"><input type="radio" name="value" value="" checked>
      <input type="checkbox" name="met" value="a">
      <button name="go" value="next">Next</button>
    </form>`);
  const form = find("form", HTMLFormElement);
  /** @type {(name: string) => HTMLInputElement} */
  const input = (name) => find(`[name="${name}"]`, HTMLInputElement, form);
  return { form, input, content: new FormContent(form) };
}

test("texts, choices and ticks are content", () => {
  const { form, input, content } = fill();
  const states = [content.current()];
  find("textarea", HTMLTextAreaElement, form).value = "Changed";
  states.push(content.current());
  input("value").checked = true;
  states.push(content.current());
  input("met").checked = true;
  states.push(content.current());
  equal(new Set(states).size, 4);
});

test("hidden fields of the server are sent, but are not content", () => {
  const { form, content } = fill();
  const before = content.current();
  const fields = { "version-5.1": 2, "was-5.1": "def", author: "8", change: "x", csrfmiddlewaretoken: "y" };
  content.setHidden(fields);
  equal(content.current(), before);
  equal(new FormData(form).get("version-5.1"), "2");
  equal([content.body().get("was-5.1"), content.body().get("author")], ["def", "8"]);
});

test("an unknown hidden field is an error", () => {
  const { content } = fill();
  let said = "";
  try {
    content.setHidden({ "version-9.9": 2 });
  } catch (error) {
    said = String(error);
  }
  equal(said, "Error: No hidden field version-9.9");
});

test("the button pressed is part of the body only if it is named", () => {
  const { form, content } = fill();
  equal(content.body().has("go"), false);
  equal(content.body(find("button", HTMLButtonElement, form)).get("go"), "next");
});

test("what the server sent does not change by typing", () => {
  const { form, input, content } = fill();
  const served = content.asServed();
  find("textarea", HTMLTextAreaElement, form).value = "Changed";
  input("value").checked = true;
  equal([content.asServed() === served, content.current() === served], [true, false]);
});
