/**
 * The crosshair of a heat map: the row and the column of the score that is pointed at, or that the arrow keys have
 * reached, are marked, and a line above the table says which organisation and item it is.
 */

const table = /** @type {HTMLTableElement | null} */ (document.querySelector("[data-crosshair]"));
const tip = document.querySelector("[data-heat-tip]");
const names = document.querySelectorAll(".heat-names li");
const FIRST = 2; // cells before the first score: organisation and total

if (table && tip) {
  table.tBodies[0].addEventListener("pointerover", ({ target }) => mark(cellOf(target)));
  table.addEventListener("pointerleave", ({ pointerType }) => {
    if (pointerType === "mouse") mark(null); // a finger leaves with every tap
  });
  table.tBodies[0].addEventListener("focusin", ({ target }) => mark(cellOf(target)));
  table.tBodies[0].addEventListener("keydown", move);
  const first = scoreAt(0, 0);
  if (first) first.tabIndex = 0; // the arrow keys lead from one score to the next
}

/**
 * @param {EventTarget | null} target
 * @returns {HTMLTableCellElement | null} the score that an event belongs to
 */
function cellOf(target) {
  const cell = target instanceof Element ? target.closest("td") : null;
  return cell && cell.cellIndex >= FIRST ? cell : null;
}

/**
 * @param {number} row of the body, from 0
 * @param {number} column of the scores, from 0
 * @returns {HTMLTableCellElement | undefined}
 */
function scoreAt(row, column) {
  return table?.tBodies[0].rows[row]?.cells[FIRST + column];
}

/** @param {HTMLTableCellElement | null} cell */
function mark(cell) {
  for (const marked of document.querySelectorAll(".cross, .cross-cell")) marked.classList.remove("cross", "cross-cell");
  if (!cell || !table || !tip) return;
  const column = cell.cellIndex - FIRST;
  const heads = table.tHead?.rows[1].cells;
  const head = heads?.[cell.cellIndex];
  const row = /** @type {HTMLTableRowElement} */ (cell.parentElement);
  cell.classList.add("cross-cell");
  head?.classList.add("cross");
  names[column]?.classList.add("cross");
  const organisation = row.cells[0].querySelector("a")?.textContent ?? "";
  const title = document.createElement("b");
  title.textContent = `${organisation}: ${cell.textContent}`;
  const item = document.createElement("span");
  item.lang = head?.lang ?? "";
  item.textContent = head?.dataset.item ?? "";
  tip.replaceChildren(title, document.createElement("br"), item);
}

/** @param {KeyboardEvent} event */
function move(event) {
  const cell = cellOf(event.target);
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  const step = steps[/** @type {keyof typeof steps} */ (event.key)];
  if (!cell || !step) return;
  const row = /** @type {HTMLTableRowElement} */ (cell.parentElement);
  const next = scoreAt(row.sectionRowIndex + step[0], cell.cellIndex - FIRST + step[1]);
  if (!next || next.cellIndex < FIRST) return;
  event.preventDefault();
  cell.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
