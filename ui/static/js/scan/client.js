// The camera of the client that the page was opened in (WeCom): it reads a code by itself.

// A bar code comes with its kind in front: EAN_13,6901234567892.
const KIND = /^(?:CODE|EAN|UPC|ITF|CODABAR|RSS|GS1)[A-Z0-9_]*,/;

/** Opens the client's own scanner; calls `scanned` with what it read. */
export class ClientCamera {
  constructor({ client, scanned }) {
    Object.assign(this, { client, scanned });
    this.sdk = null;
  }

  // Its picture covers the page and closes by itself: to the page it is never open.
  get open() {
    return false;
  }

  /** Let somebody scan one code; raises where the client does not let this page. */
  async start() {
    this.sdk ??= await this.#registered();
    try {
      const found = await this.sdk.scanQRCode({ needResult: true, scanType: ["qrCode", "barCode"] });
      const words = (found.resultStr ?? "").replace(KIND, "");
      if (words) this.scanned(words);
    } catch (error) {
      // Whoever closes the scanner without a code meant to.
      if (!/:cancel/.test(error.errMsg ?? "")) throw new Error(error.errMsg ?? error.message);
    }
  }

  stop() {}

  async #registered() {
    const sdk = await import(this.client.library);
    const first = await this.#signed(location.href);
    // An app of one's own needs no more than this signature for the scanner.
    sdk.register({
      corpId: first.corp_id,
      agentId: first.agent_id,
      jsApiList: ["scanQRCode"],
      getConfigSignature: async (url) => (await this.#signed(url)).config,
    });
    return sdk;
  }

  async #signed(url) {
    const where = new URL(this.client.signature, location.href);
    where.searchParams.set("url", url);
    const answer = await fetch(where, { headers: { Accept: "application/json" } });
    const data = await answer.json();
    if (!answer.ok) throw new Error(data.say);
    return data;
  }
}
