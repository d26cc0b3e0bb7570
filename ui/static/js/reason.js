// What wants a reason asks for it when its button is pressed, instead of beside every button.

document.documentElement.classList.add("scripted");
const asked = document.getElementById("why");

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-needs^=reason]");
  if (!asked || !button || button.dataset.told) return;
  event.preventDefault();
  event.stopPropagation();
  asked.querySelector("h2").textContent = button.dataset.title || button.textContent.trim();
  const words = asked.querySelector("textarea");
  words.value = "";
  words.required = button.dataset.needs.endsWith("must");
  asked.returnValue = "";
  asked.onclose = () => {
    if (asked.returnValue !== "go") return (button.closest("details")?.querySelector("summary") ?? button).focus();
    button.form.elements.reason.value = words.value;
    button.dataset.told = "yes";
    button.form.requestSubmit(button);
    setTimeout(() => delete button.dataset.told);
  };
  asked.showModal();
}, true);
