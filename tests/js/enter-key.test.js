import { find } from "../../static/js/dom.js";
import { setUp } from "./score-page.js";
import { equal, press, test, until } from "./testing.js";

test("Enter goes on with the suggestion that is shown", async () => {
  const { form, score, focus } = await setUp();
  let submitted = 0;
  form.requestSubmit = () => submitted++;
  focus("[name=met]");
  equal(press("Enter"), true);
  await until(() => submitted === 1);
  equal(score(), "4");
});

test("Enter stays when the suggestion has changed, and keeps a score that was chosen", async () => {
  const { form, page, score, focus } = await setUp();
  let submitted = 0;
  form.requestSubmit = () => submitted++;
  page.answer.parts = { suggestion: '<p data-suggested="3">3</p>' };
  find("[data-amount]", HTMLInputElement).value = "50";
  focus("[data-amount]");
  press("Enter");
  await until(() => form.querySelector("[data-suggested='3']"));
  equal([submitted, score()], [0, ""]);
  focus("[data-anchors] input");
  press("4");
  press("Enter");
  await until(() => submitted === 1);
  equal(score(), "4");
});
