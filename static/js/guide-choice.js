// The guides that fit the role of the informant come first, and the first of them is chosen.

import { attribute, find, findAll } from "./dom.js";

/**
 * Return whether the questions of a guide fit a role, as the server decides it (`Guide.fits`).
 * @param {string} role
 * @param {string[]} known the roles that the guide names
 */
export function fits(role, known) {
  return known.some((each) => role.toLowerCase().includes(each.toLowerCase()));
}

/**
 * @param {HTMLInputElement} role
 * @param {HTMLSelectElement} guide
 */
export function followRole(role, guide) {
  role.addEventListener("change", () => {
    const options = findAll("option", HTMLOptionElement, guide);
    const fitting = options.filter((option) => fits(role.value, JSON.parse(attribute(option, "data-roles"))));
    if (!fitting.length) return;
    guide.prepend(...fitting);
    guide.value = fitting[0].value;
  });
}

if (document.querySelector("#id_guide")) {
  followRole(find("#id_informant_role", HTMLInputElement), find("#id_guide", HTMLSelectElement));
}
