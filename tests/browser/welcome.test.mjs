// The welcome: one click away, it touches nothing by itself, and each card begins what it says.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { arrived, faults, shot, start, text, write } from "./harness.mjs";

let app;
before(async () => { app = await start(); });
after(async () => { await app.stop(); });

const welcome = (page) => page.locator(".welcome").count();
const open = async (page) => {
  await page.locator(".brand button").click();
  await page.waitForSelector(".welcome");
};
const now = (page) => page.locator(".scrub__rail").getAttribute("aria-valuenow").then(Number);
const selected = (page) => page.locator('.stage [aria-pressed="true"]');

test("it is one click away, touches nothing, and any way out leaves it", async () => {
  const page = await app.page();
  await arrived(page);
  assert.equal(await welcome(page), 0, "a first visit sees the cluster");
  await page.locator(".deck__play").click();
  const [before, moment] = [await text(page), await now(page)];
  const ways = [
    async () => page.keyboard.press("Escape"),
    async () => page.getByRole("tab", { name: "Stage" }).click(),
    async () => page.getByRole("tab", { name: "Ledger" }).click(),
    async () => page.locator(".brand button").click(),
  ];
  for (const leave of ways) {
    await open(page);
    assert.equal(await page.locator(".pane").count(), 0, "both panes are rails");
    assert.match(await page.locator(".stage--empty").innerText(), /node-1[^]*\d Pods?/);
    await leave();
    await page.waitForSelector(".welcome", { state: "detached" });
  }
  await page.keyboard.press("1");
  await arrived(page);
  assert.equal(await text(page), before);
  assert.equal(await now(page), moment);
  await page.locator("header .picker").first().click();
  await page.getByRole("option", { name: /^Welcome/ }).click();
  await page.waitForSelector(".welcome");
  // Its own link opens the list of examples; closing that does not leave the welcome.
  await page.getByRole("button", { name: "All examples" }).click();
  assert.ok(await page.getByRole("option").count() > 9);
  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("option").count(), 0);
  assert.equal(await welcome(page), 1);
  assert.deepEqual(page.errors, []);
});

test("each card opens its example and points at the first thing to do", async () => {
  const page = await app.page();
  const own = "# mine\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: mine}\n";
  await write(page, own);
  const begin = async (name) => {
    // By keyboard alone, as well as any reader.
    await page.locator(".brand button").focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector(".welcome:focus");
    await page.getByRole("button", { name }).focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector(".welcome", { state: "detached" });
    await arrived(page);
    return page.locator(".toast.is-shown").innerText();
  };
  const first = await begin(/^Delete a Pod/);
  assert.match(await text(page), /kind: Deployment[^]*kind: StatefulSet/);
  assert.equal(await page.locator('[data-pod][data-now="ready"]').count(), 7, "everything is up");
  const pod = await selected(page).first().innerText();
  assert.match(first, /^(db-\d) is selected/);
  assert.ok(pod.includes(/^(db-\d)/.exec(first)[1]), pod);
  // What the sentence asks for works at once.
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-pressed")), "true");
  await page.keyboard.press("Delete");
  await page.waitForSelector('[data-pod][data-shape="b"][data-now="terminating"]');

  assert.match(await begin(/^Start and stop in order/), /^Watch db start 0, 1, 2/);
  assert.ok(await now(page) < 5, "the start itself is what to watch");
  assert.equal(await page.locator('.lane__name[data-selected="true"]').innerText(), "db");
  await page.locator(".speed").getByText("4×", { exact: true }).click();
  const ready = (count) => page.waitForFunction((count) => document
    .querySelectorAll('[data-pod][data-shape="b"][data-now="ready"]').length === count, count, { timeout: 60000 });
  await ready(1);
  assert.match(await page.locator('[data-pod][data-shape="b"][data-now="ready"]').first().innerText(), /db-0/);
  await ready(3);
  await page.locator(".lane--b .stepper button").first().click();
  await page.waitForFunction(() => {
    const left = [...document.querySelectorAll('[data-pod][data-shape="b"]')].map((one) => one.textContent);
    return left.length === 2 && !left.some((one) => one.includes("db-2"));
  });

  const third = await begin(/^Lose a node/);
  const node = /node-\d/.exec(third)[0];
  await page.locator(`.nodeslot[data-node="${node}"] [data-selected="true"]`).waitFor();
  await page.locator(`.nodeslot[data-node="${node}"] [aria-haspopup="menu"]`).click();
  await page.getByRole("menuitem", { name: /"(.+)"/.exec(third)[1] }).waitFor();
  await page.keyboard.press("Escape");

  await page.locator("header .picker").first().click();
  await page.getByRole("option", { name: /^Your own text/ }).click();
  await page.waitForFunction((own) => document.querySelector("#manifest").value === own, own);
  assert.deepEqual(page.errors, []);
});

test("what was typed comes back with undo, whichever way of the welcome was taken", async () => {
  const page = await app.page();
  for (const name of ["Start from an empty manifest", /^Delete a Pod/]) {
    await write(page, "# mine\nkind: Pod\n");
    await open(page);
    await page.getByRole("button", { name }).click();
    await arrived(page);
    assert.ok(!(await text(page)).includes("# mine"));
    await page.locator("#manifest").focus();
    await page.keyboard.press("Control+z");
    assert.equal(await text(page), "# mine\nkind: Pod\n");
    await page.keyboard.press("Control+y");
    assert.ok(!(await text(page)).includes("# mine"));
  }
  assert.deepEqual(page.errors, []);
});

test("an empty manifest waits for the first line, wherever the editor is", async () => {
  for (const viewport of [{ width: 1440, height: 900 }, { width: 900, height: 700 }, { width: 390, height: 844 }, { width: 720, height: 420 }]) {
    const page = await app.page({ viewport });
    await open(page);
    await page.getByRole("button", { name: "Start from an empty manifest" }).click();
    await page.waitForSelector("#manifest");
    await page.waitForFunction(() => document.activeElement.closest("#manifest"));
    assert.equal(await text(page), "");
    assert.equal(await page.locator(".problem").count(), 0, "nothing is wrong yet");
    await page.keyboard.type("kind: Pod");
    assert.equal(await text(page), "kind: Pod");
    assert.deepEqual(page.errors, []);
  }
});

for (const [name, options, zh] of [
  ["desk", {}, false],
  ["dark, in Chinese", { colorScheme: "dark", locale: "zh-CN" }, true],
  ["tablet", { viewport: { width: 900, height: 700 } }, false],
  ["low", { viewport: { width: 720, height: 420 }, locale: "zh-CN", colorScheme: "dark" }, true],
  ["phone", { viewport: { width: 390, height: 844 }, hasTouch: true }, false],
]) {
  test(`axe finds nothing and nothing is cut off: ${name}`, async () => {
    const page = await app.page(options);
    await open(page);
    await page.waitForTimeout(300);
    assert.deepEqual(await faults(page), []);
    const cut = await page.evaluate(() => [...document.querySelectorAll(".welcome, .welcome__in, .start, .starts")]
      .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > innerWidth)
      .map((one) => one.className));
    assert.deepEqual(cut, []);
    assert.equal((await page.locator(".welcome h1").innerText()).includes("回来"), zh);
    await shot(page, `welcome-${name.replaceAll(/\W+/g, "-")}`);
    assert.deepEqual(page.errors, []);
  });
}
