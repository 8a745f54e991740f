// The page of the consensus on all items.

import "./agree-rows.js";
import "./comments.js";
import "./privacy.js";
