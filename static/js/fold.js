// On a small screen the lists beside the form begin folded.

if (matchMedia("(max-width: 52rem)").matches) {
  for (const part of document.querySelectorAll("details[data-fold]")) part.open = false;
}
