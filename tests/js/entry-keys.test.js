import { findAll } from "../../static/js/dom.js";
import { equal, fillPage, press, test } from "./testing.js";

async function setUp() {
  fillPage(`
    <form><input class="entry-score"><input class="entry-score"><input class="entry-score" value="2">
    <p class="bench-buttons"><button type="button">Save</button></p></form>`);
  await import("../../static/js/entry-keys.js");
  const rows = findAll(".entry-score", HTMLInputElement);
  rows[0].focus();
  const focused = () => rows.findIndex((row) => row === document.activeElement);
  return { rows, values: () => rows.map((row) => row.value), focused };
}

test("a digit fills the row, tells the form, and the next row follows", async () => {
  const { rows, values, focused } = await setUp();
  const changed = /** @type {EventTarget[]} */ ([]);
  document.addEventListener("input", ({ target }) => target && changed.push(target));
  press("5");
  press("1");
  equal([values(), focused()], [["5", "1", "2"], 2]);
  equal(changed.map((row) => rows.indexOf(/** @type {HTMLInputElement} */ (row))), [0, 1]);
});

test("a digit that is not a score changes nothing", async () => {
  const { values, focused } = await setUp();
  equal(["0", "6", "9"].map((key) => press(key)), [true, true, true]);
  equal([values(), focused()], [["", "", "2"], 0]);
});

test("other keys, and keys with Ctrl, are left to the browser", async () => {
  const { values } = await setUp();
  equal([press("Delete"), press("Tab"), press("5", { ctrlKey: true })], [false, false, false]);
  equal(values(), ["", "", "2"]);
});

test("arrows and Enter move, and after the last row comes the button", async () => {
  const { focused } = await setUp();
  const places = ["ArrowUp", "ArrowDown", "Enter", "ArrowUp", "ArrowDown", "Enter"].map((key) => {
    press(key);
    return focused();
  });
  equal(places, [0, 1, 2, 1, 2, -1]);
  equal(document.activeElement?.textContent, "Save");
});

test("a row that is reached is selected, so that a key replaces it", async () => {
  const { rows } = await setUp();
  rows[2].focus();
  equal([rows[2].selectionStart, rows[2].selectionEnd], [0, 1]);
});
