// The stage in Chromium: what can be done from it, and workloads of every kind on it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { arrived, root, shot, start, write } from "./harness.mjs";

let app;
before(async () => { app = await start(); });
after(async () => { await app.stop(); });

// Opens the page on the example with every Pod ready.
async function running() {
  const page = await app.page();
  await page.waitForFunction(() =>
    document.querySelectorAll('[data-pod][data-now="ready"]').length >= 7, null, { timeout: 60000 });
  return page;
}

const speed = (page, name) => page.getByText(name, { exact: true }).first().click();

async function choose(page, node, entry) {
  await page.locator(`[data-node="${node}"] [aria-haspopup="menu"]`).click();
  await page.getByRole("menuitem", { name: entry }).click();
}

const says = (page, node, word) => page.waitForFunction(([node, word]) =>
  document.querySelector(`.nodeslot[data-node="${node}"]`)?.innerText.includes(word),
[node, word], { timeout: 60000 });

// The Pods whose name starts so, with the node in whose column they stand.
const pods = (page, start) => page.evaluate((start) =>
  [...document.querySelectorAll("[data-pod] .sr")].map((one) => one.textContent)
    .filter((one) => one.startsWith(start)), start);

test("a drained node is cordoned and its Pods run elsewhere; uncordoned it takes Pods again", async () => {
  const page = await running();
  await choose(page, "node-1", /drain/i);
  await speed(page, "20×");
  await page.waitForFunction(() => {
    const labels = [...document.querySelectorAll('[data-pod][data-now="ready"] .sr')]
      .map((one) => one.textContent);
    return labels.length >= 7 && labels.every((one) => !one.includes("node-1"));
  }, null, { timeout: 60000 });
  await says(page, "node-1", "cordoned");
  await shot(page, "node-drained");
  await choose(page, "node-1", /uncordon/i);
  await says(page, "node-1", "Ready");
  assert.deepEqual(page.errors, []);
});

test("a node is added and another one taken away", async () => {
  const page = await running();
  await choose(page, "node-1", /add a node/i);
  await says(page, "node-4", "Ready");
  await choose(page, "node-2", /remove/i);
  await page.waitForFunction(() => !document.querySelector('.nodeslot[data-node="node-2"]'));
  await shot(page, "node-added");
  assert.deepEqual(page.errors, []);
});

test("a lost node is declared out of service, and its stateful Pod comes back elsewhere", async () => {
  const page = await running();
  const [label] = await pods(page, "db-1");
  const node = /node-\d/.exec(label)[0];
  await choose(page, node, /fail/i);
  await speed(page, "100×");
  await says(page, node, "NotReady");
  await speed(page, "4×");
  await choose(page, node, /out of service/i);
  await page.waitForFunction((node) => [...document.querySelectorAll('[data-pod][data-now="ready"] .sr')]
    .some((one) => one.textContent.startsWith("db-1") && !one.textContent.includes(node)),
  node, { timeout: 90000 });
  await shot(page, "out-of-service");
  assert.deepEqual(page.errors, []);
});

test("a Pod's menu kills its container, which starts again", async () => {
  const page = await running();
  const pod = page.locator("[data-pod]").filter({ hasText: "db-0" }).first();
  await pod.locator("button").first().click();
  await pod.locator('[aria-haspopup="menu"]').click();
  await shot(page, "pod-menu");
  const axe = readFileSync(join(root, "tests/browser/node_modules/axe-core/axe.min.js"), "utf8");
  await page.evaluate(axe);
  const found = await page.evaluate(async () =>
    (await window.axe.run(document, { resultTypes: ["violations"] })).violations.map((one) => one.id));
  assert.deepEqual(found, []);
  await page.getByRole("menuitem", { name: /kill container/i }).first().click();
  await page.waitForFunction(() => document.body.innerText.includes("You killed container mysql") &&
    document.body.innerText.includes("is started again"), null, { timeout: 30000 });
  await page.waitForFunction(() => [...document.querySelectorAll('[data-pod][data-now="ready"] .sr')]
    .some((one) => one.textContent.startsWith("db-0")), null, { timeout: 60000 });
  assert.deepEqual(page.errors, []);
});

const kinds = `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      containers: [{name: agent, image: agent}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  completions: 2
  template:
    spec:
      restartPolicy: Never
      containers: [{name: once, image: busybox, command: [sh, -c, "exit 0"]}]
---
apiVersion: v1
kind: Pod
metadata: {name: alone}
spec:
  containers: [{name: app, image: nginx}]
---
apiVersion: v1
kind: Pod
metadata: {name: huge}
spec:
  containers: [{name: app, image: nginx, resources: {requests: {cpu: "900"}}}]
`;

test("DaemonSets, Jobs and bare Pods have lanes, and a Pod without a node stands with its reason", async () => {
  const page = await app.page();
  await arrived(page);
  await write(page, kinds);
  await page.locator("#manifest").press("Control+Enter");
  await speed(page, "20×");
  await page.waitForFunction(() => document.querySelectorAll("[data-lane]").length >= 3 &&
    document.body.innerText.includes("Insufficient cpu"), null, { timeout: 60000 });
  await page.waitForFunction(() => /2\/2/.test(document.body.innerText), null, { timeout: 60000 });
  await shot(page, "other-kinds");
  const text = await page.locator("body").innerText();
  for (const word of ["DaemonSet", "Job", "agent", "once"]) assert.ok(text.includes(word), word);
  assert.equal((await pods(page, "agent-")).length, 3);
  assert.deepEqual(page.errors, []);
});

const budget = (name) => `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: ${name}}
spec:
  minAvailable: 3
  selector: {matchLabels: {app: db}}
`;
const apply = async (page, text) => {
  await write(page, text);
  await page.locator("#manifest").press("Control+Enter");
};
const homeOf = async (page, name) => /node-\d/.exec((await pods(page, name))[0])[0];

test("a drain that a budget holds shows how far it came and who holds it, and goes on when it may", async () => {
  const page = await running();
  await apply(page, budget("db"));
  await page.waitForFunction(() => document.body.innerText.includes("poddisruptionbudget.policy/db created"));
  await page.waitForTimeout(1500);
  const node = await homeOf(page, "db-1");
  await choose(page, node, /drain/i);
  await says(page, node, "a budget holds db-1");
  const bar = page.getByRole("progressbar");
  assert.match(await bar.getAttribute("aria-label"), new RegExp(`Draining ${node}: \\d of \\d gone`));
  await page.waitForFunction(() => document.querySelector(".story").innerText.includes("may not be evicted now"));
  assert.ok(await page.getByTitle(/Cannot evict pod as it would violate the pod's disruption budget/).count() > 0);
  await shot(page, "drain-held");
  await page.evaluate(readFileSync(join(root, "tests/browser/node_modules/axe-core/axe.min.js"), "utf8"));
  assert.deepEqual(await page.evaluate(async () =>
    (await window.axe.run(document, { resultTypes: ["violations"] })).violations.map((one) => one.id)), []);
  await apply(page, budget("db").replace("minAvailable: 3", "minAvailable: 1"));
  await speed(page, "4×");
  await page.getByText(`${node} is drained`).waitFor({ timeout: 60000 });
  await page.waitForFunction(() => !document.querySelector('[role="progressbar"]'));
  assert.deepEqual(page.errors, []);
});

test("a drain that ends with an error is told in kubectl's words", async () => {
  const page = await running();
  await apply(page, `${budget("one")}---\n${budget("two")}`);
  await page.waitForTimeout(1500);
  const node = await homeOf(page, "db-1");
  await choose(page, node, /drain/i);
  await page.locator(".toast", { hasText: `${node} could not be drained` }).waitFor();
  await page.locator(".notice", { hasText: "more than one PodDisruptionBudget" }).waitFor();
  await shot(page, "drain-failed");
  assert.deepEqual(page.errors, []);
});
