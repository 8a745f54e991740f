import { find, findAll } from "../../static/js/dom.js";
import { markCurrent, NOT_ENOUGH_DATA, showScore } from "../../static/js/item-list.js";
import { equal, fillPage, test } from "./testing.js";

/** @type {(current: number) => string} */
const list = (current) => `<nav class="bench-items"><ol>${[1, 2].map((number) => `
  <li><a href="../${number}/"${number === current ? ' aria-current="step"' : ""}><span class="n">${number}</span>
  <span class="v"${number === current ? " data-value" : ""}>–</span></a></li>`).join("")}</ol></nav>`;

const LEGEND = `<ul class="rail-legend">${["scored", "noted", "lacking", "untouched"].map((state) => `
  <li><span data-state="${state}"></span> <span>in words: ${state}</span></li>`).join("")}</ul>`;
const FORM = `<form><textarea name="evidence"></textarea>${["4", "", NOT_ENOUGH_DATA].map((value) => `
  <input type="radio" name="value" value="${value}">`).join("")}</form>`;

test("the list shows the state of the item, and the score or the state in words", () => {
  fillPage(list(2) + LEGEND + FORM);
  const form = find("form", HTMLFormElement);
  const place = find("[data-value]", HTMLElement);
  const shown = () => {
    showScore(form);
    return [place.dataset.state, place.textContent];
  };
  const states = findAll("[name=value]", HTMLInputElement).map((input) => {
    input.checked = true;
    return shown();
  });
  equal(states, [["scored", "4"], ["untouched", "in words: untouched"], ["lacking", "in words: lacking"]]);
  find("textarea", HTMLTextAreaElement).value = "Seen";
  findAll("[name=value]", HTMLInputElement)[1].checked = true;
  equal(shown(), ["noted", "in words: noted"]);
});

test("turning a page moves the mark in the list", () => {
  fillPage(list(1));
  markCurrent(new DOMParser().parseFromString(list(2), "text/html"));
  const marked = findAll("[aria-current]", HTMLElement).map((link) => link.getAttribute("href"));
  const places = findAll("[data-value]", HTMLElement).map((place) => place.closest("a")?.getAttribute("href"));
  equal([marked, places], [["../2/"], ["../2/"]]);
});
