import { find, findAll } from "../../static/js/dom.js";
import { keepFolds } from "../../static/js/question-folds.js";
import { equal, fillPage, test } from "./testing.js";

/** @type {(keys: string[]) => string} */
const page = (keys) => `
  <button data-fold-questions="A" data-text-fold="Fold" data-text-unfold="Show" hidden></button>
  ${keys.map((key) => `<details open data-question="${key}"><summary>${key}</summary></details>`).join("")}`;

/**
 * Open a page of an interview; return its button and its questions.
 * @param {string[]} keys
 * @param {Map<string, string>} stored
 */
function open(keys, stored) {
  fillPage(page(keys));
  const button = find("button", HTMLButtonElement);
  /** @type {Pick<Storage, "getItem" | "setItem">} */
  const storage = { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => void stored.set(key, value) };
  keepFolds(button, storage);
  return { button, questions: findAll("details", HTMLDetailsElement) };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 50)); // `toggle` is dispatched later

test("questions are shown until somebody folds them, and stay folded on the next page", async () => {
  const stored = new Map();
  const { button, questions } = open(["1.1", "1.2"], stored);
  equal([button.hidden, button.textContent, questions.map((each) => each.open)], [false, "Fold", [true, true]]);
  button.click();
  await settled();
  equal([button.textContent, questions.map((each) => each.open)], ["Show", [false, false]]);
  equal(open(["2.1"], stored).questions.map((each) => each.open), [false]);
});

test("a question that is opened alone stays open, and the others folded", async () => {
  const stored = new Map();
  const { button, questions } = open(["1.1", "1.2"], stored);
  button.click();
  await settled();
  questions[1].open = true;
  await settled();
  open(["2.1"], stored);
  equal(open(["1.1", "1.2"], stored).questions.map((each) => each.open), [false, true]);
});

test("a page without questions has no button", () => {
  equal(open([], new Map()).button.hidden, true);
});
