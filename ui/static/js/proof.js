// Photos that have to be proof: the page's own camera, where it is, and what is still missing.
import { drawn, smaller } from "./exif.js";
import { sendForms } from "./send.js";

const begin = () => {
  for (const box of document.querySelectorAll("[data-proof]:not(.scripted)")) prove(box);
  sendForms(document);
};
begin();
document.addEventListener("seamline:shown", () => {
  begin();
  document.getElementById("problems")?.focus();
});

function prove(box) {
  const form = box.closest("form");
  const part = (name) => box.querySelector(`[data-part=${name}]`);
  const input = box.querySelector("input[type=file]");
  const still = box.querySelector(".still");
  const words = box.dataset;
  const secure = window.isSecureContext;
  box.classList.add("scripted");

  const tile = (key, text, note, known) => {
    const one = box.querySelector(`[data-tile=${key}]`);
    if (!one) return;
    one.classList.toggle("known", known);
    one.classList.toggle("wrong", !known && Boolean(note));
    if (text) one.querySelector("b").textContent = text;
    if (note) one.querySelector("small").textContent = note;
  };

  // The server's clock, which the picture will be marked with, and not the phone's.
  const clock = box.querySelector("[data-now]");
  if (clock) {
    const ahead = Date.parse(clock.dataset.now) - Date.now();
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(clock.dataset.now) ?? [0, "+", "00", "00"];
    const zone = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60000;
    const tick = () => {
      clock.querySelector("b").textContent = new Date(Date.now() + ahead + zone).toISOString().slice(11, 19);
    };
    tick();
    setInterval(tick, 1000);
  }

  // Where the device is: asked for with the first photo, the most accurate answer kept.
  let best = Infinity;
  let asked = false;
  const locate = () => {
    if (asked) return;
    if (!secure || !navigator.geolocation) return tile("place", "", words.insecure, false);
    asked = true;
    tile("place", "", words.wait, false);
    navigator.geolocation.watchPosition(
      ({ coords }) => {
        if (coords.accuracy > best) return;
        best = coords.accuracy;
        const point = `${coords.latitude.toFixed(5)},${coords.longitude.toFixed(5)}`;
        part("place").value = `${point},${Math.round(best)}`;
        tile("place", point.replace(",", ", "), words.found.replace("{m}", Math.round(best)), true);
        judge();
      },
      (error) => {
        asked = false;
        if (!part("place").value) tile("place", "", error.code === 1 ? words.refused : words.unknown, false);
        judge();
      },
      { enableHighAccuracy: true, timeout: 30000 },
    );
  };
  box.querySelector("[data-tile=place]")?.addEventListener("click", locate);
  if (!secure) locate();
  else navigator.permissions?.query({ name: "geolocation" }).then((has) => has.state === "granted" && locate(), () => {});

  // One photo at a time: a new one takes the place of the one before.
  const take = (file, live, at) => {
    const files = new DataTransfer();
    files.items.add(file);
    input.files = files.files;
    part("live").value = live;
    part("taken_at").value = new Date(at).toISOString();
    URL.revokeObjectURL(still.src);
    still.src = URL.createObjectURL(file);
    still.hidden = false;
    box.classList.add("taken");
    box.querySelector(".files").replaceChildren();
    judge();
  };
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return judge();
    locate();
    box.classList.add("busy");
    judge();
    const made = await smaller(file);
    box.classList.remove("busy");
    take(made, "", file.lastModified);
  });

  camera(box, secure, locate, take);
  const judge = () => missing(form, box, input, part("place"));
  form.addEventListener("change", judge);
  judge();
}

// The page's own camera, where the connection allows one: its frames count as taken live.
function camera(box, secure, locate, take) {
  const shots = box.querySelector(".shots");
  const finder = box.querySelector(".finder");
  const video = finder.querySelector("video");
  const open = box.querySelector("[data-open-camera]");
  const shoot = box.querySelector("[data-shoot]");
  let token = "";
  if (!secure || !navigator.mediaDevices?.getUserMedia) return;
  shots.hidden = false;
  open.addEventListener("click", async () => {
    locate();
    try {
      token ||= await promised(box);
      const wanted = { facingMode: "environment", width: { ideal: 1920 } };
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: wanted });
      await video.play();
    } catch {
      open.disabled = true;
      return;
    }
    finder.hidden = shoot.hidden = false;
    open.hidden = true;
    box.classList.add("looking");
    finder.scrollIntoView({ block: "center" });
  });
  shoot.addEventListener("click", async () => {
    const blob = await drawn(video, video.videoWidth, video.videoHeight);
    for (const track of video.srcObject.getTracks()) track.stop();
    finder.hidden = shoot.hidden = true;
    open.hidden = false;
    box.classList.remove("looking");
    take(new File([blob], "live.jpg", { type: "image/jpeg" }), token, Date.now());
  });
}

// A word of the server that is good for one live picture.
async function promised(box) {
  const form = box.closest("form");
  const answer = await fetch(form.dataset.promise, {
    method: "POST",
    headers: { "X-CSRFToken": form.elements._csrf.value },
  });
  return answer.ok ? (await answer.json()).token : "";
}

// Holds the button back while something is missing, and says what.
function missing(form, box, input, place) {
  const button = form.querySelector("[data-check]");
  const why = form.querySelector("[data-why]");
  if (!button || !why) return;
  const kept = box.querySelector(".files input:checked");
  const photo = input.files.length > 0 || kept;
  const needed = input.getAttribute("aria-required") === "true";
  const lacks = box.classList.contains("busy") ? [box.dataset.busy] : [];
  if (needed && !photo) lacks.push(why.dataset.photo);
  if ((needed || photo) && "placeRequired" in box.dataset && !place.value) lacks.push(why.dataset.place);
  button.disabled = lacks.length > 0;
  why.textContent = lacks.length ? lacks.join(" ") : why.dataset.ready;
}
