import { setUp } from "./saving.js";
import { equal, test, until } from "./testing.js";

test("saving everything waits for the running request and for what was typed meanwhile", async () => {
  const { field, server, queue } = setUp();
  let isDone = false;
  field.value = "A";
  queue.save();
  field.value = "AB";
  const all = queue.saveAll().finally(() => (isDone = true));
  server.accept(2);
  await until(() => server.requests.length === 2);
  field.value = "ABC";
  server.accept(3);
  await until(() => server.requests.length === 3);
  equal(isDone, false);
  server.accept(4);
  equal(await all, true);
  equal(server.texts, ["A", "AB", "ABC"]);
});

test("saving everything ends with the first failure", async () => {
  const { field, server, queue } = setUp();
  field.value = "A";
  const all = queue.saveAll();
  field.value = "AB";
  server.lose();
  equal(await all, false);
  equal(server.texts, ["A"]);
});

test("a request sent while the page is left may outlive it", async () => {
  const { field, server, queue } = setUp();
  field.value = "A";
  queue.save({ leaving: true });
  equal(server.requests[0].leaving, true);
  server.accept();
  await until(() => !queue.isUnsaved);
  field.value = "AB";
  queue.save();
  equal(server.requests[1].leaving, false);
});
