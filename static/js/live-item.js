// The page of an item that the evaluators agree on shows what others save. The page of all items needs no code for it.

import { isUnsaved } from "./autosave.js";
import { showItems } from "./live.js";
import { replacePage } from "./pages.js";

showItems({ unsaved: isUnsaved, replace: replacePage });
