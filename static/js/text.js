// Pages with one text that saves itself.

import "./autosave.js";
import "./privacy.js";
