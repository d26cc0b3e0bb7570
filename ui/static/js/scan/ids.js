// Keys that no two moves share, and the name of this device; both without a secure address.

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function random(count) {
  return [...crypto.getRandomValues(new Uint8Array(count))].map((byte) => LETTERS[byte % 32]).join("");
}

/** Return a new key (a ULID): the time in front, so that keys sort as they were made. */
export function newKey() {
  let time = Date.now();
  let head = "";
  for (let at = 0; at < 10; at += 1) {
    head = LETTERS[time % 32] + head;
    time = Math.floor(time / 32);
  }
  return head + random(16);
}

/** Return the name of this device, made once and kept. */
export function deviceName() {
  const kept = localStorage.getItem("seamline-device");
  if (kept) return kept;
  const made = `PDA-${random(6)}`;
  localStorage.setItem("seamline-device", made);
  return made;
}
