import { find } from "../../static/js/dom.js";
import { showAnswer } from "../../static/js/saved-answer.js";
import { equal, fillPage, test } from "./testing.js";

const SUGGESTION = '<p data-suggested="4">4</p>';

function setUp() {
  fillPage(`
    <progress data-percent max="100"></progress><span data-progress></span>
    <form><div data-part="suggestion">${SUGGESTION}</div></form>`);
  const form = find("form", HTMLFormElement);
  const page = { changes: 0 };
  form.addEventListener("part", () => page.changes++);
  /** @type {(parts?: Record<string, string>) => void} */
  const show = (parts) => showAnswer(form, { fields: {}, saved: "", progress: "3 of 25", percent: 12, parts });
  return { page, part: find("[data-part]", HTMLElement), show };
}

test("the progress is shown as a bar and in words", () => {
  const { show } = setUp();
  show();
  equal(find("[data-percent]", HTMLProgressElement).value, 12);
  equal(find("[data-progress]", HTMLElement).textContent, "3 of 25");
});

test("a part that has changed is replaced, and the form is told", () => {
  const { page, part, show } = setUp();
  show({ suggestion: '<p data-suggested="5">5</p>', unknown: "<p></p>" });
  equal([part.textContent, page.changes], ["5", 1]);
});

test("a part that is equal stays untouched: it would be read aloud again", () => {
  const { page, part, show } = setUp();
  const before = part.firstChild;
  show({ suggestion: `\n${SUGGESTION}\n` });
  equal([part.firstChild === before, page.changes], [true, 0]);
});
