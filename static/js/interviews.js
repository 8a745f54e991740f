// The list of interviews.

import "./guide-choice.js";
import "./privacy.js";
