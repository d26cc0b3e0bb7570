// Codes read from the camera: the reader is compiled code that is fetched when first asked for.

const EVERY = 120; // milliseconds between two looks
const AGAIN = 1500; // the same code counts anew after so long
const WIDE = 960; // pixels; more cost time and read nothing more
const FORMATS = [
  "QRCode", "MicroQRCode", "DataMatrix", "Code128", "Code39", "Code93", "Codabar", "EAN13",
  "EAN8", "UPCA", "UPCE", "ITF", "PDF417", "Aztec", "DataBar", "DataBarExp",
];

let reader = null;

function script(address) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = address;
    element.onload = resolve;
    element.onerror = () => reject(new Error("reader"));
    document.head.append(element);
  });
}

async function reading(addresses) {
  if (reader === null) {
    await script(addresses.js);
    reader = window.ZXingWASM;
    reader.prepareZXingModule({ overrides: { locateFile: () => addresses.wasm } });
  }
  return reader;
}

/** The camera in its frame; calls `scanned` with each code it sees. */
export class Camera {
  constructor({ finder, video, torch, addresses, scanned }) {
    Object.assign(this, { finder, video, torch, addresses, scanned });
    this.stream = null;
    this.last = { text: "", at: 0 };
    this.canvas = document.createElement("canvas");
    torch.addEventListener("click", () => this.#light());
  }

  get open() {
    return this.stream !== null;
  }

  /** Open the camera; raises where there is none or it is not allowed. */
  async start() {
    const wanted = { facingMode: { ideal: "environment" }, width: { ideal: 1280 } };
    this.stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    this.finder.hidden = false;
    this.video.srcObject = this.stream;
    await this.video.play();
    const [track] = this.stream.getVideoTracks();
    this.torch.hidden = !track.getCapabilities?.().torch;
    const found = await reading(this.addresses);
    this.#look(found);
  }

  /** Close it: the light goes out and the battery lasts. */
  stop() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.srcObject = null;
    this.finder.hidden = true;
  }

  async #look({ readBarcodes }) {
    while (this.open) {
      const began = performance.now();
      const picture = this.#picture();
      if (picture && !document.hidden) {
        const codes = await readBarcodes(picture, { formats: FORMATS, tryHarder: true, maxNumberOfSymbols: 1 });
        const text = codes.find((one) => one.isValid && one.text)?.text;
        if (text && this.open) this.#saw(text);
      }
      await new Promise((resolve) => setTimeout(resolve, Math.max(EVERY - (performance.now() - began), 10)));
    }
  }

  #picture() {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!width) return null;
    const scale = Math.min(1, WIDE / width);
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    const drawing = this.canvas.getContext("2d", { willReadFrequently: true });
    drawing.drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    return drawing.getImageData(0, 0, this.canvas.width, this.canvas.height);
  }

  #saw(text) {
    const now = performance.now();
    if (text === this.last.text && now - this.last.at < AGAIN) {
      this.last.at = now; // still the same label in front of the lens
      return;
    }
    this.last = { text, at: now };
    this.finder.classList.add("hit");
    setTimeout(() => this.finder.classList.remove("hit"), 300);
    this.scanned(text);
  }

  async #light() {
    const [track] = this.stream?.getVideoTracks() || [];
    const on = this.torch.getAttribute("aria-pressed") !== "true";
    await track?.applyConstraints({ advanced: [{ torch: on }] });
    this.torch.setAttribute("aria-pressed", String(on));
  }
}
