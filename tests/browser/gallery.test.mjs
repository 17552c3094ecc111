// Drives the app into each mockup's state and keeps a picture at the mockup's size.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { root, start, write } from "./harness.mjs";

const folder = join(root, "test-results", "gallery");
let app;
before(async () => { app = await start(); await mkdir(folder, { recursive: true }); });
after(async () => { await app.stop(); });

const desk = { viewport: { width: 1440, height: 900 } };
const ready = (page, count) => page.waitForFunction((count) =>
  document.querySelectorAll('[data-pod][data-now="ready"]').length >= count, count, { timeout: 60000 });

async function open(options, ask = {}) {
  const page = await app.page({ ...desk, ...options });
  await ready(page, ask.count ?? 7);
  if (ask.zh) await page.getByText("中文").first().click();
  return page;
}
// Once what moves has come to rest.
const keep = async (page, name) => {
  await page.waitForTimeout(900);
  await page.screenshot({ path: join(folder, `${name}.png`) });
};
const speed = (page, name) => page.locator(".speed").getByText(name, { exact: true }).click();
const pause = async (page) => page.locator(".deck__play").first().click();

async function remove(page, name) {
  const pod = page.locator("[data-pod]").filter({ hasText: name }).first();
  await pod.locator("button").first().click();
  await pod.locator("button").first().press("Delete");
}
const someWeb = (page) => page.locator('[data-pod][data-shape="a"][data-now="ready"]').nth(2)
  .evaluate((one) => one.querySelector(".sr").textContent.split(",")[0].split("-").pop());

// A web Pod and then db-1 are deleted; db-1 is on its way back.
async function deleted(page) {
  await remove(page, await someWeb(page));
  await page.waitForTimeout(2500);
  await remove(page, "db-1");
  await page.waitForFunction(() => document.body.innerText.includes("db-1 → db-1"), null, { timeout: 30000 });
  await page.waitForTimeout(1500);
}

// Enough replacements to fill the ledger.
async function replaced(page) {
  await speed(page, "4×");
  for (const name of ["db-1", "db-1", "db-2"]) {
    await remove(page, await someWeb(page));
    await remove(page, name);
    await page.waitForTimeout(300);
    await page.waitForFunction(() => document.querySelectorAll('[data-pod][data-now="ready"]').length >= 7
      && !document.querySelector('[data-now="terminating"]'), null, { timeout: 60000 });
  }
  await pause(page);
}

test("1: the desktop, a Pod on its way back", async () => {
  const page = await open();
  await deleted(page);
  await pause(page);
  await keep(page, "1-desktop-light");
  assert.deepEqual(page.errors, []);
});

const now = (page) => page.locator(".scrub__rail").getAttribute("aria-valuenow").then(Number);
const act = async (page, node, name) => {
  await page.locator(`.nodeslot[data-node="${node}"] [aria-haspopup="menu"]`).click();
  await page.getByRole("menuitem", { name }).click();
};
async function until(page, seconds) {
  await page.waitForFunction((seconds) =>
    Number(document.querySelector(".scrub__rail").getAttribute("aria-valuenow")) > seconds, seconds, { timeout: 90000 });
}
// The node of db-1 is lost; its Pods have been marked for deletion.
async function lost(page) {
  const label = await page.locator("[data-pod]").filter({ hasText: "db-1" }).first().locator(".sr").innerText();
  const node = /node-\d/.exec(label)[0];
  await act(page, node, /fail/i);
  await speed(page, "100×");
  await until(page, 396);
  return node;
}

test("2: a lost node holds its stateful Pod, in the dark", async () => {
  const page = await open({ colorScheme: "dark" });
  await lost(page);
  await pause(page);
  await page.locator("[data-pod]").filter({ hasText: "db-1" }).first().locator("button").first().click();
  await keep(page, "2-desktop-dark");
  assert.deepEqual(page.errors, []);
});

test("2b: out of service, its Pods elsewhere", async () => {
  const page = await open();
  const node = await lost(page);
  await speed(page, "20×");
  await act(page, node, /out of service/i);
  await page.waitForFunction((node) => [...document.querySelectorAll('[data-pod][data-now="ready"] .sr')]
    .some((one) => one.textContent.startsWith("db-1") && !one.textContent.includes(node)), node, { timeout: 90000 });
  await pause(page);
  assert.ok(await now(page) > 396);
  await page.locator("[data-pod]").filter({ hasText: "db-1" }).first().locator("button").first().click();
  await keep(page, "2b-desktop-moved");
  assert.deepEqual(page.errors, []);
});

test("3: Chinese", async () => {
  const page = await open({ viewport: { width: 1440, height: 900 } }, { zh: true });
  await deleted(page);
  await pause(page);
  await keep(page, "3-lesson-zh");
});

// db-1 is deleted and on its way back; its disk waits for it.
async function returning(page) {
  await remove(page, "db-1");
  await page.waitForFunction(() => [...document.querySelectorAll("[data-pod]")]
    .some((one) => one.textContent.includes("db-1") && ["creating", "init"].includes(one.dataset.now)),
  null, { timeout: 30000 });
  await page.locator(".deck__play").click();
  await page.mouse.move(1, 1);
}

test("4: the small size", async () => {
  const page = await open({ viewport: { width: 720, height: 420 } });
  await returning(page);
  const [disk, caption] = await Promise.all([".disk", ".caption"].map((one) => page.locator(one).first().boundingBox()));
  assert.ok(disk.y + disk.height < caption.y, "the disks stand clear of the sentence");
  await keep(page, "4-embed");
});

test("5: the phone", async () => {
  const page = await open({ viewport: { width: 390, height: 844 } });
  await returning(page);
  const marks = await page.locator(".strip .mark").allTextContents();
  assert.ok(marks.includes("name kept") && marks.includes("UID new"), String(marks));
  await keep(page, "5-phone");
});

// The page runs another text, applied as a reader would.
async function apply(page, text) {
  await write(page, text);
  await page.keyboard.press("Control+Enter");
}

test("6a: sixty Pods, in the middle of a rollout", async () => {
  const page = await open();
  const text = readFileSync(join(root, "static/examples/web-and-database.yaml"), "utf8")
    .replace("replicas: 4", "replicas: 45")
    .replace("cpu: 250m", "cpu: 50m").replace("cpu: 500m", "cpu: 100m").replace("memory: 1Gi", "memory: 64Mi")
    .replace("memory: 256Mi", "memory: 32Mi");
  await page.evaluate((text) => {
    for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(text));
  }, text);
  await page.reload();
  await ready(page, 48);
  const more = text.replace("replicas: 3", "replicas: 12");
  await apply(page, more);
  await ready(page, 51);
  await apply(page, more.replace("nginx:1.27", "nginx:1.28"));
  await page.waitForFunction(() =>
    document.querySelectorAll('[data-shape="a"] .chip[data-rev="2"][data-state="ready"]').length > 18, null, { timeout: 60000 });
  await pause(page);
  await page.getByRole("group", { name: "Detail" }).getByText("Chip").click();
  await page.locator("[data-pod]").filter({ hasText: "db-4" }).first().locator("button").first().click();
  const rollout = page.locator(".zoomrow");
  assert.match(await rollout.innerText(), /revision 2[^]*revision 1[^]*creating[^]*terminating/);
  await page.mouse.move(700, 880);
  await keep(page, "6a-sixty-pods");
  assert.deepEqual(page.errors, []);
});

test("6b: the welcome", async () => {
  const page = await open();
  await pause(page);
  await page.locator(".deck__start").click();
  await page.locator(".brand button").click();
  await page.getByText("no Pods yet").first().waitFor();
  await keep(page, "6b-welcome");
  assert.deepEqual(page.errors, []);
});

test("7a: the ledger in both themes", async () => {
  for (const [colorScheme, name] of [["light", "7a-ledger"], ["dark", "7a-ledger-dark"]]) {
    const page = await open({ colorScheme });
    await replaced(page);
    await page.getByRole("tab", { name: "Ledger" }).click();
    await page.waitForTimeout(300);
    await keep(page, name);
    assert.deepEqual(page.errors, []);
  }
});

test("7b: the timeline, with another run", async () => {
  const page = await open();
  await page.locator("body").press("f");
  await remove(page, await someWeb(page));
  await page.waitForTimeout(11000);
  await remove(page, "db-1");
  await page.waitForTimeout(3000);
  await pause(page);
  await page.getByRole("tab", { name: "Timeline" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".plot .ahead").length > 3);
  await page.waitForTimeout(6000);
  await keep(page, "7b-timeline");
  assert.deepEqual(page.errors, []);
});

test("9: the desktop at 1280", async () => {
  const page = await open({ viewport: { width: 1280, height: 800 } });
  await deleted(page);
  await pause(page);
  await keep(page, "9-desktop-1280");
});

// Every state of a Pod that a cluster can bring about, a workload each, in both shapes.
const states = {
  pending: { spec: "nodeSelector: {disk: none}", app: "" },
  creating: { spec: "volumes: [{name: none, configMap: {name: none}}]", app: "volumeMounts: [{name: none, mountPath: /none}]" },
  init: {
    spec: "initContainers: [{name: first, image: busybox, command: [sh, -c, exit 0]}, {name: second, image: busybox, command: [sleep, infinity]}]",
    app: "",
  },
  running: { spec: "", app: "readinessProbe: {exec: {command: ['false']}}" },
  ready: { spec: "", app: "" },
  terminating: { spec: "terminationGracePeriodSeconds: 36000", app: "", image: "stubborn" },
  crash: { spec: "", app: "", image: "crash" },
  imagepull: { spec: "", app: "", image: "bad" },
  unknown: { spec: "", app: "", node: "node-3" },
};
const stateful = (name) => `${name}-kept`;
const workload = (kind, name, { spec, app, image, node }) => `apiVersion: apps/v1
kind: ${kind}
metadata: {name: ${name}}
spec:
  replicas: 1${kind === "StatefulSet" ? `\n  serviceName: ${name}` : ""}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      ${spec.startsWith("nodeSelector") ? "" : `nodeName: ${node ?? "node-1"}`}
      ${spec}
      containers:
      - name: app
        image: ${image ?? "nginx"}
        ${app}
---
`;
const sheet = Object.entries(states).flatMap(([name, state]) => [
  workload("Deployment", name, state),
  workload("StatefulSet", stateful(name), state),
]).join("") + `apiVersion: batch/v1
kind: Job
metadata: {name: completed}
spec:
  template:
    spec:
      nodeName: node-3
      restartPolicy: Never
      containers: [{name: app, image: busybox, command: [sh, -c, exit 0]}]
`;

test("8: every state of a Pod, in both themes", { timeout: 180000 }, async () => {
  const page = await app.page({ viewport: { width: 1440, height: 900 }, colorScheme: "light" });
  await page.evaluate((text) => {
    for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(text));
  }, sheet);
  await page.setViewportSize({ width: 1440, height: 3300 });
  await page.reload();
  await page.waitForSelector("[data-pod]");
  for (const name of ["terminating-", stateful("terminating")]) await remove(page, name);
  await act(page, "node-3", /fail/i);
  await speed(page, "100×");
  const seen = () => page.evaluate(() => [...document.querySelectorAll("[data-pod]")]
    .map((one) => `${one.dataset.now} ${one.dataset.shape}`));
  // Stopped in the frame in which all of it is seen. A step that was under way still comes, and what
  // crashes runs again and again: from there it goes on event by event until both crashed.
  const crashed = () => ["unknown", "crash"].every((state) => document.querySelectorAll(`[data-now="${state}"]`).length >= 2);
  await page.waitForFunction(`(${crashed})() && (document.querySelector(".deck__play").click(), true)`, null, { timeout: 60000 });
  await page.getByRole("button", { name: "Play" }).waitFor();
  for (let event = 0; event < 60 && !(await page.evaluate(crashed)); event += 1) {
    await page.getByRole("button", { name: "Next event" }).click();
  }
  await page.mouse.move(700, 3290);
  const found = new Set(await seen());
  const wanted = Object.keys(states).flatMap((name) => [`${name} a`, `${name} b`]);
  assert.deepEqual(wanted.filter((one) => !found.has(one)), []);
  assert.ok([...found].some((one) => one.startsWith("completed")), "a Job's Pod on the lost node");
  await keep(page, "8-pod-states");
  await page.locator("body").press("t");
  await page.waitForTimeout(600);
  await keep(page, "8-pod-states-dark");
  assert.deepEqual(page.errors, []);
});
