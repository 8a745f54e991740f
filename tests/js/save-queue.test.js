import { setUp } from "./saving.js";
import { equal, settle, test, until } from "./testing.js";

test("a change is sent once, 0.8 seconds after the last key", async () => {
  const { field, clock, server, queue, events, sent } = setUp();
  field.value = "A";
  queue.saveSoon();
  clock.pass(700);
  field.value = "AB";
  queue.saveSoon();
  clock.pass(700);
  equal(server.texts, []);
  clock.pass(100);
  await sent(1);
  server.accept();
  await until(() => !queue.isUnsaved);
  clock.pass(60_000);
  await settle();
  equal(server.texts, ["AB"]);
  equal(events, ["pending", "pending", "saving", "Saved 2"]);
});

test("a scheduled save that is cancelled is not sent", async () => {
  const { field, clock, server, queue } = setUp();
  field.value = "A";
  queue.saveSoon();
  queue.cancel();
  clock.pass(60_000);
  await settle();
  equal(server.texts, []);
});

test("an unchanged form is not sent", async () => {
  const { field, server, queue, events } = setUp();
  field.value = "Changed";
  field.value = "Served";
  equal(await queue.save(), true);
  equal(server.texts, []);
  equal(events, ["idle"]);
});

test("what was typed before the scripts were loaded is a change", () => {
  equal(setUp().queue.isDirty, false);
  const { server, queue } = setUp({ typed: "Early" });
  equal(queue.isDirty, true);
  queue.save();
  equal(server.texts, ["Early"]);
});

test("only one request is running at a time", async () => {
  const { field, server, queue } = setUp();
  field.value = "A";
  const first = queue.save();
  field.value = "AB";
  const others = [queue.save(), queue.save()];
  await settle();
  equal(server.texts, ["A"]);
  server.accept(2);
  equal(await first, true);
  await settle();
  equal(server.texts, ["A", "AB"]);
  server.accept(3);
  equal(await Promise.all(others), [true, true]);
  equal(server.texts, ["A", "AB"]);
});

test("the next save is based on the version that the server returned", async () => {
  const { field, server, queue, sent } = setUp();
  for (const [text, version] of /** @type {const} */ ([["A", 2], ["AB", 7], ["ABC", 8]])) {
    field.value = text;
    const saved = queue.save();
    await sent(server.requests.length);
    server.accept(version);
    await saved;
  }
  equal(server.requests.map(({ body }) => body.version), ["1", "2", "7"]);
});

test("each request has an id of its own", async () => {
  const { field, server, queue } = setUp();
  for (const text of ["A", "AB"]) {
    field.value = text;
    const saved = queue.save();
    server.accept();
    await saved;
  }
  const ids = new Set(server.requests.map(({ body }) => body.change));
  equal([ids.size, ids.has("of-the-page")], [2, false]);
});

test("text typed while a save runs is sent afterwards by itself", async () => {
  const { field, clock, server, queue, events, sent } = setUp();
  field.value = "A";
  const saved = queue.save();
  field.value = "AB";
  server.accept(2);
  equal(await saved, true);
  equal(queue.isUnsaved, true);
  clock.pass(800);
  await sent(2);
  equal(server.requests[1].body.version, "2");
  server.accept(3);
  await until(() => !queue.isUnsaved);
  equal(server.texts, ["A", "AB"]);
  equal(events, ["saving", "Saved 2", "pending", "saving", "Saved 3"]);
});
