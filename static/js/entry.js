// The page that takes a paper sheet.

import "./autosave.js";
import "./entry-keys.js";
