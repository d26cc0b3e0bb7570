// Bundles the source editor into modules with stable names; its licences stand beside it.
import { build } from "esbuild";
import { readFileSync, readdirSync, writeFileSync, existsSync } from "node:fs";

const out = new URL("../ui/static/vendor/codemirror/", import.meta.url).pathname;
const here = (name) => new URL(name, import.meta.url).pathname;
await build({
  entryPoints: { editor: here("index.js"), more: here("more.js") },
  outdir: out,
  splitting: true, chunkNames: "shared", // one part is shared by both; its name stays
  bundle: true, format: "esm", minify: true, target: "es2022", legalComments: "none", charset: "utf8",
});

const lock = JSON.parse(readFileSync(new URL("package-lock.json", import.meta.url)));
const texts = [];
for (const [place, one] of Object.entries(lock.packages)) {
  if (!place || one.dev || one.optional) continue;
  const folder = new URL(`${place}/`, import.meta.url);
  const name = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  texts.push(`${place.replace("node_modules/", "")} ${one.version} (${one.license})\n\n${name ? readFileSync(new URL(name, folder), "utf8").trim() : one.license}\n`);
}
writeFileSync(`${out}LICENSE.txt`, texts.join("\n----\n\n"));
