import { saveWith, setUp } from "./saving.js";
import { equal, settle, test } from "./testing.js";

test("a refused text is sent as a new request once it is changed", async () => {
  const { field, server, queue, events } = setUp();
  field.value = "010190 10046";
  equal(await saveWith(queue, server, 422, { error: "An identity number." }), false);
  equal([queue.hasFailed, queue.isStopped, queue.isDirty], [true, false, true]);
  field.value = "A client";
  const saved = queue.save();
  await settle();
  equal(server.texts, ["010190 10046", "A client"]);
  equal(server.requests[1].body.change === server.requests[0].body.change, false);
  server.accept();
  equal([await saved, queue.hasFailed], [true, false]);
  equal(events, ["saving", "failed: An identity number.", "saving", "Saved 2"]);
});

test("after a conflict nothing is sent until the person decides", async () => {
  const { field, clock, server, queue, events } = setUp();
  field.value = "Mine";
  equal(await saveWith(queue, server, 409, { error: "Somebody else saved.", conflict: true }), false);
  equal([queue.isStopped, queue.hasFailed, queue.isDirty], [true, true, true]);
  field.value = "Mine, and more";
  queue.saveSoon();
  clock.pass(60_000);
  equal([await queue.save(), await queue.saveAll()], [false, false]);
  equal(server.texts, ["Mine"]);
  equal(events.slice(0, 3), ["saving", "failed: Somebody else saved.", "conflict"]);
});

test("once the person has decided, only later changes are sent", async () => {
  const { field, server, queue } = setUp();
  field.value = "Mine";
  await saveWith(queue, server, 409, { error: "Somebody else saved.", conflict: true });
  queue.resume();
  equal([queue.isStopped, queue.hasFailed, queue.isDirty], [false, false, false]);
  equal(await queue.save(), true);
  field.value = "Mine, and more";
  queue.save();
  equal(server.texts, ["Mine", "Mine, and more"]);
});

test("a refusal without a conflict does not stop saving", async () => {
  const { field, server, queue } = setUp();
  field.value = "Too late";
  await saveWith(queue, server, 409, { error: "The draft was shared." });
  equal([queue.isStopped, queue.hasFailed], [false, true]);
});

test("content that the server refused before it sent the page is not saved by itself", async () => {
  const { field, server, queue } = setUp({ isStopped: true });
  equal([queue.isStopped, queue.isDirty], [true, true]);
  field.value = "Mine";
  equal(await queue.save(), false);
  equal(server.texts, []);
});

test("discarded text is neither sent nor counted as unsaved", async () => {
  const { field, server, queue } = setUp();
  field.value = "A";
  const lost = queue.save();
  server.lose();
  await lost;
  field.value = "AB";
  queue.discard();
  equal([queue.isUnsaved, await queue.save()], [false, true]);
  equal(server.texts, ["A"]);
});
