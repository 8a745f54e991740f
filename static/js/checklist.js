// The points of a checklist and "None of these is met" exclude each other.

/**
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement[]} points
 * @param {AbortSignal} signal
 */
export function keepChecklistConsistent(form, points, signal) {
  form.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || !target.checked) return;
    const none = form.elements.namedItem("none");
    if (target.name === "met" && none instanceof HTMLInputElement) none.checked = false;
    if (target.name === "none") for (const point of points) point.checked = false;
  }, { signal, capture: true }); // before the content is saved
}
