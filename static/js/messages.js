// What happened before a page was loaded is read aloud.

import { announceMessages } from "./announce.js";

announceMessages();
