// The stage and the timeline on paper: whole, light, and without what only a hand can use.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { shot, start, write } from "./harness.mjs";

let app;
before(async () => { app = await start(); });
after(async () => { await app.stop(); });

async function running(options) {
  const page = await app.page(options);
  await page.waitForFunction(() =>
    document.querySelectorAll('[data-pod][data-now="ready"]').length >= 7, null, { timeout: 60000 });
  return page;
}

// What stands on the paper, as the browser prints it.
async function printed(page, name) {
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  await shot(page, name);
  const seen = await page.evaluate(() => {
    const paper = document.querySelector(".paper");
    const others = [...document.body.children].filter((one) => one !== paper && one.checkVisibility());
    const [head, svg] = [paper.querySelector("p"), paper.querySelector("svg")];
    const box = svg.getBoundingClientRect();
    return {
      others: others.map((one) => one.className || one.tagName),
      head: head.innerText,
      words: [...svg.querySelectorAll("text")].map((one) => one.textContent.trim()),
      ground: svg.querySelector("rect").getAttribute("fill"),
      size: [box.width, box.height, innerWidth, innerHeight],
    };
  });
  await page.emulateMedia({ media: "screen" });
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  assert.equal(await page.locator(".paper").count(), 0);
  assert.deepEqual(seen.others, []);
  assert.equal(seen.ground, "rgb(255, 255, 255)");
  const [width, height, page_width, page_height] = seen.size;
  assert.ok(width <= page_width + 1 && height <= page_height + 1, `${seen.size}`);
  return seen;
}

// How wide and how high the picture is, before it is made to fit the paper.
const room = (page) => page.evaluate(() => {
  window.dispatchEvent(new Event("beforeprint"));
  const svg = document.querySelector(".paper svg");
  const size = ["width", "height"].map((one) => Number(svg.getAttribute(one)));
  window.dispatchEvent(new Event("afterprint"));
  return size;
});

test("a stage that scrolls is printed whole, in black on white, and the page is as it was", async () => {
  for (const [options, head] of [
    [{ viewport: { width: 1280, height: 640 } }, /^Podium · Run A · \d\d:\d\d\.\d$/],
    [{ viewport: { width: 1440, height: 900 }, locale: "zh-CN", colorScheme: "dark" }, /^Podium · 运行 A · /],
    [{ viewport: { width: 390, height: 844 }, colorScheme: "dark" }, /^Podium · Run A · /],
    [{ viewport: { width: 720, height: 420 } }, /^Podium · Run A · /],
  ]) {
    const page = await running(options);
    await page.locator("[data-pod] button").first().click();
    const before = await page.evaluate(() => document.documentElement.dataset.theme);
    const seen = await printed(page, `paper-stage-${options.viewport.width}`);
    assert.match(seen.head, head);
    for (const word of ["node-1", "node-3", "web", "db-0", "data-db-0", "data-db-2"]) {
      assert.ok(seen.words.join("").includes(word), `${options.viewport.width}: ${word}`);
    }
    assert.deepEqual(seen.words.filter((one) => ["Delete", "删除"].includes(one)), []);
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), before);
    assert.equal(await page.locator("[data-paper], [data-picture]").count(), 0);
    assert.deepEqual(page.errors, []);
  }
});

test("a timeline with more rows than the screen is printed with all of them", async () => {
  const page = await running({ viewport: { width: 1280, height: 640 }, colorScheme: "dark" });
  await write(page, (await page.locator("#manifest").evaluate((one) => one.value)).replace("replicas: 4", "replicas: 30"));
  await page.locator("#manifest").press("Control+Enter");
  await page.waitForFunction(() => document.querySelectorAll("[data-pod]").length >= 33, null, { timeout: 60000 });
  await page.keyboard.press("Escape");
  await page.locator("#tab-timeline").click();
  await page.waitForFunction(() => {
    const scroll = document.querySelector(".tlcard__scroll");
    return scroll && scroll.scrollHeight > scroll.clientHeight + 100;
  });
  const shown = await page.locator(".tlcard__scroll").evaluate((one) => [one.scrollHeight, one.clientHeight]);
  const [, height] = await room(page);
  assert.ok(height > shown[0], `${height} ${shown}`);
  const seen = await printed(page, "paper-timeline");
  assert.ok(seen.words.includes("node-3"), "the last row");
  assert.deepEqual(seen.words.filter((one) => ["Fork from here", "Zoom", "10 s"].includes(one)), []);
  assert.deepEqual(page.errors, []);
});

test("the browser's own print lays the picture out, and takes it away", async () => {
  const page = await running();
  await page.evaluate(() => {
    window.seen = [];
    for (const name of ["beforeprint", "afterprint"]) {
      window.addEventListener(name, () => window.seen.push(document.querySelectorAll(".paper").length));
    }
  });
  const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
  assert.deepEqual(await page.evaluate(() => window.seen), [1, 0]);
  assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, 1, "one sheet");
  // The sheet lies as the stage does.
  const [, width, height] = /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(pdf);
  assert.ok(Number(width) > Number(height), `${width} ${height}`);
});
