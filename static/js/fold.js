// On a small screen the lists beside the form begin folded.

import { onPage } from "./pages.js";

onPage(() => {
  if (!matchMedia("(max-width: 52rem)").matches) return;
  for (const part of document.querySelectorAll("details[data-fold]:not([data-folded])")) {
    part.open = false;
    part.dataset.folded = "";
  }
});
