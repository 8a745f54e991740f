// Quick entry from paper: a digit fills the row and moves on; arrows and Enter move.

import { findAll } from "./dom.js";

const rows = findAll(".entry-score", HTMLInputElement);

/**
 * Move to the next or previous row, and from the last row to the button.
 * @param {HTMLInputElement} row
 * @param {1 | -1} step
 */
function move(row, step) {
  const next = rows[rows.indexOf(row) + step];
  if (next) next.focus();
  else if (step > 0) findAll(".bench-buttons button", HTMLButtonElement)[0]?.focus();
}

for (const row of rows) {
  row.addEventListener("focus", () => row.select());
  row.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (/^[1-5]$/.test(event.key)) {
      row.value = event.key;
      row.dispatchEvent(new Event("input", { bubbles: true }));
      move(row, 1);
    } else if (event.key === "ArrowDown" || event.key === "Enter") move(row, 1);
    else if (event.key === "ArrowUp") move(row, -1);
    else if (!/^[06-9]$/.test(event.key)) return; // a digit that is not a score changes nothing
    event.preventDefault();
  });
}
