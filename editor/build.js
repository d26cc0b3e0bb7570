// Bundles the source editor into modules with stable names; its licences stand beside it.
import { build } from "esbuild";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";

const out = new URL("../ui/static/vendor/codemirror/", import.meta.url).pathname;
const here = (name) => new URL(name, import.meta.url).pathname;
const { metafile } = await build({
  entryPoints: { editor: here("index.js"), editing: here("editing.js"), more: here("more.js") },
  outdir: out, metafile: true,
  splitting: true, chunkNames: "part-[hash]", // what several of them share
  bundle: true, format: "esm", minify: true, target: "es2022", legalComments: "none", charset: "utf8",
});

// Names that stay: `shared` is the view and its state, `language` what keys and completion know of a text.
const files = Object.entries(metafile.outputs).map(([path, one]) => [path.split("/").at(-1), one]);
const renamed = files.filter(([name]) => name.startsWith("part-"))
  .map(([name, one]) => [name, Object.keys(one.inputs).some((input) => input.includes("@codemirror/view")) ? "shared.js" : "language.js"]);
if (renamed.map(([, now]) => now).sort().join() !== "language.js,shared.js") throw new Error(`Parts: ${renamed.join(" ")}`);
for (const [name] of files) {
  let text = readFileSync(out + name, "utf8");
  for (const [was, now] of renamed) text = text.replaceAll(was, now);
  const [, now] = renamed.find(([was]) => was === name) ?? [];
  if (now) rmSync(out + name);
  writeFileSync(out + (now ?? name), text);
}

const lock = JSON.parse(readFileSync(new URL("package-lock.json", import.meta.url)));
const texts = [];
for (const [place, one] of Object.entries(lock.packages)) {
  if (!place || one.dev || one.optional) continue;
  const folder = new URL(`${place}/`, import.meta.url);
  const name = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  texts.push(`${place.replace("node_modules/", "")} ${one.version} (${one.license})\n\n${name ? readFileSync(new URL(name, folder), "utf8").trim() : one.license}\n`);
}
writeFileSync(`${out}LICENSE.txt`, texts.join("\n----\n\n"));
