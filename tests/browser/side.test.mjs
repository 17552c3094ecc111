// The side panel: the selected object whole, and the Events about it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { faults, shot, start, write } from "./harness.mjs";

let app;
before(async () => { app = await start(); });
after(async () => { await app.stop(); });

async function running(options) {
  const page = await app.page(options);
  await page.waitForFunction(() =>
    document.querySelectorAll('[data-pod][data-now="ready"]').length >= 7, null, { timeout: 60000 });
  await page.locator(".deck__play").first().click();
  return page;
}
const tab = (page, name) => page.getByRole("tab", { name });
const pod = (page, name) => page.locator("[data-pod]").filter({ hasText: name }).first().locator("button").first();
const yaml = (page) => page.locator(".yaml").evaluate((one) => one.textContent);

test("Inspect shows the selected Pod's YAML, conditions and owners, and copies the YAML", async () => {
  const page = await running({ permissions: ["clipboard-read", "clipboard-write"] });
  await tab(page, "Inspect").click();
  await page.getByText("Select a Pod, a node").waitFor();
  await pod(page, "db-1").click();
  await page.locator(".yaml").waitFor();
  const text = await yaml(page);
  assert.match(text, /^apiVersion: v1\nkind: Pod\nmetadata:\n/);
  assert.match(text, /\n {2}name: db-1\n/);
  assert.match(text, /\nstatus:\n/);
  assert.match(await page.locator(".containers").innerText(), /mysql\s+Running since 00:/);
  assert.match(await page.locator(".containers").innerText(), /init\s+Terminated: Completed, exit code 0/);
  const conditions = await page.locator(".conditions b").allTextContents();
  for (const one of ["PodScheduled", "Initialized", "Ready"]) assert.ok(conditions.includes(one), one);
  await page.getByRole("button", { name: "Copy the YAML" }).click();
  await page.getByText("Copied").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);
  await shot(page, "inspect");
  assert.deepEqual(await faults(page), []);
  // An owner is an object too.
  await page.locator(".owners .obj", { hasText: "db" }).click();
  await page.waitForFunction(() => document.querySelector(".yaml").textContent.includes("kind: StatefulSet"));
  assert.deepEqual(page.errors, []);
});

test("nodes, claims and workloads are inspected too, by Enter on the stage", async () => {
  const page = await running({ colorScheme: "dark" });
  for (const [thing, kind] of [["node/node-2", "Node"], ["disk", "PersistentVolumeClaim"], ["lane", "Deployment"]]) {
    await page.locator(`[data-nav^="${thing}"]`).first().focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction((kind) =>
      document.querySelector(".yaml")?.textContent.includes(`\nkind: ${kind}\n`), kind);
  }
  await shot(page, "inspect-deployment");
  assert.deepEqual(await faults(page), []);
  assert.deepEqual(page.errors, []);
});

test("both tabs follow the seek in time", async () => {
  const page = await running();
  await pod(page, "db-2").click();
  await tab(page, "Events").click();
  const count = () => page.locator(".event").count();
  const before = await count();
  assert.ok(before > 3);
  await page.getByRole("slider").first().focus();
  await page.keyboard.press("Home");
  await page.getByText("There is no Event to show at this moment.").waitFor();
  await tab(page, "Inspect").click();
  await page.getByText("Pod db-2 does not exist at this moment.").waitFor();
  await page.getByRole("slider").first().focus();
  await page.keyboard.press("End");
  await page.locator(".yaml").waitFor();
  await tab(page, "Events").click();
  await page.waitForFunction((before) => document.querySelectorAll(".event").length === before, before);
  assert.deepEqual(page.errors, []);
});

test("Events are told as kubectl tells them, the newest last, and a Warning by its word", async () => {
  const page = await running();
  await write(page, `apiVersion: v1
kind: Pod
metadata: {name: huge}
spec:
  containers: [{name: app, image: nginx, resources: {requests: {cpu: "900"}}}]
`);
  await page.locator("#manifest").press("Control+Enter");
  await tab(page, "Events").click();
  await page.locator(".event--warning", { hasText: "Insufficient cpu" }).waitFor();
  const last = page.locator(".event").last();
  assert.match(await last.innerText(), /Warning\s+FailedScheduling\s+pod\/huge/);
  const top = await last.evaluate((one) => one.getBoundingClientRect().bottom);
  const room = await page.locator(".events__list").evaluate((one) => one.getBoundingClientRect().bottom);
  assert.ok(top <= room + 1, "the newest is in sight");
  assert.ok(await page.locator(".event:not(.event--warning)").count() > 3);
  await shot(page, "events");
  assert.deepEqual(await faults(page), []);
  await last.locator(".obj").click();
  await page.locator(".events__head", { hasText: "Events of huge" }).waitFor();
  await page.waitForFunction(() => document.querySelectorAll(".event").length === 1);
  assert.deepEqual(page.errors, []);
});

test("on a phone the list of Events opens at its newest, below its tabs, and follows", async () => {
  for (const [locale, words] of [["en-US", "All Events"], ["zh-CN", "全部事件"]]) {
    const page = await app.page({ viewport: { width: 390, height: 844 }, locale, colorScheme: "dark" });
    await page.waitForFunction(() =>
      document.querySelectorAll('[data-pod][data-now="ready"]').length >= 7, null, { timeout: 60000 });
    await page.locator(".tabbar button").nth(2).click();
    await page.locator("#side-events").click();
    await page.getByText(words, { exact: true }).waitFor();
    const seen = () => page.evaluate(() => {
      const [last, bar, tabs] = [[...document.querySelectorAll(".event")].at(-1), document.querySelector(".phone__tp"),
        document.querySelector(".tabs")].map((one) => one.getBoundingClientRect());
      return [last.bottom <= bar.top + 1 && last.top > tabs.bottom, tabs.top >= 0];
    });
    await page.waitForFunction(() => document.querySelector(".events__list").scrollTop > 0);
    assert.deepEqual(await seen(), [true, true]);
    // Whoever reads further up is left there.
    await page.locator(".events__list").evaluate((one) => { one.scrollTop = 100; });
    await page.locator("#side-story").click();
    await page.locator("#side-events").click();
    await page.waitForFunction(() => document.querySelector(".events__list")?.scrollTop > 100);
    assert.deepEqual(await seen(), [true, true]);
    await shot(page, `events-newest-${locale}`);
    assert.deepEqual(page.errors, []);
  }
});

test("in Chinese an Event is called the same everywhere", async () => {
  const page = await app.page({ locale: "zh-CN" });
  await page.waitForFunction(() =>
    document.querySelectorAll('[data-pod][data-now="ready"]').length >= 7, null, { timeout: 60000 });
  await pod(page, "db-0").click();
  await page.locator(".pod__more").click();
  await page.getByRole("menuitem", { name: "查看它的事件" }).click();
  await page.locator(".events__head", { hasText: "db-0 的事件" }).waitFor();
  const words = await page.locator(".pane--right").evaluate((one) =>
    [one.getAttribute("aria-label"), ...[...one.querySelectorAll(".tabs, .events__head")].map((part) => part.innerText)].join(" "));
  assert.match(words, /事件/);
  assert.doesNotMatch(words, /Event/);
  assert.deepEqual(page.errors, []);
});

test("the menus of a Pod, a node and a lane open the tabs", async () => {
  const page = await running();
  await pod(page, "db-0").click();
  await page.locator(".pod__more").click();
  await page.getByRole("menuitem", { name: "Show its YAML" }).click();
  await page.waitForFunction(() => document.querySelector(".yaml")?.textContent.includes("name: db-0"));
  await page.locator('.nodeslot[data-node="node-3"] [aria-haspopup="menu"]').click();
  await page.getByRole("menuitem", { name: "Show its Events" }).click();
  await page.locator(".events__head", { hasText: "Events of node-3" }).waitFor();
  await page.getByText("There is no Event to show at this moment.").waitFor();
  await page.locator('.nodeslot[data-node="node-3"] [aria-haspopup="menu"]').click();
  await page.getByRole("menuitem", { name: "Cordon" }).click();
  await page.locator(".deck__play").first().click();
  await page.locator(".event", { hasText: "NodeNotSchedulable" }).waitFor();
  // A lane's menu shows under the pointer.
  await page.locator('[data-nav^="lane"]').last().hover();
  await page.getByRole("button", { name: "What to do with StatefulSet db" }).click();
  await page.getByRole("menuitem", { name: "Show its YAML" }).click();
  await page.waitForFunction(() => document.querySelector(".yaml")?.textContent.includes("kind: StatefulSet"));
  assert.deepEqual(page.errors, []);
});

test("where the panel is a drawer or a tab of the phone, a menu opens it", async () => {
  for (const viewport of [{ width: 900, height: 700 }, { width: 390, height: 844 }]) {
    const page = await app.page({ viewport });
    await page.waitForFunction(() =>
      document.querySelectorAll('[data-pod][data-now="ready"]').length >= 7, null, { timeout: 60000 });
    if (viewport.width < 760) await page.getByRole("button", { name: "Menu" }).click();
    await page.getByText("中文").first().click();
    await pod(page, "db-0").click();
    await page.locator(".pod__more").click();
    await page.getByRole("menuitem", { name: "查看它的事件" }).click();
    await page.getByText("db-0 的事件").waitFor();
    await shot(page, `events-${viewport.width}`);
    assert.deepEqual(await faults(page), []);
    assert.deepEqual(page.errors, []);
  }
});
