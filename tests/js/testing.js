// The frame of the unit tests. `tests/browser/test_scripts.py` runs each test in a page of its own.

/** @type {Map<string, () => void | Promise<void>>} */
const tests = new Map();

/**
 * Define a test. Its sentence is written in one line with the call: pytest finds it there.
 * @param {string} sentence
 * @param {() => void | Promise<void>} body
 */
export function test(sentence, body) {
  if (tests.has(sentence)) throw new Error(`Two tests are called “${sentence}”`);
  tests.set(sentence, body);
}

/** Return the sentences of all tests that the loaded modules define. */
export const sentences = () => [...tests.keys()];

/**
 * Run a test, for ten seconds at most.
 * @param {string} sentence
 */
export async function run(sentence) {
  const body = tests.get(sentence);
  if (!body) throw new Error(`No test is called “${sentence}”`);
  const timeout = new Promise((_, reject) => setTimeout(() => reject(new Error("still waiting after 10 s")), 10_000));
  await Promise.race([body(), timeout]);
}

/**
 * Compare two values as JSON.
 * @template T
 * @param {T} actual
 * @param {T} expected
 */
export function equal(actual, expected) {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (found !== wanted) throw new Error(`found    ${found}\nexpected ${wanted}`);
}

/**
 * Wait for a condition, at most two seconds.
 * @param {() => unknown} condition
 */
export async function until(condition) {
  for (let tries = 0; tries < 200; tries++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`never came true: ${condition}`);
}

/** Let all promises settle that can. */
export async function settle() {
  for (let tries = 0; tries < 5; tries++) await new Promise((resolve) => setTimeout(resolve));
}

/** @param {string} html */
export function fillPage(html) {
  document.body.innerHTML = html;
}

/**
 * Press a key where the focus is; return whether the page handled it.
 * @param {string} key
 * @param {KeyboardEventInit} [options]
 */
export function press(key, options = {}) {
  const target = document.activeElement ?? document.body;
  return !target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options }));
}

/** Record where the page would go instead of going there. */
export function recordNavigation() {
  /** @type {{ path: string, form: FormData | null }[]} */
  const visits = [];
  window.navigation.addEventListener("navigate", (event) => {
    event.preventDefault();
    visits.push({ path: new URL(event.destination.url).pathname, form: event.formData });
  });
  return visits;
}
