import { find } from "../../static/js/dom.js";
import { saveBeforeLeaving } from "../../static/js/leaving.js";
import { FORM, setUp as setUpSaving } from "./saving.js";
import { equal, recordNavigation, settle, test, until } from "./testing.js";

const PAGE = `
  <a id="home" href="/home/">Home</a> <a id="keep" href="/kept/" data-discard>Keep what is stored</a>
  <nav class="bench-items"><a id="item" href="/item/">Item</a></nav>
  <form id="logout" action="/logout/" method="post"><button name="out" value="1">Sign out</button></form>`;

function setUp() {
  const page = setUpSaving({ html: PAGE + FORM });
  saveBeforeLeaving(page.form, page.queue, new AbortController().signal);
  /** @type {(id: string, init?: MouseEventInit) => boolean} */
  const click = (id, init = {}) =>
    find(`#${id}`, HTMLElement).dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ...init }));
  const mayUnload = () => dispatchEvent(new Event("beforeunload", { cancelable: true }));
  return { ...page, visits: recordNavigation(), click, mayUnload };
}

test("a link waits until everything is saved", async () => {
  const { field, server, visits, click } = setUp();
  field.value = "Last words";
  equal(click("home"), false);
  await settle();
  equal([server.texts, visits], [["Last words"], []]);
  server.accept();
  await until(() => visits.length === 1);
  equal(visits[0].path, "/home/");
});

test("a link waits for the save that is running", async () => {
  const { field, server, queue, visits, click } = setUp();
  field.value = "A";
  queue.save();
  field.value = "Served";
  click("home");
  await settle();
  equal(visits, []);
  server.accept();
  await until(() => server.requests.length === 2);
  server.accept(3);
  await until(() => visits.length === 1);
});

test("the page stays if the save before leaving fails", async () => {
  const { field, server, visits, click } = setUp();
  field.value = "Last words";
  click("home");
  server.lose();
  await settle();
  equal(visits, []);
});

test("after a failed save a link leads on at once, and the browser asks", async () => {
  const { field, server, queue, visits, click, mayUnload } = setUp();
  field.value = "A";
  const lost = queue.save();
  server.lose();
  await lost;
  equal(mayUnload(), false);
  click("home");
  equal(visits.map(({ path }) => path), ["/home/"]);
});

test("without changes a link leads on at once, and the browser does not ask", () => {
  const { server, visits, click, mayUnload } = setUp();
  equal(mayUnload(), true);
  click("home");
  equal([visits.length, server.requests.length], [1, 0]);
});

test("a link that opens elsewhere is left to the browser", async () => {
  const { field, server, click } = setUp();
  field.value = "A";
  for (const init of [{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { button: 1 }]) click("home", init);
  await settle();
  equal(server.texts, []);
});

test("keeping what is stored gives up the text on the page", async () => {
  const { field, server, queue, visits, click, mayUnload } = setUp();
  field.value = "Mine";
  const saved = queue.save();
  server.answer(409, { error: "Somebody else saved.", conflict: true });
  await saved;
  equal(mayUnload(), false);
  click("keep");
  equal([mayUnload(), visits[0].path, server.texts], [true, "/kept/", ["Mine"]]);
});

test("a link of the list of items always goes through the turning of pages", async () => {
  const { visits, click } = setUp();
  equal(click("item"), false);
  await until(() => visits.length === 1);
  equal(visits[0].path, "/item/");
});

test("another form waits until everything is saved, and keeps its button", async () => {
  const { field, server, visits } = setUp();
  field.value = "Last words";
  find("#logout button", HTMLButtonElement).click();
  await settle();
  equal([server.texts, visits], [["Last words"], []]);
  server.accept();
  await until(() => visits.length === 1);
  equal([visits[0].path, visits[0].form?.get("out")], ["/logout/", "1"]);
});

test("the browser asks while a request is running, not while a save is only due", async () => {
  const { field, server, queue, mayUnload } = setUp();
  field.value = "A";
  equal(mayUnload(), true);
  queue.save();
  equal(mayUnload(), false);
  server.accept();
  await until(() => !queue.isUnsaved);
  equal(mayUnload(), true);
});

test("a page that the browser had kept is loaded again, and nothing can be typed until then", () => {
  const { form, visits } = setUp();
  dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  equal([form.inert, visits.length], [true, 1]);
});

test("a page that the browser had kept with unsaved text saves it", () => {
  const { form, field, server, visits } = setUp();
  field.value = "Kept";
  dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  equal([form.inert, visits.length, server.texts], [false, 0, ["Kept"]]);
});
