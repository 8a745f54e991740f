// On a small screen the lists beside the form are collapsed at first.

import { findAll } from "./dom.js";
import { onPage } from "./pages.js";

onPage(() => {
  if (!matchMedia("(max-width: 52rem)").matches) return;
  for (const list of findAll("details[data-fold]:not([data-folded])", HTMLDetailsElement)) {
    list.open = false;
    list.dataset.folded = "";
  }
});
