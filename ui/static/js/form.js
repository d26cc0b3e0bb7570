// What a form that is being filled has beyond any other page.
import { keepForms } from "./drafts.js";
import { growTables } from "./rows.js";
import { keyForms } from "./keys.js";
import { prefillForms } from "./prefill.js";
import { pasteTables } from "./paste.js";

growTables(document);
pasteTables(document);
keyForms(document);
prefillForms(document);
keepForms(document);
