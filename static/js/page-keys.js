// Keys that act on the whole page while no field has the focus. An element names its key in `data-key`: a field gets
// the focus, anything else is pressed. `data-page-keys="off"` on the body switches the keys off. Escape leaves a field.

const FIELD = "input, textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
  if (target?.matches(FIELD)) {
    if (event.key === "Escape" && target instanceof HTMLElement) target.blur();
    return;
  }
  if (document.body.dataset.pageKeys === "off" || document.querySelector("dialog[open]")) return;
  const element = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!(element instanceof HTMLElement)) return;
  if (element.matches(FIELD)) element.focus();
  else element.click();
  if (element instanceof HTMLInputElement) element.select();
  event.preventDefault();
});

export {};
