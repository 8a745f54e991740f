// Every page of somebody who is signed in.

import "./menus.js";
import "./session-end.js";
import "./page-keys.js";
import "./keys-sheet.js";
