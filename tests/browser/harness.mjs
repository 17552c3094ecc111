// Serves dist/ and drives Chromium. Knows no test.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = fileURLToPath(new URL("../..", import.meta.url));
// Another build of the page can be tested in place of dist/.
export const dist = process.env.PODIUM_DIST || join(root, "dist");
const shots = join(root, "test-results");
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".css": "text/css",
};

async function serve() {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    const file = join(dist, path === "/" ? "index.html" : path);
    try {
      const body = await readFile(file);
      response.writeHead(200, { "content-type": types[extname(file)] ?? "text/plain" });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

// The pages that a test opened end with it: each runs a cluster of its own, and those left open
// would slow down all that follow.
const opened = [];
if (process.env.NODE_TEST_CONTEXT) {
  const { afterEach } = await import("node:test");
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((context) => context.close()));
  });
}

export async function start() {
  const server = await serve();
  const browser = await chromium.launch({
    executablePath: process.env.CHROME || "/usr/bin/chromium",
    args: [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
      "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });
  const address = `http://127.0.0.1:${server.address().port}/`;
  return {
    address,
    async page(options = {}, prepare = () => {}) {
      const page = await this.open(options, prepare);
      // The first picture looks the same, but nothing in it works yet.
      await page.waitForFunction(() => window.wasmBindings && document.querySelector(".pod"));
      return page;
    },
    async open(options = {}, prepare = () => {}) {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        locale: "en-US",
        ...options,
      });
      opened.push(context);
      await prepare(context);
      const page = await context.newPage();
      page.errors = [];
      page.on("pageerror", (error) => page.errors.push(String(error)));
      await page.goto(address);
      return page;
    },
    async stop() {
      await browser.close();
      server.close();
    },
  };
}

// The text of the manifest, whichever editor shows it.
export const text = (page) => page.locator("#manifest").evaluate((one) => one.value);

// CodeMirror has taken the plain text area's place.
export const arrived = (page) => page.waitForSelector(".cm-content#manifest");

// What `read` makes of a selector's elements, in one step of the page. A locator's evaluateAll takes
// two: what is drawn anew between them is measured when it has no box any more.
export const every = (page, selector, read, more) => page.evaluate(
  `(${read})([...document.querySelectorAll(${JSON.stringify(selector)})], ${JSON.stringify(more)})`);

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// What axe-core finds on a page. A line or a colour that is still on its way has the contrast of no
// state: what has begun to change comes to its end first.
export async function faults(page) {
  await page.evaluate(axe);
  await page.waitForFunction(() => !document.querySelector('.toast[style*="opacity: 0"]')
    && !document.getAnimations().some((one) => one instanceof CSSTransition && one.playState === "running"
      && /opacity|color/.test(one.transitionProperty)));
  return page.evaluate(async () => (await window.axe.run(document, { resultTypes: ["violations"] })).violations
    .map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target} ${node.any[0]?.message ?? ""}`).join(" ")}`));
}

// Puts a text in place of the manifest's, as a person who selects all and pastes.
export async function write(page, words) {
  await arrived(page);
  await page.locator("#manifest").focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(words);
}

export async function shot(page, name) {
  await mkdir(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`) });
}

// The manifest of a Deployment of so many Pods.
export const deployment = (name, replicas) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: app, image: "nginx:1.27"}]}
`;
