// What this device keeps: the moves it has still to tell, and the items it carries.
// A move is written here before it is sent, and stands here until the server has answered.

const OPENED = new Map();

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

function opened(name) {
  if (!OPENED.has(name)) {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      const moves = request.result.createObjectStore("moves", { keyPath: "number", autoIncrement: true });
      moves.createIndex("key", "key", { unique: true });
      request.result.createObjectStore("carried");
    };
    OPENED.set(name, done(request));
  }
  return OPENED.get(name);
}

/** The shelf of one page. */
export class Shelf {
  constructor(page) {
    this.name = `seamline-scan-${page}`;
  }

  async #in(store, mode, work) {
    const database = await opened(this.name);
    // `strict` asks for the disk: a device whose battery is pulled out forgets no move.
    const transaction = database.transaction(store, mode, { durability: "strict" });
    const end = finished(transaction);
    const result = await work(transaction.objectStore(store));
    await end;
    return result;
  }

  /** Write a move down; it is there when this returns. */
  async add(move) {
    return { ...move, number: await this.#in("moves", "readwrite", (store) => done(store.add(move))) };
  }

  /** Write down what has become of a move. */
  async put(move) {
    await this.#in("moves", "readwrite", (store) => done(store.put(move)));
  }

  /** Take a move away. */
  async remove(number) {
    await this.#in("moves", "readwrite", (store) => done(store.delete(number)));
  }

  /** Return every move, the oldest first. */
  async moves() {
    return this.#in("moves", "readonly", (store) => done(store.getAll()));
  }

  /** Return what is kept under a word, undefined where nothing is. */
  async kept(word) {
    return this.#in("carried", "readonly", (store) => done(store.get(word)));
  }

  /** Keep something under a word. */
  async keep(word, value) {
    await this.#in("carried", "readwrite", (store) => done(store.put(value, word)));
  }
}
