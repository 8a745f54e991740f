// Which addresses belong to one review, and between which of them pages are turned without a full page load.

const ITEM = /^\/reviews\/[0-9a-f-]{36}\/(items|consensus)\/\d+\/$/;
const REVIEW = /\/reviews\/[0-9a-f-]+\//;

/**
 * Whether all paths are item pages of the same review and of the same kind.
 * @param {string[]} paths
 */
export function areItemsOfOneReview(...paths) {
  const lists = new Set(paths.map((path) => path.replace(/\d+\/$/, "")));
  return paths.every((path) => ITEM.test(path)) && lists.size === 1;
}

/** Whether several people may be editing the current page at once. */
export const isConsensus = () => location.pathname.includes("/consensus/");

/** Whether the person came from another page of a review. */
export const cameFromReview = () => REVIEW.test(document.referrer);
