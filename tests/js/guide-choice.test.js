import { find, findAll } from "../../static/js/dom.js";
import { fits, followRole } from "../../static/js/guide-choice.js";
import { equal, fillPage, test } from "./testing.js";

const FORM = `
  <input><select>
    <option value="specialist" data-roles='["IPS-arbetstränare"]'>Specialist</option>
    <option value="leader" data-roles='["team leader", "manager"]'>Leader</option>
    <option value="" data-roles="[]">None</option>
  </select>`;

/** @type {(role: string) => [string, string[]]} */
function offered(role) {
  fillPage(FORM);
  const field = find("input", HTMLInputElement);
  const guide = find("select", HTMLSelectElement);
  followRole(field, guide);
  field.value = role;
  field.dispatchEvent(new Event("change"));
  return [guide.value, findAll("option", HTMLOptionElement, guide).map((option) => option.value)];
}

test("the guide that fits the role comes first and is chosen", () => {
  equal(offered("Team leader, evenings"), ["leader", ["leader", "specialist", ""]]);
});

test("a role that no guide fits changes nothing", () => {
  equal(offered("relative"), ["specialist", ["specialist", "leader", ""]]);
});

test("a role fits a guide that it names, whatever its capitals", () => {
  equal(["MANAGER", "manager, days", "man", ""].map((role) => fits(role, ["team leader", "manager"])),
    [true, true, false, false]);
});
