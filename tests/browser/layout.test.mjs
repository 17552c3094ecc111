// Nothing on the page lies over, cuts off or hides another thing: drawers, heads, cards and the
// charts below, with many lanes, many nodes and little room.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { arrived, shot, start, write } from "./harness.mjs";

let app;
before(async () => { app = await start(); });
after(async () => { await app.stop(); });

const ready = (page, count) => page.waitForFunction((count) =>
  document.querySelectorAll('[data-pod][data-now="ready"]').length >= count, count, { timeout: 60000 });
const apply = async (page, text) => {
  await arrived(page);
  await write(page, text);
  await page.locator("#manifest").press("Control+Enter");
};
const box = (page, selector) => page.locator(selector).first().boundingBox();
// What selectors find whose text has no room.
const cut = (page, selector) => page.locator(selector).evaluateAll((all) => all
  .filter((one) => one.clientWidth > 0 && one.scrollWidth > one.clientWidth)
  .map((one) => one.textContent.trim()));

test("a drawer leaves the clock free, and Escape closes it and gives the focus back", async () => {
  for (const width of [1024, 820]) {
    const page = await app.page({ viewport: { width, height: 800 } });
    for (const side of ["left", "right"]) {
      const opener = page.locator(`.rail--${side} button`);
      await opener.click();
      const [drawer, top, clock] = [
        await box(page, `.pane--${side}`), await box(page, ".topbar"), await box(page, ".transport"),
      ];
      assert.ok(Math.abs(drawer.y - top.height) < 1.5, `${width} ${side}: ${drawer.y}`);
      assert.ok(drawer.y + drawer.height <= clock.y + 1, `${width} ${side} covers the clock`);
      await page.keyboard.press("Escape");
      await page.waitForFunction((side) => !document.querySelector(`.pane--${side}`), side);
      assert.equal(await opener.getAttribute("aria-expanded"), "false");
      assert.ok(await opener.evaluate((one) => one === document.activeElement), "focus");
    }
    // A menu over the drawer goes first, then the editor is left, then the drawer goes.
    await page.locator(".rail--left button").click();
    await arrived(page);
    await page.locator(".editor__bar .picker").first().click();
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".pane--left").count(), 1);
    await page.locator("#manifest").focus();
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".pane--left").count(), 1);
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !document.querySelector(".pane--left"));
    // A Pod that has the focus is no obstacle, and keeps its selection until the drawer is gone.
    await page.locator("[data-pod] > button").first().click();
    await page.locator(".rail--right button").click();
    await page.locator("[data-pod] > button").last().focus();
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !document.querySelector(".pane--right"));
    assert.equal(await page.locator('.pod[aria-pressed="true"]').count(), 1);
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !document.querySelector('.pod[aria-pressed="true"]'));
    assert.deepEqual(page.errors, []);
  }
});

test("below 1200 px workloads keep their names beside the numbers, and the sentence its distance", async () => {
  for (const width of [1120, 1024, 820]) {
    const page = await app.page({ viewport: { width, height: 800 } });
    assert.deepEqual(await cut(page, ".readout__name"), []);
    const [now, head] = [await box(page, ".nowstrip"), await box(page, ".node__head")];
    assert.ok(head.y - (now.y + now.height) >= 7, `${width}`);
  }
});

test("with many nodes the lane heads cover what scrolls under them", async () => {
  const page = await app.page();
  await ready(page, 7);
  for (let at = 0; at < 4; at++) {
    await page.locator('.nodeslot [aria-haspopup="menu"]').first().click();
    await page.getByRole("menuitem", { name: "Add a node" }).click();
    await page.waitForFunction((count) => document.querySelectorAll(".nodeslot").length === count, 4 + at);
  }
  await page.locator(".stagewrap").evaluate((one) => { one.scrollLeft = 210; });
  await shot(page, "heads-cover");
  // Of all points of the heads' strip none belongs to something that scrolled under it.
  const through = await page.evaluate(() => {
    const wrap = document.querySelector(".stagewrap").getBoundingClientRect();
    const head = document.querySelector(".laneslot").getBoundingClientRect();
    const found = new Set();
    for (let y = wrap.top + 10; y < wrap.bottom - 10; y += 6) {
      for (let x = wrap.left + 1; x < head.right; x += 6) {
        const at = document.elementFromPoint(x, y);
        const under = at?.closest(".nodeslot, .cell, .disk, .mdisk");
        if (under) found.add(under.className);
      }
    }
    return [...found];
  });
  assert.deepEqual(through, []);
});

const set = (name, replicas) => `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ${name}}
spec:
  serviceName: ${name}
  podManagementPolicy: Parallel
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: c, image: "mysql:8"}]}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
`;

test("two stateful Pods on a node say their states in whole words, in either language", async () => {
  const page = await app.page();
  await ready(page, 7);
  await page.locator(".stepper").last().getByRole("button").last().click();
  await page.locator(".stepper").last().getByRole("button").last().click();
  await page.locator(".stepper").last().getByRole("button").last().click();
  const words = new Set();
  for (let at = 0; at < 40; at++) {
    assert.deepEqual(await cut(page, ".pod--half .pod__state"), []);
    for (const one of await page.locator(".pod--half .pod__state").allInnerTexts()) words.add(one);
    await page.waitForTimeout(100);
  }
  await ready(page, 10);
  await page.locator("[data-pod]").filter({ hasText: "db-1" }).first().locator("button").first().press("Delete");
  await page.locator('[data-pod][data-now="terminating"]').first().waitFor();
  assert.deepEqual(await cut(page, ".pod--half .pod__state"), []);
  await page.getByRole("button", { name: "中文" }).click();
  await page.waitForFunction(() => document.documentElement.lang.startsWith("zh"));
  assert.deepEqual(await cut(page, ".pod--half .pod__state"), []);
  assert.deepEqual(await cut(page, ".disk__name"), []);
});

test("what can be done with a Pod does not cover its name", async () => {
  const page = await app.page();
  await ready(page, 7);
  for (const shape of ["a", "b"]) {
    await page.locator(`[data-pod][data-shape="${shape}"] > button, [data-pod][data-shape="${shape}"] .pod`).first().click();
    const [name, deeds] = [await box(page, '.pod[aria-pressed="true"] .pod__name b:last-of-type'), await box(page, ".pod__deeds")];
    assert.ok(deeds.y + deeds.height <= name.y + 1.5 || deeds.x >= name.x + name.width, shape);
  }
});

test("before and after is shown whole or as its head alone", async () => {
  const page = await app.page();
  await apply(page, set("one", 3) + set("two", 3) + set("three", 2));
  await ready(page, 12);
  const dock = await box(page, ".dock");
  assert.ok(dock.height >= 96 || !(await page.locator(".dock__body").isVisible()), `${dock.height}`);
  assert.ok(await page.locator(".dock__head").isVisible());
});
