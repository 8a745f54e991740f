import { saveWith, setUp } from "./saving.js";
import { equal, settle, test, until } from "./testing.js";

test("a request whose answer was lost is sent again word for word before anything newer", async () => {
  const { field, clock, server, queue, sent } = setUp();
  field.value = "A";
  const lost = queue.save();
  server.lose();
  equal(await lost, false);
  field.value = "AB";
  const again = queue.save();
  await sent(2);
  equal(server.requests[1], server.requests[0]);
  server.accept(2);
  equal(await again, true);
  clock.pass(800);
  await sent(3);
  equal(server.texts, ["A", "A", "AB"]);
  equal(server.requests[2].body.version, "2");
  equal(server.requests[2].body.change === server.requests[0].body.change, false);
});

test("a lost request is sent again although the text was taken back meanwhile", async () => {
  const { field, server, queue } = setUp();
  field.value = "A name that must go";
  const lost = queue.save();
  server.lose();
  await lost;
  field.value = "Served";
  equal(queue.isDirty, true);
  const all = queue.saveAll();
  await until(() => server.requests.length === 2);
  server.accept(2);
  await until(() => server.requests.length === 3);
  server.accept(3);
  equal(await all, true);
  equal(server.texts, ["A name that must go", "A name that must go", "Served"]);
});

test("without a connection a save is tried again every five seconds", async () => {
  const { field, clock, server, queue, events, sent } = setUp();
  field.value = "A";
  const first = queue.save();
  server.lose();
  await first;
  clock.pass(4999);
  await settle();
  equal(server.requests.length, 1);
  clock.pass(1);
  await sent(2);
  server.lose();
  await until(() => events.length === 4);
  clock.pass(5000);
  await sent(3);
  equal([queue.hasFailed, queue.isUnsaved], [true, true]);
  server.accept();
  await until(() => !queue.isUnsaved);
  equal(queue.hasFailed, false);
  equal(events, ["saving", "offline", "saving", "offline", "saving", "Saved 2"]);
});

test("after an error of the server the same request is sent again", async () => {
  const { field, server, queue, events } = setUp();
  field.value = "A";
  equal(await saveWith(queue, server, 500), false);
  field.value = "AB";
  const again = queue.save();
  await settle();
  equal(server.requests[1], server.requests[0]);
  server.accept();
  equal(await again, true);
  equal(events.slice(0, 2), ["saving", "failed: undefined"]);
});

test("after signing out and in again the same request is sent again", async () => {
  const { field, server, queue, events } = setUp();
  field.value = "A";
  equal(await saveWith(queue, server, 401, { error: "You are signed out." }), false);
  equal([queue.hasFailed, queue.isStopped, queue.isDirty], [true, false, true]);
  const again = queue.save();
  await settle();
  equal(server.requests[1], server.requests[0]);
  server.accept();
  equal(await again, true);
  equal(events.slice(0, 2), ["saving", "failed: You are signed out."]);
});

test("an answer that cannot be read is a failure, and the text is sent again", async () => {
  const { field, server, queue, events } = setUp();
  field.value = "A";
  equal(await saveWith(queue, server, 200, {}), false);
  equal([queue.hasFailed, queue.isDirty], [true, true]);
  queue.save();
  equal(server.texts, ["A", "A"]);
  equal(events, ["saving", "failed: undefined", "saving"]);
});

test("while the server cannot save, the same request is sent again when it asks for it", async () => {
  const { field, clock, server, events, queue, sent } = setUp();
  field.value = "A";
  const first = queue.save();
  server.answer(503, { error: "The database does not answer." }, { "Retry-After": "10" });
  equal([await first, queue.hasFailed, queue.isUnsaved], [false, true, true]);
  field.value = "AB";
  clock.pass(9999);
  await settle();
  equal(server.requests.length, 1);
  clock.pass(1);
  await sent(2);
  equal(server.requests[1], server.requests[0]);
  server.accept(2);
  await until(() => !queue.hasFailed);
  clock.pass(800);
  await sent(3);
  equal(server.texts, ["A", "A", "AB"]);
  equal(events.slice(0, 2), ["saving", "offline: The database does not answer."]);
});

test("a page of the proxy is no answer: the request is sent again after five seconds", async () => {
  for (const status of [502, 503, 504]) {
    const { field, clock, server, events, queue, sent } = setUp();
    field.value = "A";
    const first = queue.save();
    server.answer(status);
    await first;
    clock.pass(5000);
    await sent(2);
    equal(events, ["saving", "offline", "saving"]);
  }
});
