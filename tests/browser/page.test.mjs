// What a person does on the page, and what they must see then.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { arrived, deployment, every, faults, root, shot, start, text as manifestText, write } from "./harness.mjs";

let app;
before(async () => { app = await start(); });
after(async () => { await app.stop(); });

const manifest = readFileSync(join(root, "tests/manifests/first-light.yaml"), "utf8");
const pods = (page) => page.locator("[data-pod]");
const names = (page) => every(page, '[data-nav^="pod/"]', (all) => all.map((one) => one.textContent));

test("the page opens on a Deployment and a StatefulSet that already run", async () => {
  const page = await app.page();
  await page.waitForFunction(() => document.querySelectorAll('[data-state="ready"]').length >= 7);
  assert.match(await page.title(), /^Podium/);
  const text = await page.locator("body").innerText();
  for (const name of ["db-0", "db-1", "db-2", "data-db-0", "node-3"]) assert.ok(text.includes(name), name);
  await shot(page, "1-desktop-light");
  assert.deepEqual(page.errors, []);
});

test("the first-light manifest is applied with Ctrl+Enter and three Pods become ready", async () => {
  const page = await app.page();
  await write(page, manifest);
  await page.locator("#manifest").press("Control+Enter");
  await page.waitForFunction(() => document.body.innerText.includes("my-statefulset-2"), null,
    { timeout: 20000 });
  await shot(page, "first-light");
  assert.deepEqual(page.errors, []);
});

test("a mangled manifest is told with its place, and the fix restores it", async () => {
  const page = await app.page();
  const before = (await names(page)).length;
  const mangled = manifest.split("\n").map((line) =>
    line.trimStart().startsWith("- ") ? line.trimStart() : line).join("\n");
  await write(page, mangled);
  await page.locator("#manifest").press("Control+Enter");
  await page.waitForFunction(() => document.body.innerText.includes("10:1"));
  assert.ok((await page.locator("body").innerText()).includes("indentation"));
  assert.equal(await manifestText(page), mangled, "the text is left alone");
  assert.equal((await names(page)).length, before, "the cluster is left alone");
  await shot(page, "mangled");
  await page.locator("#manifest").press("Control+.");
  await page.waitForFunction((text) => document.querySelector("#manifest").value !== text, mangled);
  await page.locator("#manifest").press("Control+Enter");
  await page.waitForFunction(() => document.body.innerText.includes("30:1"));
  await page.locator("#manifest").press("Control+.");
  await page.waitForFunction((text) => document.querySelector("#manifest").value === text, manifest);
  assert.equal(await manifestText(page), manifest);
});

test("what the server refuses is told at its field, and the cluster and the text stay", async () => {
  const page = await app.page();
  await write(page, manifest);
  await page.locator("#manifest").press("Control+Enter");
  await page.waitForFunction(() =>
    document.querySelectorAll('[data-pod][data-now="ready"]').length >= 3);
  const other = manifest.replaceAll("app: my-app", "app: other");
  await write(page, other);
  await page.locator("#manifest").press("Control+Enter");
  await page.waitForFunction(() => document.body.innerText.includes("Forbidden"));
  assert.ok((await page.locator("body").innerText()).includes("updates to statefulset spec"));
  assert.equal(await manifestText(page), other);
  await shot(page, "refused");
});

test("a deleted stateful Pod comes back under its name and the panel says what was kept", async () => {
  const page = await app.page();
  await page.waitForFunction(() => document.querySelectorAll('[data-state="ready"]').length >= 7);
  const pod = page.locator("[data-pod]").filter({ hasText: "db-1" }).first();
  await pod.click();
  await pod.press("Delete");
  await page.waitForFunction(() => document.body.innerText.includes("db-1 → db-1"), null,
    { timeout: 30000 });
  await shot(page, "2b-desktop-moved");
  const text = await page.locator("body").innerText();
  assert.ok(/kept/i.test(text));
  assert.deepEqual(page.errors, []);
});

// Opens the page paused on the example with every Pod ready.
async function running(options) {
  const page = await app.page(options);
  await page.waitForFunction(() => document.querySelectorAll('[data-pod][data-now="ready"]').length >= 7);
  return page;
}
const lane = (page, name) => page.locator("[data-lane]").filter({ hasText: name }).first();
const count = (page, prefix) => every(page, "[data-pod]", (all, prefix) => all.filter((one) =>
    one.querySelector(".sr")?.textContent.startsWith(prefix)).length, prefix);

test("the stepper scales a lane up and down, and the manifest's other Pods are left alone", async () => {
  const page = await running();
  assert.equal(await count(page, "web-"), 4);
  await lane(page, "web").getByRole("button", { name: /more|add|one more|scale.*up|\+/i }).first().click();
  await page.waitForFunction(() => [...document.querySelectorAll('[data-pod][data-now="ready"] .sr')]
    .filter((one) => one.textContent.startsWith("web-")).length === 5, null, { timeout: 20000 });
  assert.equal(await count(page, "db-"), 3);
  await shot(page, "scaled-up");
  const fewer = lane(page, "db").getByRole("button", { name: /fewer|less|one fewer|scale.*down|−/i }).first();
  await fewer.click();
  await page.waitForFunction(() => ![...document.querySelectorAll("[data-pod] .sr")]
    .some((one) => one.textContent.startsWith("db-2")), null, { timeout: 20000 });
  const text = await page.locator("body").innerText();
  assert.ok(text.includes("data-db-2"), "the claim of a condemned ordinal stays");
  await shot(page, "scaled-down");
  assert.deepEqual(page.errors, []);
});

test("a failed node is told, keeps its Pods, and recovers from its menu", async () => {
  const page = await running();
  await page.getByRole("button", { name: /node-2/ }).filter({ hasNotText: "node-2" }).first().click();
  await page.getByRole("menuitem", { name: /fail/i }).click();
  await page.getByText("100×", { exact: true }).first().click();
  await page.waitForFunction(() => document.querySelector('[data-node="node-2"]')
    ?.innerText.includes("NotReady"), null, { timeout: 30000 });
  await page.getByText("1×", { exact: true }).first().click();
  await shot(page, "node-lost");
  assert.ok(await page.locator('[data-down="true"]').count() > 0, "the column shows a dead machine");
  await page.getByRole("button", { name: /node-2/ }).filter({ hasNotText: "node-2" }).first().click();
  await page.getByRole("menuitem", { name: /back/i }).first().click();
  await page.waitForFunction(() => !document.querySelector('[data-node="node-2"]')
    .innerText.includes("NotReady"), null, { timeout: 30000 });
  await shot(page, "node-back");
  assert.deepEqual(page.errors, []);
});

test("the theme switches with a click and with its key", async () => {
  const page = await app.page({ colorScheme: "light" });
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  assert.equal(await theme(), "light");
  await page.getByRole("button", { name: /theme|dark|light/i }).first().click();
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
  await page.locator("body").press("t");
  await page.waitForFunction(() => document.documentElement.dataset.theme === "light");
});

test("axe finds nothing in either theme or language", async () => {
  for (const [colorScheme, zh] of [["light", false], ["dark", true]]) {
    const page = await running({ colorScheme });
    if (zh) await page.getByText("中文").first().click();
    assert.deepEqual(await faults(page), []);
  }
});

test("text, theme and language survive a reload", async () => {
  const page = await app.page();
  await write(page, "# mine\n" + manifest);
  await page.getByText("中文").first().click();
  await page.waitForFunction(() => document.documentElement.lang.startsWith("zh"));
  await page.reload();
  await page.waitForSelector("#manifest");
  assert.ok((await manifestText(page)).startsWith("# mine"));
  assert.ok((await page.evaluate(() => document.documentElement.lang)).startsWith("zh"));
  await shot(page, "chinese");
});

test("a dark system gets the dark theme", async () => {
  const page = await app.page({ colorScheme: "dark" });
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
  await shot(page, "2-desktop-dark");
});

test("seeking back shows the cluster as it was", async () => {
  const page = await app.page();
  await page.waitForFunction(() => document.querySelectorAll('[data-state="ready"]').length >= 7);
  const slider = page.getByRole("slider").first();
  await slider.focus();
  await slider.press("Home");
  await page.waitForFunction(() => document.querySelectorAll('[data-state="ready"]').length < 7);
  await shot(page, "seek-start");
});

test("a far moment around many Pods is shown whole, and who plays on the way there plays from there", async () => {
  const page = await app.page();
  await arrived(page);
  await write(page, deployment("many", 150));
  await page.locator("#manifest").press("Control+Enter");
  const ready = (count) => page.waitForFunction((count) =>
    document.querySelectorAll('[data-pod][data-now="ready"]').length === count, count, { timeout: 60000 });
  await ready(157);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("Space");
  const rail = page.getByRole("slider").first();
  const told = async () => ({ now: await page.locator(".now").innerText(), moment: await rail.getAttribute("aria-valuetext") });
  await page.waitForTimeout(500);
  const before = await told();
  const end = Number(await rail.getAttribute("aria-valuenow"));
  await rail.press("Home");
  await ready(0);
  await page.waitForFunction((now) => document.querySelector(".now").innerText !== now, before.now);
  await rail.press("End");
  await ready(157);
  await page.waitForFunction((now) => document.querySelector(".now").innerText === now, before.now);
  assert.deepEqual(await told(), before);
  await rail.press("Home");
  await ready(0);
  // Both keys come before a frame is drawn.
  await page.evaluate(() => {
    const press = (on, key) => on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    press(document.querySelector('[role="slider"]'), "End");
    document.activeElement.blur();
    press(document.body, " ");
  });
  await page.waitForFunction((end) => Number(document.querySelector('[role="slider"]').getAttribute("aria-valuenow")) > end, end);
  await ready(157);
  assert.deepEqual(page.errors, []);
});

test("where nothing is left to happen the next event is none: the clock stays and the page says so", async () => {
  const page = await app.page();
  await page.waitForFunction(() =>
    document.querySelectorAll('[data-pod][data-now="ready"]').length >= 7, null, { timeout: 60000 });
  const next = page.getByRole("button", { name: "Next event" });
  const moment = () => page.getByRole("slider").first().getAttribute("aria-valuenow");
  const toast = page.locator(".toast.is-shown");
  for (let press = 0; press < 60 && !(await toast.count()); press += 1) {
    await next.click();
    await page.waitForTimeout(30);
  }
  assert.equal(await toast.innerText(), "Nothing is left to happen until somebody acts.");
  assert.equal(await toast.getAttribute("aria-live"), "polite");
  const before = await moment();
  await next.click();
  await page.waitForTimeout(300);
  assert.equal(await moment(), before);
  // Once somebody acts there is a next event again.
  const pod = page.locator("[data-pod]").filter({ hasText: "db-1" }).first();
  await pod.click();
  await pod.press("Delete");
  // The first ones may lie within the tenth of a second that the clock shows.
  for (let press = 0; press < 9 && Number(await moment()) <= Number(before); press += 1) {
    await next.click();
    await page.waitForTimeout(60);
  }
  assert.ok(Number(await moment()) > Number(before));
  assert.deepEqual(page.errors, []);
});

test("the page and the native engine come to the same digest", async () => {
  const page = await app.page();
  const file = join(root, "tests/manifests/first-light.yaml");
  const binary = [process.env.CARGO_TARGET_DIR, join(root, "target")].filter(Boolean)
    .map((folder) => join(folder, "debug", "podium")).find(existsSync);
  const printed = execFileSync(binary, ["run", file, "--seed", "7", "--until", "30s", "--digest"]);
  const native = /digest ([0-9a-f]{16})/.exec(printed.toString())[1];
  const wasm = await page.evaluate(
    (text) => window.wasmBindings.podium_digest(text, 7, 30000), manifest);
  assert.equal(wasm, native);
});

test("at 720 by 420 a lane's head stands above its Pods, not over them", async () => {
  const page = await running({ viewport: { width: 720, height: 420 }, reducedMotion: "reduce" });
  const overlaps = await page.evaluate(() => {
    const boxes = (selector) => [...document.querySelectorAll(selector)].map((one) => one.getBoundingClientRect());
    const heads = boxes(".laneslot .stepper, .laneslot .lane__name"), cards = boxes("[data-pod]");
    if (heads.length === 0 || cards.length === 0) throw new Error("there is nothing to compare");
    return heads.flatMap((a) => cards.filter((b) => a.left < b.right - 2 && b.left < a.right - 2
      && a.top < b.bottom - 2 && b.top < a.bottom - 2)).length;
  });
  assert.equal(overlaps, 0);
  await shot(page, "4-small");
});

test("a phone shows the lanes one below the other", async () => {
  const page = await app.page({ viewport: { width: 390, height: 844 } });
  await shot(page, "5-phone");
  assert.deepEqual(page.errors, []);
});

test("with reduced motion what changes is there at once, in every view", async () => {
  const page = await running({ reducedMotion: "reduce" });
  await page.evaluate(() => {
    window.moving = new Set();
    const next = () => {
      for (const one of document.getAnimations()) {
        if (one instanceof CSSTransition) window.moving.add(`${one.effect.target.className} ${one.transitionProperty}`);
      }
      const width = document.documentElement.scrollWidth;
      if (width > innerWidth) window.moving.add(`${width} px in ${innerWidth}`);
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  for (const key of ["2", "1", "3", "1"]) {
    await page.keyboard.press(key);
    await page.evaluate(() => new Promise((done) => setTimeout(done, 150)));
  }
  await page.locator("[data-pod]").first().hover();
  await page.evaluate(() => new Promise((done) => setTimeout(done, 150)));
  assert.deepEqual(await page.evaluate(() => [...window.moving]), []);
  assert.deepEqual(page.errors, []);
  await page.close();
});
