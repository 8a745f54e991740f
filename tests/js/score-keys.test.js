import { find, findAll } from "../../static/js/dom.js";
import { FORM } from "./saving.js";
import { equal, fillPage, press, test, until } from "./testing.js";

const FIELDS = `
  <h1 tabindex="-1">Item</h1><button name="go" data-onward>Next</button>
  <fieldset data-scores data-anchors>
    <input type="radio" name="value" value="3"><input type="radio" name="value" value="4">
    <input type="radio" name="value" value="" checked></fieldset>
  <fieldset data-scores>
    <div data-points><input type="checkbox" name="met" value="1"><input type="checkbox" name="met" value="2">
      <input type="checkbox" name="none" value="1"></div>
    <input name="amount" data-amount></fieldset>
  <input type="checkbox" name="sources" value="OBS">
  <div data-part="suggestion"><p data-suggested="4">4 <button name="take" value="1">Use it</button></p></div>
  <div data-departure hidden><input name="departure"></div></form>`;

async function setUp() {
  fillPage(`
    <progress data-percent></progress><span data-progress></span><span data-saving></span><span data-save-state></span>
    <button data-compare hidden></button><nav class="bench-items"></nav>${FORM.replace("</form>", FIELDS)}`);
  const form = find("form", HTMLFormElement);
  form.id = "score-form";
  const page = { answer: { fields: {}, saved: "Saved", progress: "", percent: 0, parts: {} }, saves: 0 };
  window.fetch = async () => {
    page.saves++;
    return new Response(JSON.stringify(page.answer));
  };
  await import("../../static/js/score-keys.js");
  const score = () => new FormData(form).get("value");
  const ticked = () => new FormData(form).getAll("met").concat(new FormData(form).getAll("none").map(() => "none"));
  /** @type {(selector: string) => void} */
  const focus = (selector) => find(selector, HTMLElement).focus();
  focus("[data-anchors] input");
  return { form, page, score, ticked, focus };
}

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

test("Enter goes on with the suggestion that is shown", async () => {
  const { form, score, focus } = await setUp();
  let submitted = 0;
  form.requestSubmit = () => submitted++;
  focus("[name=met]");
  equal(press("Enter"), true);
  await until(() => submitted === 1);
  equal(score(), "4");
});

test("Enter stays when the suggestion has changed, and keeps a score that was chosen", async () => {
  const { form, page, score, focus } = await setUp();
  let submitted = 0;
  form.requestSubmit = () => submitted++;
  page.answer.parts = { suggestion: '<p data-suggested="3">3</p>' };
  find("[data-amount]", HTMLInputElement).value = "50";
  focus("[data-amount]");
  press("Enter");
  await until(() => form.querySelector("[data-suggested='3']"));
  equal([submitted, score()], [0, ""]);
  focus("[data-anchors] input");
  press("4");
  press("Enter");
  await until(() => submitted === 1);
  equal(score(), "4");
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
