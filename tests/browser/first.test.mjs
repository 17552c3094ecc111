// The first picture: drawn while the site is built, shown until the engine has come.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { dist, start } from "./harness.mjs";

// Only the release site has pictures; what is about them has nothing to look at elsewhere.
const skip = !readFileSync(join(dist, "index.html"), "utf8").includes("data-first");
let site;
before(async () => { site = await start(); });
after(async () => { await site?.stop(); });

// Holds the engine back until it is asked for.
function held() {
  let let_go;
  const free = new Promise((done) => { let_go = done; });
  const prepare = (context) =>
    context.route(/_bg\.wasm/, async (route) => { await free; await route.continue(); });
  return { prepare, let_go };
}

// What a picture says of the cluster, whoever drew it.
const facts = (page) => page.evaluate(() => {
  const texts = (selector) =>
    [...document.querySelectorAll(selector)].map((one) => one.textContent.trim()).sort();
  return {
    layout: document.querySelector("[data-layout]").dataset.layout,
    pods: texts(".pod"),
    nodes: texts(".node__name, .node__head b"),
    disks: texts(".disk"),
    story: texts(".note, .now"),
    lang: document.documentElement.lang,
  };
});

const windows = [
  [1440, 900, "full"], [1200, 800, "full"], [1199, 800, "rail"], [900, 1000, "drawers"],
  [1099, 639, "low"], [720, 420, "low"], [540, 639, "low"], [759, 640, "phone"], [390, 844, "phone"],
];
for (const [width, height, layout] of windows) {
  test(`${width}×${height}: the picture is the page's own, and the page takes its place`, { skip }, async () => {
    const { prepare, let_go } = held();
    const page = await site.open({ viewport: { width, height } }, prepare);
    await page.waitForSelector("#first .pod");
    const drawn = await facts(page);
    assert.equal(drawn.layout, layout);
    assert.equal(await page.locator("#first").evaluate((one) => one.inert), true);
    let_go();
    await page.waitForFunction(() => window.wasmBindings && !document.querySelector("#first"));
    await page.waitForSelector(".pod");
    // Older sentences follow in the next frames.
    await page.waitForFunction((count) => document.querySelectorAll(".note, .now").length >= count, drawn.story.length);
    const living = await facts(page);
    assert.deepEqual(drawn, living);
    assert.ok(drawn.pods.length >= 7 && drawn.disks.length === 3);
    assert.deepEqual(page.errors, []);
  });
}

test("a reader of Chinese with a dark system sees it so", { skip }, async () => {
  const { prepare } = held();
  const options = { locale: "zh-CN", colorScheme: "dark" };
  const page = await site.open(options, prepare);
  await page.waitForSelector("#first .pod");
  const drawn = await facts(page);
  assert.equal(drawn.lang, "zh-CN");
  assert.match(await page.locator("#first").textContent(), /有状态/);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
});

test("a reader with a text of their own sees it in the picture, and no Pods that are not theirs", { skip }, async () => {
  const { prepare, let_go } = held();
  const page = await site.open({}, async (context) => {
    await context.addInitScript(() => localStorage.setItem("podium.text", JSON.stringify("# mine\nkind: Pod\n")));
    await prepare(context);
  });
  await page.waitForSelector("#first .pad");
  assert.deepEqual(await page.locator("#first .ln__text").allTextContents(), ["# mine", "kind: Pod", ""]);
  assert.equal(await page.locator("#first .pod").first().isVisible(), false);
  let_go();
  await page.waitForFunction(() => window.wasmBindings && !document.querySelector("#first"));
  assert.match(await page.locator("#manifest").evaluate((one) => one.value ?? one.textContent), /# mine/);
});

test("while the engine is on its way a word says so, and goes", async () => {
  const { prepare, let_go } = held();
  const page = await site.open({}, prepare);
  await page.getByRole("status").filter({ hasText: "The simulator is loading" }).waitFor();
  let_go();
  await page.waitForSelector(".pod");
  await page.waitForFunction(() => !document.querySelector(".arriving"));
});

for (const [locale, words] of [["en-US", /could not be loaded/], ["zh-CN", /没能加载/]]) {
  test(`an engine that can't come is told (${locale})`, async () => {
    const page = await site.open({ locale }, (context) =>
      context.route(/_bg\.wasm/, (route) => route.abort()));
    const said = page.locator(".sorry");
    await said.waitFor();
    assert.match(await said.textContent(), words);
  });
}
