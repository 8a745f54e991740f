// The page of an item of the consensus.

import "./autosave.js";
import "./score-keys.js";
import "./fold.js";
import "./privacy.js";
import "./live-item.js";
import "./comments.js";
