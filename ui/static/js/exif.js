// A picture made smaller in the browser keeps what its camera wrote: the server looks at it.

const LONGEST = 1600;
const ORIENTATION = 0x0112;

// Returns the JPEG segment with what the camera wrote, upright marked, or null.
async function cameraFacts(file) {
  const bytes = new Uint8Array(await file.slice(0, 256 * 1024).arrayBuffer());
  const view = new DataView(bytes.buffer);
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 10 < view.byteLength; ) {
    const mark = view.getUint16(at);
    const size = view.getUint16(at + 2);
    const exif = mark === 0xffe1 && view.getUint32(at + 4) === 0x45786966;
    if (exif && at + 2 + size <= view.byteLength) return upright(bytes.slice(at, at + 2 + size));
    if (mark < 0xffe0 || mark > 0xffef) return null;
    at += 2 + size;
  }
  return null;
}

// The canvas has turned the pixels already: what says how to turn them must not do it again.
function upright(segment) {
  const view = new DataView(segment.buffer);
  const start = 10;
  const little = view.getUint16(start) === 0x4949;
  const table = start + view.getUint32(start + 4, little);
  if (table + 2 > view.byteLength) return segment;
  const entries = view.getUint16(table, little);
  for (let entry = table + 2; entry < table + 2 + entries * 12 && entry + 12 <= view.byteLength; entry += 12)
    if (view.getUint16(entry, little) === ORIENTATION) view.setUint16(entry + 8, 1, little);
  return segment;
}

// Draws an image or a video frame at most 1600 pixels wide or high and returns it as a JPEG.
export function drawn(source, width, height) {
  const part = Math.min(1, LONGEST / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * part);
  canvas.height = Math.round(height * part);
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.86));
}

// Returns the file made smaller, or itself where that is not possible or not needed.
export async function smaller(file) {
  try {
    const image = await createImageBitmap(file);
    if (Math.max(image.width, image.height) <= LONGEST && file.type === "image/jpeg") return file;
    const facts = await cameraFacts(file);
    const blob = await drawn(image, image.width, image.height);
    const parts = facts ? [blob.slice(0, 2), facts, blob.slice(2)] : [blob];
    const name = file.name.replace(/\.[^.]*$/, "") + ".jpg";
    return new File(parts, name, { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    return file;
  }
}
