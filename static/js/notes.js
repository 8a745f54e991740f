// The page of an open interview.

import "./autosave.js";
import "./interview.js";
import "./question-folds.js";
import "./privacy.js";
import "./fold.js";
