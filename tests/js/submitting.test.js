import { find } from "../../static/js/dom.js";
import { SaveStatus } from "../../static/js/save-status.js";
import { handleButtons } from "../../static/js/submitting.js";
import { FORM, setUp as setUpSaving } from "./saving.js";
import { equal, recordNavigation, settle, test, until } from "./testing.js";

const BAR = '<span data-saving></span><span data-save-state></span>';
const THROUGH = '<button name="merge" value="1" data-through>Merge</button></form>';

function setUp() {
  const page = setUpSaving({ html: BAR + FORM.replace("</form>", THROUGH) });
  const status = new SaveStatus(page.form);
  handleButtons(page.form, { ...page, status, signal: new AbortController().signal });
  /** @type {(selector: string) => void} */
  const click = (selector) => find(selector, HTMLButtonElement).click();
  return { ...page, visits: recordNavigation(), click };
}

test("a button that goes on saves first, then goes to its address", async () => {
  const { field, server, visits, click } = setUp();
  field.value = "A";
  click("[value=next]");
  await settle();
  equal([server.texts, visits], [["A"], []]);
  server.accept();
  await until(() => visits.length === 1);
  equal(visits[0].path, "/next/");
});

test("a button that goes on stays where it is if the save fails", async () => {
  const { field, server, visits, click } = setUp();
  field.value = "A";
  click("[value=next]");
  server.lose();
  await settle();
  equal(visits, []);
});

test("the next open item waits for a missing reason: its field gets the focus", async () => {
  const { form, field, server, visits, click } = setUp();
  form.insertAdjacentHTML("beforeend", '<p data-missing="evidence">Say why.</p>');
  form.insertAdjacentHTML("beforeend", '<button name="go" value="unscored" data-href="/open/">Next</button>');
  click("[value=unscored]");
  await settle();
  equal([document.activeElement, visits, server.texts], [field, [], []]);
  find("[data-missing]", HTMLElement).remove();
  click("[value=unscored]");
  await until(() => visits.length === 1);
  equal(visits[0].path, "/open/");
});

test("the button to save saves, and stays", async () => {
  const { field, server, queue, visits, click } = setUp();
  field.value = "A";
  click("[value=stay]");
  server.accept();
  await until(() => !queue.isUnsaved);
  equal([server.texts, visits], [["A"], []]);
});

test("once saving has stopped, a button submits the form itself, with the token that is valid now", async () => {
  document.cookie = "csrf=new";
  const { field, server, queue, visits, click } = setUp();
  field.value = "Mine";
  const saved = queue.save();
  server.answer(409, { error: "Somebody else saved.", conflict: true });
  await saved;
  click("[value=stay]");
  await until(() => visits.length === 1);
  const form = visits[0].form;
  equal([form?.get("evidence"), form?.get("go"), form?.get("csrfmiddlewaretoken")], ["Mine", "stay", "new"]);
  equal([queue.isStopped, queue.isDirty, server.texts], [false, false, ["Mine"]]);
});

test("a button that the server acts on sends the saved form with the button, and locks it meanwhile", async () => {
  document.cookie = "csrf=new";
  const { form, field, server, click } = setUp();
  /** @type {{ address: string, body: string, wasInert: boolean }[]} */
  const posts = [];
  window.fetch = (address, options) => {
    posts.push({ address: String(address), body: String(options?.body), wasInert: form.inert });
    return Promise.reject(new TypeError("Failed to fetch"));
  };
  field.value = "A";
  field.focus();
  click("[name=merge]");
  server.accept(2);
  await until(() => posts.length === 1 && !form.inert);
  const sent = Object.fromEntries(new URLSearchParams(posts[0].body));
  equal([posts[0].address, posts[0].wasInert], ["/items/1/", true]);
  equal([sent.evidence, sent.version, sent.merge, sent.csrfmiddlewaretoken], ["A", "2", "1", "new"]);
  equal(find("[data-save-state]", HTMLElement).textContent, "Offline");
  equal(document.activeElement === field, true);
});
