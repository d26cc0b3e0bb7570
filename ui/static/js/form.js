// What a form that is being filled has beyond any other page.
import { keepForms } from "./drafts.js";
import { growTables } from "./rows.js";
import { keyForms } from "./keys.js";
import { prefillForms } from "./prefill.js";

growTables(document);
for (const hint of document.querySelectorAll("[data-pastes]")) hint.hidden = false;
let pasting = null; // what a paste needs is fetched with the first one

document.addEventListener("paste", async (event) => {
  const table = event.target.closest?.("form[data-guard] table[data-rows]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!table || !/[\t\n]/.test(text.trim())) return; // one word goes where it is pasted
  event.preventDefault();
  pasting ??= import("./paste.js");
  const { paste } = await pasting;
  await paste(table, event.target, text);
});
document.addEventListener("input", async ({ target }) => {
  if (pasting) (await pasting).typedInto(target);
});
keyForms(document);
prefillForms(document);
keepForms(document);
