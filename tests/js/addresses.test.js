import { areItemsOfOneReview } from "../../static/js/addresses.js";
import { equal, test } from "./testing.js";

const REVIEW = "/reviews/0b0e7f3c-0000-4000-8000-000000000001";
const OTHER = "/reviews/0b0e7f3c-0000-4000-8000-000000000002";

test("pages are turned between items of one review and of one kind only", () => {
  const pairs = [
    [`${REVIEW}/items/1/`, `${REVIEW}/items/25/`],
    [`${REVIEW}/consensus/1/`, `${REVIEW}/consensus/2/`],
    [`${REVIEW}/items/1/`, `${REVIEW}/consensus/1/`],
    [`${REVIEW}/items/1/`, `${OTHER}/items/1/`],
    [`${REVIEW}/items/1/`, `${REVIEW}/`],
    [`${REVIEW}/items/1/`, `${REVIEW}/items/1/evidence/`],
  ];
  equal(pairs.map((pair) => areItemsOfOneReview(...pair)), [true, true, false, false, false, false]);
});
