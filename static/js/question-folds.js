// Questions that are folded stay folded on the following steps of the same interview, in this window.

import { attribute, find, findAll } from "./dom.js";

/**
 * @typedef {object} Folds
 * @property {boolean} all whether questions are folded
 * @property {string[]} others the keys of the questions for which that is not so
 */

/**
 * Apply the stored folds to the questions of a page, and store changes.
 * @param {HTMLButtonElement} button folds and unfolds all questions
 * @param {Pick<Storage, "getItem" | "setItem">} storage
 */
export function keepFolds(button, storage = sessionStorage) {
  const questions = findAll("[data-question]", HTMLDetailsElement);
  const key = `folds ${attribute(button, "data-fold-questions")}`;
  /** @type {Folds} */
  let folds = JSON.parse(storage.getItem(key) ?? '{"all": false, "others": []}');

  function show() {
    for (const each of questions) each.open = folds.all === folds.others.includes(attribute(each, "data-question"));
    button.textContent = attribute(button, folds.all ? "data-text-unfold" : "data-text-fold");
  }

  /** @param {Folds} changed */
  function store(changed) {
    folds = changed;
    storage.setItem(key, JSON.stringify(folds));
  }

  for (const each of questions) {
    each.addEventListener("toggle", () => {
      const own = attribute(each, "data-question");
      const others = folds.others.filter((other) => other !== own);
      store({ ...folds, others: each.open === folds.all ? [...others, own] : others });
    });
  }
  button.addEventListener("click", () => {
    store({ all: !folds.all, others: [] });
    show();
  });
  button.hidden = !questions.length;
  show();
}

if (document.querySelector("[data-fold-questions]")) keepFolds(find("[data-fold-questions]", HTMLButtonElement));
