// A step for several records goes to the server a few at a time: what is done is seen as it is done.

const AT_ONCE = 5;
const form = document.querySelector("form[data-some]");

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!form.reportValidity()) return;
  const given = new FormData(form);
  const ids = given.getAll("id");
  const report = document.getElementById("report");
  const lines = report.querySelector("tbody");
  const bar = report.querySelector("progress");
  form.hidden = true;
  report.hidden = false;
  bar.max = ids.length;
  report.scrollIntoView({ block: "nearest" });
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const part = new URLSearchParams([...given].filter(([name]) => name !== "id"));
    for (const id of ids.slice(at, at + AT_ONCE)) part.append("id", id);
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: part, headers: { "X-Lines": "yes" } });
    } catch {
      answer = null;
    }
    if (!answer?.ok) {
      report.querySelector("[data-lost]").hidden = false; // what was not sent stands untouched
      break;
    }
    lines.insertAdjacentHTML("beforeend", await answer.text());
    bar.value = Math.min(at + AT_ONCE, ids.length);
    for (const kind of ["done", "held", "refused"]) {
      report.querySelector(`[data-of=${kind}]`).textContent = lines.querySelectorAll(`tr.${kind}`).length;
    }
  }
  report.querySelector("h2").focus();
});
