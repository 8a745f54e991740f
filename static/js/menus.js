/**
 * Menus that are `<details class="menu">`: Escape and a click outside close them, as in any program.
 * Without this script they open and close by their own button.
 */

/** @returns {NodeListOf<HTMLDetailsElement>} the menus that are open */
const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", ({ target }) => {
  for (const menu of openMenus()) {
    if (target instanceof Node && !menu.contains(target)) menu.open = false;
  }
});

document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});

document.addEventListener("focusin", ({ target }) => {
  for (const menu of openMenus()) {
    if (target instanceof Node && !menu.contains(target)) menu.open = false;
  }
});
