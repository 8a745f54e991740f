// The page of an item that is scored alone.

import "./autosave.js";
import "./score-keys.js";
import "./fold.js";
import "./privacy.js";
