// The editor's bundle as the lock file builds it: `node tests/browser/bundle.mjs` writes it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
export const target = join(root, "static/editor.js");

export async function bundle() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["src/app/editor/js/main.js"],
    nodePaths: [join(root, "tests/browser/node_modules")],
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    // Without it the parser's idle work keeps to the browser's short turns, not to 100 ms of its own.
    define: { "navigator.scheduling": "undefined" },
    legalComments: "none",
    charset: "utf8",
    banner: { js: "/* CodeMirror 6, MIT license, (C) Marijn Haverbeke and others; bundled by tests/browser/bundle.mjs */" },
    write: false,
  });
  return outputFiles[0].text;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(target, await bundle());
}
