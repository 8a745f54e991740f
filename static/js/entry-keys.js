// Fast entry from paper: a digit fills the row and goes on; arrows and Enter move.

const rows = [...document.querySelectorAll(".entry-score")];

function go(from, step) {
  const target = rows[rows.indexOf(from) + step] ?? (step > 0 && document.querySelector(".bench-buttons button"));
  if (!target) return;
  target.focus();
  target.select?.();
}

for (const row of rows) {
  row.addEventListener("focus", () => row.select());
  row.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (/^[1-5]$/.test(event.key)) {
      row.value = event.key;
      row.dispatchEvent(new Event("input", { bubbles: true }));
      go(row, 1);
    } else if (event.key === "ArrowDown" || event.key === "Enter") go(row, 1);
    else if (event.key === "ArrowUp") go(row, -1);
    else if (!/^[06-9]$/.test(event.key)) return; // a digit that is no score changes nothing
    event.preventDefault();
  });
}
