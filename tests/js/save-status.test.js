import { find } from "../../static/js/dom.js";
import { SaveStatus, showLastSave } from "../../static/js/save-status.js";
import { FORM } from "./saving.js";
import { equal, fillPage, test } from "./testing.js";

const BAR = '<span data-saving></span><span role="status" data-save-state>Saved 14:02</span>';

function setUp() {
  fillPage(BAR + FORM);
  const outcome = find("[data-save-state]", HTMLElement);
  const activity = find("[data-saving]", HTMLElement);
  const shown = () => [activity.textContent, outcome.textContent, outcome.classList.contains("visually-hidden")];
  return { status: new SaveStatus(find("form", HTMLFormElement)), outcome, shown };
}

test("pending and saving take the place of the last outcome for the eye only", () => {
  const { status, shown } = setUp();
  status.showPending();
  equal(shown(), ["Pending", "Saved 14:02", true]);
  status.showSaving();
  equal(shown(), ["Saving", "", true]);
  status.showSaved("Saved 14:03");
  equal(shown(), ["", "Saved 14:03", false]);
});

test("each save is read aloud, also in the same minute", () => {
  const { status, outcome } = setUp();
  const observer = new MutationObserver(() => {});
  observer.observe(outcome, { childList: true });
  status.showSaving();
  status.showSaved("Saved 14:02");
  equal(observer.takeRecords().flatMap((record) => [...record.addedNodes]).length, 1);
});

test("a problem stays in sight while a save is tried again", () => {
  const { status, outcome, shown } = setUp();
  status.showOffline();
  equal([...shown(), outcome.dataset.kind], ["", "Offline", false, "bad"]);
  status.showSaving();
  equal(shown(), ["Saving", "Offline", false]);
  status.showSaved("Saved 14:03");
  equal([...shown(), outcome.dataset.kind], ["", "Saved 14:03", false, ""]);
});

test("a failure is shown in the words of the server, else in those of the page", () => {
  const { status, shown } = setUp();
  status.showFailed("You are signed out.");
  equal(shown()[1], "You are signed out.");
  status.showFailed();
  equal(shown()[1], "Failed");
});

test("the same problem is not read aloud again", () => {
  const { status, outcome } = setUp();
  status.showOffline();
  const observer = new MutationObserver(() => {});
  observer.observe(outcome, { childList: true, characterData: true, subtree: true });
  status.showOffline();
  equal(observer.takeRecords().length, 0);
  status.showFailed();
  equal(observer.takeRecords().length, 1);
});

test("with nothing to save the last outcome is shown again", () => {
  const { status, shown } = setUp();
  status.showPending();
  status.showIdle();
  equal(shown(), ["", "Saved 14:02", false]);
});

test("another page brings the time of its own last save", () => {
  const { status, outcome, shown } = setUp();
  status.showFailed();
  showLastSave(new DOMParser().parseFromString(BAR.replace("14:02", "9:00"), "text/html"));
  equal([shown()[1], outcome.dataset.kind], ["Saved 9:00", ""]);
});
