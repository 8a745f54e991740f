import { holdsContactDetails, holdsIdentityNumber } from "../../static/js/privacy-rules.js";
import cases from "./privacy-cases.json" with { type: "json" };
import { equal, test } from "./testing.js";

const numbers = Object.keys(cases.identity_numbers);

test("every identity number of the table is found, also within a sentence", () => {
  equal(numbers.filter((text) => !holdsIdentityNumber(text)), []);
  equal(numbers.filter((text) => !holdsIdentityNumber(`Klienten (${text}), sett i møtet.`)), []);
});

test("no other number of the table is taken for an identity number", () => {
  equal(Object.keys(cases.no_identity_numbers).filter(holdsIdentityNumber), []);
});

test("all contact details of the table are found, and nothing else", () => {
  equal(cases.contact_details.filter((text) => !holdsContactDetails(text)), []);
  equal(cases.no_contact_details.filter(holdsContactDetails), []);
});
