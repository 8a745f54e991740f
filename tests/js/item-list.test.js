import { find, findAll } from "../../static/js/dom.js";
import { markCurrent, NOT_ENOUGH_DATA, showScore } from "../../static/js/item-list.js";
import { equal, fillPage, test } from "./testing.js";

/** @type {(current: number) => string} */
const list = (current) => `<nav class="bench-items"><ol>${[1, 2].map((number) => `
  <li><a href="../${number}/"${number === current ? ' aria-current="step"' : ""}><span class="n">${number}</span>
  <span class="v"${number === current ? " data-value" : ""}>–</span></a></li>`).join("")}</ol></nav>`;

/** @type {(value: string, words: string) => string} */
const card = (value, words) => `
  <label><input type="radio" name="value" value="${value}"><span class="anchor-text">${words}</span></label>`;
const CARDS = card("4", "Four") + card("", "No score yet") + card(NOT_ENOUGH_DATA, "Not enough data yet");

test("the list shows the score, and in words what stands for none", () => {
  fillPage(`${list(2)}<form>${CARDS}</form>`);
  const shown = findAll("[name=value]", HTMLInputElement).map((input) => {
    input.checked = true;
    showScore(find("form", HTMLFormElement));
    return find("[data-value]", HTMLElement).innerHTML;
  });
  /** @type {(words: string) => string} */
  const hidden = (words) => `<span class="visually-hidden">${words}</span>`;
  equal(shown, ["4", `–${hidden("No score yet")}`, `?${hidden("Not enough data yet")}`]);
});

test("turning a page moves the mark in the list", () => {
  fillPage(list(1));
  markCurrent(new DOMParser().parseFromString(list(2), "text/html"));
  const marked = findAll("[aria-current]", HTMLElement).map((link) => link.getAttribute("href"));
  const places = findAll("[data-value]", HTMLElement).map((place) => place.closest("a")?.getAttribute("href"));
  equal([marked, places], [["../2/"], ["../2/"]]);
});
