// Tells the server what was moved, in order, each move once: it stays on the shelf until it has
// been answered, and its key makes a move that is told twice count once.

const AT_ONCE = 20;
const PATIENCE = 15000; // milliseconds for one answer
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 60000;
const KEPT = 100; // moves that are over, still shown

/** Fetch JSON; raises `Lost` where the server cannot be reached, `SignedOut` where it asks who. */
export async function ask(address, options = {}, patience = PATIENCE) {
  let response;
  try {
    response = await fetch(address, {
      cache: "no-store",
      credentials: "same-origin",
      signal: AbortSignal.timeout(patience),
      ...options,
    });
  } catch {
    throw new Lost();
  }
  if (response.redirected || response.status === 401) throw new SignedOut();
  if (response.status >= 500) throw new Lost();
  if (!response.ok) throw new Stopped(response.status);
  try {
    return await response.json();
  } catch {
    throw new Lost(); // the answer was cut off
  }
}

/** The server cannot be reached, or its answer was lost. */
export class Lost extends Error {}
/** The session has ended. */
export class SignedOut extends Error {}
/** The server does not take this at all. */
export class Stopped extends Error {
  constructor(status) {
    super(String(status));
    this.status = status;
  }
}

/** Sends what waits on a shelf. */
export class Sender {
  /** `changed` is called with the state of the line, `answered` with each move and its answer. */
  constructor({ config, shelf, device, changed, answered }) {
    Object.assign(this, { config, shelf, device, changed, answered });
    this.token = "";
    this.running = null;
    this.again = false;
    this.wait = FIRST_WAIT;
    this.timer = 0;
    this.offset = 0; // between the clock of the server and that of the device
    window.addEventListener("online", () => this.now());
    window.addEventListener("offline", () => this.changed("offline"));
    document.addEventListener("visibilitychange", () => document.hidden || this.now());
  }

  /** Send everything that waits; one run at a time, in one window at a time. */
  now() {
    clearTimeout(this.timer);
    this.again = true;
    this.running ||= this.#locked().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  async #locked() {
    const run = () => this.#runs();
    // Web locks exist on encrypted addresses only; without them the keys alone hold.
    await (navigator.locks ? navigator.locks.request(this.shelf.name, run) : run());
  }

  async #runs() {
    while (this.again) {
      this.again = false;
      try {
        await this.#hello();
        this.changed("online");
        await this.#batches();
        this.wait = FIRST_WAIT;
      } catch (error) {
        this.token = "";
        if (error instanceof SignedOut) this.changed("signed-out");
        else this.#later(error);
        return;
      }
    }
  }

  #later(error) {
    if (!(error instanceof Lost) && !(error instanceof Stopped)) throw error;
    this.changed("offline");
    this.timer = setTimeout(() => this.now(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  async #hello() {
    const told = await ask(this.config.addresses.hello, {}, 5000);
    if (told.person.id !== this.config.person.id) throw new SignedOut();
    this.token = told.token;
    this.offset = Date.parse(told.now) - Date.now();
  }

  async #waiting() {
    const moves = await this.shelf.moves();
    const over = moves.filter((move) => move.state !== "queued" && move.state !== "failed");
    for (const move of over.slice(0, -KEPT)) await this.shelf.remove(move.number);
    return moves.filter((move) => isWaiting(move) && move.person === this.config.person.id);
  }

  async #batches() {
    let seen = 0;
    for (;;) {
      const batch = (await this.#waiting()).filter((move) => move.number > seen).slice(0, AT_ONCE);
      if (!batch.length) return;
      const told = await this.#told(batch);
      for (const [at, move] of batch.entries()) {
        const answer = told.answers[at];
        if (!answer || answer.key !== move.key || answer.outcome === "busy") throw new Lost();
        await this.#settle(move, answer);
        seen = move.number;
      }
    }
  }

  #told(batch) {
    const moves = batch.map(({ key, values, person, fresh }) => ({ key, values, person, late: !fresh }));
    return ask(this.config.addresses.send, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
      body: JSON.stringify({ device: this.device, moves }),
    });
  }

  async #settle(move, answer) {
    const now = (await this.shelf.moves()).find((one) => one.number === move.number);
    if (!now) return;
    // Refused while somebody waited for the answer: nothing happened. If nobody waits any more it
    // has happened meanwhile, and is told again as such.
    if (answer.outcome === "refused" && move.fresh) {
      if (now.fresh) {
        await this.shelf.remove(move.number);
        this.answered(move, answer);
      } else {
        this.again = true;
      }
      return;
    }
    const settled = { ...now, state: answer.outcome, answer, fresh: false };
    await this.shelf.put(settled);
    if (answer.outcome === "failed") this.timer = setTimeout(() => this.now(), LONGEST_WAIT);
    this.answered(settled, answer);
  }
}

/** Whether a move has still to be told. */
export const isWaiting = (move) => move.state === "queued" || move.state === "failed";
