// Lanes that fold and can be put in another order, and workloads that are told apart.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { every, faults, shot, start, text as manifest } from "./harness.mjs";

let app;
before(async () => { app = await start(); });
after(async () => { await app.stop(); });

const deployment = (name, namespace) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  replicas: 2
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: nginx, image: nginx}]}
`;
const text = ["apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n", deployment("web", "default"),
  deployment("web", "shop"), deployment("api", "default")].join("---\n");

// Opens the page on three Deployments, two of one name.
async function three(options = {}) {
  const page = await app.page(options, (context) => context.addInitScript((text) => {
    if (localStorage.getItem("podium.text")) return;
    for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(text));
  }, text));
  await page.waitForFunction(() =>
    document.querySelectorAll('[data-pod][data-now="ready"]').length >= 6, null, { timeout: 60000 });
  return page;
}

const began = ["Deployment web", "Deployment shop/web", "Deployment api"];

// The lanes from top to bottom, as ears hear them.
const lanes = (page) => every(page, ".lane__name", (all) =>
  all.map((one) => ({ top: one.getBoundingClientRect().top, name: one.title }))
    .sort((a, b) => a.top - b.top).map((one) => one.name));
const fold = (page, name) => page.getByRole("button", { name: new RegExp(`fold ${name}$`, "i") });
const heard = (page) => page.locator('[role="status"]').allTextContents();

test("two workloads of one kind and name are told apart, on the stage and in the charts", async () => {
  const page = await three();
  assert.deepEqual(await lanes(page), began);
  const named = await page.locator(".readout__name").allTextContents();
  assert.deepEqual(named, ["web", "shop/web", "api"]);
  assert.equal(await page.locator(".lane__kind", { hasText: "in shop" }).count(), 1);
  assert.deepEqual(page.errors, []);
});

test("a folded lane is one line with its Pods as dots, and stays folded after a reload", async () => {
  const page = await three();
  const height = () => page.locator(".laneslot").first().evaluate((one) => one.offsetHeight);
  const before = await height();
  await fold(page, "Deployment web").click();
  await page.waitForSelector(".lane--folded");
  assert.ok(before > 100 && await height() < 40, "one line");
  const row = page.locator("[data-lane]").filter({ has: page.locator(".lane--folded") });
  assert.match(await row.locator(".lane__ready").innerText(), /^2\/2/);
  assert.equal(await row.locator(".dotpod").count(), 2);
  assert.equal(await fold(page, "Deployment web").getAttribute("aria-expanded"), "false");
  // A dot is still its Pod: the keyboard reaches it and selects it.
  await row.locator(".dotpod").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector('.dotpod[data-selected="true"]');
  await shot(page, "lane-folded");
  assert.deepEqual(await faults(page), []);
  await page.reload();
  await page.waitForSelector(".lane--folded");
  await fold(page, "Deployment web").click();
  await page.waitForFunction(() => !document.querySelector(".lane--folded"));
  assert.deepEqual(page.errors, []);
});

test("a lane is dragged by its head, and the order outlives a reload and applying again", async () => {
  const page = await three();
  const name = page.locator('.lane__name[title="Deployment api"]');
  const from = await name.boundingBox();
  const first = await page.locator(".lane__name").first().boundingBox();
  await page.mouse.move(from.x + 8, from.y + 8);
  await page.mouse.down();
  await page.mouse.move(from.x + 8, from.y - 20, { steps: 3 });
  await page.mouse.move(from.x + 8, first.y - 8, { steps: 6 });
  await page.waitForSelector(".dropline");
  await shot(page, "lane-dragged");
  await page.mouse.up();
  const wanted = ["Deployment api", "Deployment web", "Deployment shop/web"];
  await page.waitForFunction(() => document.querySelector(".lane__name").title === "Deployment api");
  assert.deepEqual(await lanes(page), wanted);
  assert.equal(await page.locator('.lane__name[aria-pressed="true"]').count(), 0, "a drag is no press");
  assert.deepEqual((await page.locator(".readout__name").allTextContents())[0], "api");
  await page.keyboard.press("Control+Enter");
  await page.waitForTimeout(500);
  assert.deepEqual(await lanes(page), wanted);
  await page.reload();
  await page.waitForSelector(".lane__name");
  assert.deepEqual(await lanes(page), wanted);
  assert.deepEqual(page.errors, []);
});

test("a drag that is broken off with Escape changes nothing", async () => {
  const page = await three();
  const from = await page.locator(".lane__name").last().boundingBox();
  await page.mouse.move(from.x + 8, from.y + 8);
  await page.mouse.down();
  await page.mouse.move(from.x + 8, from.y - 200, { steps: 6 });
  await page.waitForSelector(".dropline");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !document.querySelector(".dropline"));
  await page.mouse.up();
  assert.deepEqual(await lanes(page), began);
});

test("Alt with an arrow moves the focused lane, keeps the focus and tells ears", async () => {
  const page = await three({ reducedMotion: "reduce" });
  await page.locator('.lane__name[title="Deployment web"]').focus();
  for (const [key, at] of [["ArrowDown", 2], ["ArrowDown", 3], ["ArrowUp", 2]]) {
    await page.keyboard.press(`Alt+${key}`);
    await page.waitForFunction((at) => [...document.querySelectorAll('[role="status"]')]
      .some((one) => one.textContent === `Deployment web is now lane ${at} of 3`), at);
    assert.equal(await page.evaluate(() => document.activeElement.title), "Deployment web");
  }
  assert.deepEqual(await lanes(page), ["Deployment shop/web", "Deployment web", "Deployment api"]);
  await page.getByText("中文").first().click();
  await page.locator('.lane__name[title="Deployment web"]').focus();
  await page.keyboard.press("Alt+ArrowUp");
  await page.waitForFunction(() => document.body.textContent.includes("Deployment web 现在是第 1 条泳道，共 3 条"));
  assert.ok((await heard(page)).length > 0);
});

test("on a phone a lane folds and its menu moves it", async () => {
  const page = await three({ viewport: { width: 390, height: 844 }, hasTouch: true });
  await fold(page, "Deployment web").tap();
  await page.waitForSelector(".lane--folded .dotpod");
  await page.getByRole("button", { name: "What to do with Deployment web" }).tap();
  await page.getByRole("menuitem", { name: "Move down" }).tap();
  await page.waitForFunction(() => document.querySelector(".lane__name").title === "Deployment shop/web");
  assert.deepEqual(await faults(page), []);
  await shot(page, "lane-phone");
  assert.deepEqual(page.errors, []);
});

test("a deleted workload leaves its disks and its document; applied again, its Pods take the disks they had", async () => {
  const page = await app.page();
  const ready = (count) => page.waitForFunction((count) =>
    document.querySelectorAll('[data-pod][data-now="ready"]').length === count, count, { timeout: 60000 });
  const disks = () => every(page, "[data-disk]", (all) => all.map((one) => `${one.dataset.disk} ${one.dataset.state}`));
  await page.getByText("4×").first().click();
  await ready(7);
  const before = await disks();
  assert.equal(before.length, 3);
  await page.getByRole("button", { name: "What to do with StatefulSet db" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Delete StatefulSet db" }).press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("[data-pod]").length === 4);
  assert.deepEqual((await disks()).map((one) => one.split(" ")[0]), before.map((one) => one.split(" ")[0]));
  await page.waitForFunction(() => [...document.querySelectorAll("[data-disk]")].every((one) => one.innerText.includes("kept")));
  assert.match(await manifest(page), /kind: StatefulSet/);
  await page.waitForFunction(() => document.activeElement.matches('.lane__name[title="Deployment web"]'));
  await shot(page, "lane-deleted");
  await page.locator(".apply__dot").waitFor();
  await page.locator(".apply").click();
  await ready(7);
  assert.deepEqual(await disks(), before);
  assert.equal(await page.locator(".apply__dot").count(), 0);
  assert.deepEqual(page.errors, []);
});

test("a workload that is deleted alone leaves its Pods to themselves", async () => {
  const page = await app.page();
  await page.waitForFunction(() => document.querySelectorAll('[data-pod][data-now="ready"]').length === 7, null, { timeout: 60000 });
  const pods = () => every(page, "[data-pod]", (all) => all.map((one) => one.dataset.pod).sort());
  const before = await pods();
  await page.locator(".laneslot").filter({ hasText: "StatefulSet" }).hover();
  await page.getByRole("button", { name: "What to do with StatefulSet db" }).click();
  await page.getByRole("menuitem", { name: "Delete it alone, keep its Pods" }).click();
  await page.waitForFunction(() => document.body.innerText.includes("Pods of their own"));
  // The charts say it a frame before the stage.
  await page.getByRole("button", { name: "What to do with StatefulSet db" }).waitFor({ state: "detached" });
  assert.deepEqual(await pods(), before);
  assert.deepEqual(page.errors, []);
});

test("a disk in use is deleted from Inspect and waits for its Pod, as its claim's protection says", async () => {
  const page = await app.page();
  await page.waitForFunction(() => document.querySelectorAll('[data-pod][data-now="ready"]').length === 7, null, { timeout: 60000 });
  await page.locator("[data-disk]").first().click();
  await page.getByRole("tab", { name: "Inspect" }).click();
  await page.getByRole("button", { name: "Delete PersistentVolumeClaim data-db-0" }).press("Enter");
  await page.waitForFunction(() => document.querySelector(".facts")?.innerText.includes("Terminating"));
  await page.waitForFunction(() => document.activeElement.matches(".inspect"));
  assert.equal(await page.locator(".inspect__delete").count(), 0, "it is on its way");
  assert.equal(await page.locator("[data-disk]").count(), 3);
  assert.deepEqual(await faults(page), []);
  assert.deepEqual(page.errors, []);
});

test("a lane's name and namespace are whole at every width, and its stepper goes below before they are cut", async () => {
  const text = ["apiVersion: v1\nkind: Namespace\nmetadata: {name: team-payments-staging}\n", deployment("nginx", "default"),
    deployment("wordpress-frontend-production", "default"), deployment("api", "team-payments-staging")].join("---\n");
  const page = await app.page({}, (context) => context.addInitScript((text) => {
    for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(text));
  }, text));
  await page.waitForFunction(() => document.querySelectorAll(".lane__name").length === 3, null, { timeout: 60000 });
  for (const [width, height] of [[1440, 900], [1280, 800], [1130, 800], [1024, 768], [820, 1100]]) {
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(500);
    const cut = await every(page, ".lane__name, .lane__place", (all) =>
      all.filter((one) => one.scrollWidth > one.clientWidth + 1 || one.offsetWidth < 10).map((one) => one.innerText));
    assert.deepEqual(cut, [], `${width}`);
    assert.ok(await page.locator(".lane__place", { hasText: "team-payments-staging" }).isVisible(), `${width}`);
  }
  assert.deepEqual(page.errors, []);
});

test("nothing lies over a lane's name while nobody points at it", async () => {
  const page = await app.page({ viewport: { width: 1024, height: 768 } }, (context) => context.addInitScript((text) => {
    for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(text));
  }, deployment("halted", "default")));
  await page.locator(".lane__name").waitFor();
  await page.mouse.move(700, 20);
  const painted = await page.locator(".lane__deeds").evaluate((one) => [getComputedStyle(one).backgroundColor,
    getComputedStyle(one.firstElementChild).opacity]);
  assert.deepEqual(painted, ["rgba(0, 0, 0, 0)", "0"]);
});
