// What a person does on the page, and what they must see then.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { root, shot, start } from "./harness.mjs";

let app;
before(async () => { app = await start(); });
after(async () => { await app.stop(); });

const manifest = readFileSync(join(root, "tests/manifests/first-light.yaml"), "utf8");
const pods = (page) => page.locator("[data-pod]");
const names = (page) => page.locator('[data-nav^="pod/"]').evaluateAll(
  (all) => all.map((one) => one.textContent));

async function write(page, text) {
  await page.locator("textarea").fill(text);
}

// Opens the page paused on the example with every Pod ready.
async function running(options) {
  const page = await app.page(options);
  await page.waitForFunction(() => document.querySelectorAll('[data-pod][data-now="ready"]').length >= 7);
  return page;
}
test("a failed node is told, keeps its Pods, and recovers from its menu", async () => {
  const page = await running();
  await page.getByRole("button", { name: /node-2/ }).filter({ hasNotText: "node-2" }).first().click();
  await page.getByRole("menuitem").first().click();
  await page.getByRole("radio", { name: /100/ }).click().catch(() => page.getByText("100×").click());
  await page.waitForFunction(() => document.querySelector('[data-node="node-2"]')
    ?.innerText.includes("NotReady"), null, { timeout: 30000 });
  await page.getByRole("radio", { name: "1×", exact: true }).click().catch(() => page.getByText("1×", { exact: true }).click());
  await shot(page, "node-lost");
  assert.ok(await page.locator('[data-down="true"]').count() > 0, "the column shows a dead machine");
  await page.getByRole("button", { name: /node-2/ }).filter({ hasNotText: "node-2" }).first().click();
  await page.getByRole("menuitem").first().click();
  await page.waitForFunction(() => !document.querySelector('[data-node="node-2"]')
    .innerText.includes("NotReady"), null, { timeout: 30000 });
  await shot(page, "node-back");
  assert.deepEqual(page.errors, []);
});

