// A small scoring page whose server answers every save.

import { find } from "../../static/js/dom.js";
import { FORM } from "./saving.js";
import { fillPage } from "./testing.js";

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

export async function setUp() {
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
