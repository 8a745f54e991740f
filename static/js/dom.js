// Typed access to elements that a module cannot work without.

/**
 * Return the first matching element.
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @param {ParentNode} [root]
 * @returns {T}
 * @throws {Error} if there is none of this type
 */
export function find(selector, type, root = document) {
  const element = root.querySelector(selector);
  if (element instanceof type) return element;
  throw new Error(`No ${type.name} matches ${selector}`);
}

/**
 * Return all matching elements of a type.
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @param {ParentNode} [root]
 * @returns {T[]}
 */
export function findAll(selector, type, root = document) {
  return /** @type {T[]} */ ([...root.querySelectorAll(selector)].filter((element) => element instanceof type));
}

/**
 * Return the value of an attribute that the template must set.
 * @param {Element} element
 * @param {string} name
 * @throws {Error} if the element has no such attribute
 */
export function attribute(element, name) {
  const value = element.getAttribute(name);
  if (value !== null) return value;
  throw new Error(`${element.tagName} has no attribute ${name}`);
}
