import { find, findAll } from "../../static/js/dom.js";
import { setUp } from "./score-page.js";
import { equal, press, test, until } from "./testing.js";

test("digits choose a score, and 0 takes it back", async () => {
  const { score } = await setUp();
  const scores = [];
  for (const key of ["4", "3", "0"]) {
    equal(press(key), true);
    scores.push(score());
  }
  equal(scores, ["4", "3", ""]);
});

test("keys that mean nothing are left to the browser", async () => {
  const { score, ticked } = await setUp();
  equal(["6", "x", "f", "Tab"].map((key) => press(key)), [false, false, false, false]);
  equal([score(), ticked()], ["", []]);
});

test("letters tick the points, and none of these excludes them", async () => {
  const { ticked, focus } = await setUp();
  focus("[name=met]");
  press("a");
  press("B");
  equal(ticked(), ["1", "2"]);
  find("[name=none]", HTMLInputElement).click();
  equal(ticked(), ["none"]);
  focus("[name=none]");
  press("b");
  equal(ticked(), ["2"]);
});

test("digits act in the score only, letters in the points only", async () => {
  const { score, ticked, focus } = await setUp();
  for (const place of ["[name=met]", "[name=sources]", "[data-onward]", "h1"]) {
    focus(place);
    equal([place, press("4")], [place, false]);
  }
  for (const place of ["[data-anchors] input", "[name=sources]", "[data-onward]", "h1"]) {
    focus(place);
    equal([place, press("a"), place.includes("anchors") ? false : press("+")], [place, false, false]);
  }
  equal([score(), ticked()], ["", []]);
});

test("keys with Ctrl, Alt or Meta are left to the browser", async () => {
  const { score } = await setUp();
  const modifiers = [{ ctrlKey: true }, { altKey: true }, { metaKey: true }];
  equal(modifiers.map((modifier) => press("4", modifier)), [false, false, false]);
  equal(score(), "");
});

test("nothing is chosen while a text is typed", async () => {
  const { score, ticked } = await setUp();
  find("textarea", HTMLTextAreaElement).focus();
  equal([press("4"), press("a"), press("+")], [false, false, false]);
  equal([score(), ticked()], ["", []]);
});

test("an amount keeps its digits, letters and equals sign, but plus accepts the suggestion", async () => {
  const { score, ticked } = await setUp();
  find("[data-amount]", HTMLInputElement).focus();
  equal([press("4"), press("a"), press("=")], [false, false, false]);
  equal([score(), ticked()], ["", []]);
  equal(press("+"), true);
  await until(() => score() === "4");
});

test("the suggestion is accepted only after what it follows from is saved", async () => {
  const { page, score } = await setUp();
  page.answer.parts = { suggestion: '<p data-suggested="3">3</p>' };
  find("[data-amount]", HTMLInputElement).value = "50";
  press("+");
  equal(score(), "");
  await until(() => score() === "3");
  equal(page.saves >= 1, true);
});

test("the button of the suggestion does what plus does, and does not submit the form", async () => {
  const { score } = await setUp();
  find("[name=take]", HTMLButtonElement).click();
  await until(() => score() === "4");
  equal(document.activeElement === findAll("[name=value]", HTMLInputElement)[1], true);
});

test("a score that differs from the suggestion asks for a reason", async () => {
  const { form, page } = await setUp();
  const departure = find("[data-departure]", HTMLElement);
  page.answer.parts = { suggestion: '<p data-suggested="4" data-differs>4</p>' };
  press("3");
  await until(() => !departure.hidden);
  find("[data-part]", HTMLElement, form).innerHTML = '<p data-suggested="4">4</p>';
  form.dispatchEvent(new Event("part"));
  equal(departure.hidden, true);
});
