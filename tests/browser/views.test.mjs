// The ledger, the timeline, several runs, pictures and the story: what a person does and sees.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { deployment, every, faults, root, shot, start, text, write } from "./harness.mjs";

let app;
before(async () => { app = await start(); });
after(async () => { await app.stop(); });

// Opens the page on the example with every Pod ready; the clock stands still.
async function running(options) {
  const page = await app.page(options);
  await page.waitForFunction(() => document.querySelectorAll('[data-pod][data-now="ready"]').length >= 7);
  await page.getByRole("button", { name: "Pause" }).or(page.getByRole("button", { name: "暂停" })).first().click();
  return page;
}

// Lets the clock run for some real seconds at 20×.
async function pass(page, done, argument) {
  await page.getByRole("button", { name: "20×" }).click();
  await page.locator(".deck__play").first().click();
  await page.waitForFunction(done, argument, { timeout: 30000 });
  await page.locator(".deck__play").first().click();
  await page.getByRole("button", { name: "1×", exact: true }).click();
}

async function remove(page, name) {
  const pod = page.locator("[data-pod]").filter({ hasText: name }).first();
  await pod.locator("button").first().click();
  await pod.locator("button").first().press("Delete");
}

// db-1 was replaced and is ready again.
async function replaced(options) {
  const page = await running(options);
  await remove(page, "db-1");
  await pass(page, () => {
    const pods = [...document.querySelectorAll('[data-pod][data-now="ready"]')];
    return document.body.innerText.includes("db-1 → db-1") && pods.length >= 7;
  });
  return page;
}

const show = async (page, name) => page.getByRole("tab", { name }).click();

test("the three views are tabs with keys, and the chosen one survives a reload", async () => {
  const page = await running();
  // The page draws a moment after the key.
  const chosen = (id) => page.waitForSelector(`#${id}[aria-selected="true"]`, { timeout: 5000 });
  await chosen("tab-stage");
  await page.locator("#tab-stage").focus();
  await page.keyboard.press("ArrowRight");
  await chosen("tab-ledger");
  assert.equal(await page.evaluate(() => document.activeElement.id), "tab-ledger");
  await page.keyboard.press("3");
  await chosen("tab-timeline");
  await page.keyboard.press("2");
  await chosen("tab-ledger");
  await page.reload();
  await page.waitForSelector(".ledger");
  await chosen("tab-ledger");
  assert.deepEqual(page.errors, []);
});

test("the ledger says in words what every replacement kept, in a real table", async () => {
  const page = await replaced();
  await page.getByRole("button", { name: "Open the ledger" }).click();
  const survive = page.getByRole("table", { name: "What survives a replacement" });
  const name = survive.getByRole("row").filter({ hasText: /^Name/ });
  assert.match(await name.innerText(), /kept/);
  assert.match(await name.innerText(), /1 of 1 kept/);
  assert.match(await survive.getByRole("row").filter({ hasText: "IP address" }).innerText(), /0 of 1 kept/);
  const slots = page.getByRole("table", { name: "StatefulSet db" });
  const last = slots.locator("tbody").nth(1).locator("tr").last();
  const text = (await last.innerText()).replace(/\s+/g, " ");
  assert.match(text, /db-1 kept/);
  assert.match(text, /data-db-1 kept/);
  assert.equal(await slots.locator("tbody").nth(1).locator("tr").count(), 2);
  await shot(page, "ledger");
  assert.deepEqual(page.errors, []);
});

test("any two workloads can be chosen for the ledger", async () => {
  const page = await running();
  await show(page, "Ledger");
  await page.locator(".survive__side .picker").first().click();
  await page.getByRole("option", { name: /StatefulSet db/ }).click();
  const heads = await page.locator(".account h2").allInnerTexts();
  assert.equal(heads[0], "StatefulSet db");
  await show(page, "Stage");
  await show(page, "Ledger");
  assert.equal((await page.locator(".account h2").allInnerTexts())[0], "StatefulSet db", "it is remembered");
});

test("on a tablet the ledger has all its columns, and the transport those of the stage", async () => {
  const page = await running({ viewport: { width: 768, height: 1024 } });
  const wide = () => page.locator(".scrub").evaluate((one) => Math.round(one.getBoundingClientRect().width));
  const before = await wide();
  await show(page, "Ledger");
  assert.equal(await wide(), before);
  const [hidden, cut] = await page.locator(".survive__scroll").evaluate((one) => [
    one.scrollWidth - one.clientWidth,
    [...one.querySelectorAll(".why")].filter((cell) => cell.scrollWidth > cell.clientWidth + 1).length,
  ]);
  assert.deepEqual([hidden, cut], [0, 0]);
});

test("a side of before and after without a workload is not there", async () => {
  const words = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: nginx}]}
`;
  const page = await app.page({}, (context) => context.addInitScript((words) => {
    for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(words));
  }, words));
  await page.waitForFunction(() => document.querySelector(".cmp--a") && !document.querySelector(".cmp--b"));
});

test("the ring around the chosen row keeps clear of its sign and of the card", async () => {
  const page = await replaced();
  await show(page, "Ledger");
  await page.getByRole("button", { name: "db-0" }).last().click();
  const row = page.locator(".incrow.is-selected");
  await row.waitFor();
  const [before, behind] = await row.evaluate((one) => {
    const box = (it) => it.getBoundingClientRect();
    const [first, last] = [one.querySelector(".incs__state"), one.lastElementChild];
    const end = parseFloat(getComputedStyle(last, "::after").right);
    return [box(first.querySelector("svg")).left - box(first).left - 2, end];
  });
  assert.ok(before >= 4 && behind >= 4, `${before} ${behind}`);
});

test("the ledger is copied as Markdown and as CSV", async () => {
  const page = await replaced({ permissions: ["clipboard-read", "clipboard-write"] });
  await show(page, "Ledger");
  await page.getByRole("button", { name: "Copy as Markdown" }).click();
  await page.getByText("Copied").waitFor();
  const markdown = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(markdown, /\| What \| Deployment web \| StatefulSet db \| Why \|/);
  assert.match(markdown, /\| db-1 \(kept\) \|/);
  await page.getByRole("button", { name: "Copy as CSV" }).click();
  await page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith("kind,"));
  const csv = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(csv, /^StatefulSet,default,db,1,Ready,db-1,kept,/m);
});

test("where the browser forbids copying, the text itself is shown", async () => {
  const page = await running();
  await page.evaluate(() => {
    Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true });
  });
  await show(page, "Ledger");
  await page.getByRole("button", { name: "Copy as Markdown" }).click();
  const text = page.locator(".ledger__text textarea");
  await text.waitFor();
  assert.match(await text.inputValue(), /What survives/);
});

test("printed, the ledger stands alone and whole", async () => {
  const page = await replaced();
  await show(page, "Ledger");
  await page.emulateMedia({ media: "print" });
  const seen = await page.evaluate(() => Object.fromEntries(
    [".topbar", ".transport", ".rail", ".survive", ".incs", ".tieword"].map((one) => {
      const found = document.querySelector(one);
      const box = found.getBoundingClientRect();
      return [one, getComputedStyle(found).display !== "none" && box.width > 2];
    })));
  assert.deepEqual(seen, { ".topbar": false, ".transport": false, ".rail": false,
    ".survive": true, ".incs": true, ".tieword": true });
  await shot(page, "ledger-print");
});

test("the timeline scrubs to the very moment: by field, key, pointer and event", async () => {
  const page = await replaced();
  await show(page, "Timeline");
  const field = page.getByLabel("Go to a moment");
  const now = () => field.inputValue();
  await field.fill("0:12.345");
  await field.press("Enter");
  await page.waitForFunction(() => document.querySelector(".moment").value === "00:12.3");
  // It is the clock's word for that moment, whether it runs or stands.
  const clock = () => page.locator(".transport .clock").innerText();
  assert.equal((await clock()).replace(/\s/g, ""), await now());
  assert.equal(await page.locator(".plot .headfill + *, .plot .t-inv").first().textContent().then((one) => one.trim()), "0:12.3");
  await page.locator(".deck__play").first().click();
  const apart = await page.evaluate(async () => {
    const words = () => [document.querySelector(".moment").value, `0${document.querySelector(".plot .t-inv").textContent.trim()}`];
    const apart = [];
    for (let frame = 0; frame < 60; frame += 1) {
      await new Promise(requestAnimationFrame);
      if (words()[0] !== words()[1]) apart.push(words().join(" "));
    }
    return apart;
  });
  assert.deepEqual(apart, []);
  // What is written stays as it was written, though the clock runs.
  await field.focus();
  await page.waitForTimeout(500);
  await field.fill("0:12.345");
  assert.equal(await now(), "0:12.345");
  await page.locator(".deck__play").first().click();
  await field.fill("0:12.345");
  await field.press("Enter");
  await page.waitForFunction(() => document.querySelector(".moment").value === "00:12.3");
  await page.locator(".plot").focus();
  await page.keyboard.press("Shift+ArrowRight");
  await page.waitForFunction(() => document.querySelector(".moment").value === "00:12.4");
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction(() => document.querySelector(".moment").value === "00:11.4");
  const svg = await page.locator(".plot > svg").boundingBox();
  await page.mouse.click(svg.x + 168 + (svg.width - 192) / 2, svg.y + 140);
  await page.waitForFunction(() => /^00:(29|30)/.test(document.querySelector(".moment").value));
  // A press on an event's mark goes to it exactly; the first act stands at the start.
  await page.mouse.click(svg.x + 169, svg.y + 50);
  await page.waitForFunction(() => document.querySelector(".moment").value === "00:00.0");
  await field.fill("nonsense");
  assert.equal(await field.getAttribute("aria-invalid"), "true");
  await field.press("Escape");
  assert.equal(await now(), "00:00.0");
  assert.deepEqual(page.errors, []);
});

test("keys that follow at once count from the moment that was asked for last", async () => {
  const page = await running();
  const keys = (where) => page.locator(where).evaluate((one) => {
    for (const key of ["Home", "ArrowRight", "ArrowRight", "ArrowRight"]) {
      one.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }
  });
  const now = (where) => page.waitForFunction((where) => document.querySelector(where).getAttribute("aria-valuenow") === "3.0", where);
  await keys(".scrub__rail");
  await now(".scrub__rail");
  await show(page, "Timeline");
  await page.locator(".plot").press("End");
  await page.waitForFunction(() => Number(document.querySelector(".plot").getAttribute("aria-valuenow")) > 5);
  await keys(".plot");
  await now(".plot");
});

test("what is expected is drawn apart, and comes about", async () => {
  const page = await running();
  await remove(page, "db-1");
  await show(page, "Timeline");
  await page.waitForFunction(() => document.querySelectorAll(".plot .wait-b.ahead").length > 0);
  const text = await page.locator(".plot > svg").innerHTML();
  assert.match(text, /expected, if you change nothing/);
  await shot(page, "timeline-expected");
  await pass(page, () => Number(document.querySelector(".plot").getAttribute("aria-valuenow")) > 75);
  await page.getByRole("button", { name: "All", exact: true }).click();
  await page.getByRole("button", { name: "The same as a table" }).click();
  const rows = page.getByRole("table", { name: "Pods" }).getByRole("row");
  const second = await rows.filter({ hasText: "db-1" }).last().innerText();
  assert.match(second.replace(/\s+/g, " "), /db-1 0:4\d\.\d+ \d:\d\d/);
});

test("zoom and pan change what is shown, by button, key and wheel", async () => {
  const page = await running();
  await show(page, "Timeline");
  const last = () => page.locator(".plot").getAttribute("aria-valuemax");
  await page.getByRole("button", { name: "10 s", exact: true }).click();
  const near = Number(await last());
  assert.ok(near < 60);
  await page.getByRole("button", { name: "Earlier" }).click();
  await page.waitForFunction((near) => Number(document.querySelector(".plot").getAttribute("aria-valuemax")) < near, near);
  await page.getByRole("button", { name: "All", exact: true }).click();
  await page.waitForFunction(() => document.querySelector(".plot").getAttribute("aria-valuemax") === "60");
  await page.locator(".plot").focus();
  await page.keyboard.press("+");
  await page.waitForFunction(() => document.querySelector(".plot").getAttribute("aria-valuemax") !== "60");
  const box = await page.locator(".plot").boundingBox();
  await page.mouse.move(box.x + 400, box.y + 200);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, 100);
  await page.keyboard.up("Control");
  await page.waitForFunction(() => document.querySelector(".plot").getAttribute("aria-valuemax") === "60");
});

test("what lies under the pointer or the fingers stays there, and the present moment too", async () => {
  const page = await running({ hasTouch: true });
  await show(page, "Timeline");
  await page.getByRole("button", { name: "10 s", exact: true }).click();
  const plot = page.locator(".plot");
  const { x, y } = await plot.boundingBox();
  const svg = await page.locator(".plot > svg").boundingBox();
  const [left, wide] = [svg.x + 168, svg.width - 192];
  const label = (name) => page.locator(".plot__axis text").filter({ hasText: name }).first();
  const end = async () => Number(await plot.getAttribute("aria-valuemax"));
  const first = await end();
  await page.mouse.move(x + 500, y + 200);
  for (const to of [60, 60, -60]) {
    const before = await plot.locator("svg").first().innerHTML();
    await page.mouse.wheel(to, 0);
    await page.waitForFunction((before) => document.querySelector(".plot svg").innerHTML !== before, before);
  }
  await page.mouse.wheel(wide / 2, 0);
  await page.waitForFunction((first) => Number(document.querySelector(".plot").getAttribute("aria-valuemax")) > first, first);
  await page.getByRole("button", { name: "1 min", exact: true }).click();
  await label("0:20").waitFor();
  const at = await label("0:20").evaluate((one) => {
    const box = one.getBoundingClientRect();
    return box.x + box.width / 2;
  });
  await page.mouse.move(at, y + 200);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -100);
  await page.keyboard.up("Control");
  await page.waitForFunction(() => document.querySelector(".plot").getAttribute("aria-valuemax") !== "60");
  const now = await label("0:20").evaluate((one) => {
    const box = one.getBoundingClientRect();
    return box.x + box.width / 2;
  });
  assert.ok(Math.abs(now - at) < 4, `${at} to ${now}`);
  const moment = await page.locator(".moment").inputValue();
  const cdp = await page.context().newCDPSession(page);
  const touch = (type, ...xs) => cdp.send("Input.dispatchTouchEvent", {
    type, touchPoints: xs.map((x, id) => ({ x, y: y + 180 + id, id })),
  });
  const [a, b] = [left + wide * 0.4, left + wide * 0.6];
  const apart = await end();
  await touch("touchStart", a);
  await touch("touchMove", a - 20);
  await touch("touchStart", a - 20, b);
  for (const by of [20, 40, 60, 80]) await touch("touchMove", a - 20 - by, b + by);
  await page.waitForFunction((max) => Number(document.querySelector(".plot").getAttribute("aria-valuemax")) < max, apart);
  await touch("touchEnd");
  assert.equal(await page.locator(".moment").inputValue(), moment, "two fingers go nowhere in time");
  await touch("touchStart", a);
  await touch("touchEnd");
  await page.waitForFunction((moment) => document.querySelector(".moment").value !== moment, moment);
  assert.deepEqual(page.errors, []);
});

test("the axis stays in sight while a tall chart scrolls", async () => {
  const page = await running({ viewport: { width: 1440, height: 600 } });
  await show(page, "Timeline");
  // The chart is drawn once its size is known, and again as time passes: what is measured is
  // looked up at the moment of measuring.
  await page.waitForFunction(() => {
    const one = document.querySelector(".tlcard__scroll");
    return one && one.scrollHeight > one.clientHeight + 150;
  });
  await page.waitForFunction(() => {
    const scroll = document.querySelector(".tlcard__scroll");
    scroll.scrollTop = 150;
    const axis = scroll.querySelector(".plot__axis");
    if (!axis || scroll.scrollTop <= 100) return false;
    return Math.abs(axis.getBoundingClientRect().top - scroll.getBoundingClientRect().top) < 1;
  });
  await shot(page, "timeline-scrolled");
});

test("a run is forked, goes its own way, and is compared with the one before", async () => {
  const page = await running();
  await page.locator("body").press("f");
  await page.getByText("Run B goes on from here. Run A is kept.").waitFor();
  await remove(page, "db-2");
  await page.waitForFunction(() => document.body.innerText.includes("db-2 → db-2")
    || document.querySelector('[data-now="terminating"]'));
  await show(page, "Timeline");
  const runs = page.getByRole("group", { name: "Runs" }).getByRole("button");
  assert.deepEqual(await runs.allInnerTexts(), ["Run A, the first", "Run B, this one"]);
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await page.getByRole("option", { name: /Compare with Run A/ }).click();
  await page.locator(".ministage").first().waitFor();
  assert.equal(await page.locator(".ministage").count(), 2);
  await page.waitForFunction(() => /differences?/.test(document.querySelector(".compare__title").innerText));
  const list = await page.locator(".compare__list").innerText();
  assert.match(list, /db-2/);
  assert.ok(await page.locator(".ministage .chip .diffsign").count() > 0);
  assert.match(await page.locator(".compare__legend").innerText(), /differs in the other run/);
  // What differs is no ring: that is what is selected.
  await page.locator(".chip.is-marked[data-selected=true]").first().click();
  const ring = await page.locator(".chip.is-marked[data-selected=false]").first()
    .evaluate((one) => getComputedStyle(one).outlineStyle);
  assert.equal(ring, "none");
  // One moves in time without leaving the comparison.
  const before = await page.locator(".compare__title .mono").innerText();
  await page.locator(".compare .scrub__rail").focus();
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction((before) => document.querySelector(".compare__title .mono").innerText !== before, before);
  await page.locator(".moment").fill(before);
  await page.locator(".moment").press("Enter");
  await page.waitForFunction((before) => document.querySelector(".compare__title .mono").innerText === before, before);
  assert.ok(await page.locator(".compare__ledger").count() >= 2);
  const round = page.locator('.ministage .chip:not(.chip--b)[data-state="ready"] .pod__glyph').first();
  const [own, tone] = await round.evaluate((one) => {
    const probe = one.parentElement.appendChild(document.createElement("i"));
    probe.style.color = "var(--a-fill)";
    const tone = getComputedStyle(probe).color;
    probe.remove();
    return [getComputedStyle(one).color, tone];
  });
  assert.equal(own, tone, "a round Pod's sign has its own colour");
  assert.deepEqual(await faults(page), []);
  await shot(page, "compare");
  await page.getByRole("button", { name: "Stop comparing" }).click();
  await runs.first().click();
  await page.waitForFunction(() => document.body.innerText.includes("Run A, this one"));
  await show(page, "Stage");
  assert.equal(await page.locator('[data-pod][data-now="ready"]').count(), 7, "run A lost nothing");
  await show(page, "Timeline");
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await page.getByRole("option", { name: "Close run B" }).click();
  await page.waitForFunction(() => !document.querySelector(".runs [aria-pressed]"));
  assert.deepEqual(page.errors, []);
});

test("a closed run comes back by the button beside what is said of it, or by key", async () => {
  for (const [options, close, closed, undo] of [
    [{}, "Close run A", "Run A is closed.", "Undo"],
    [{ locale: "zh-CN", viewport: { width: 390, height: 844 }, colorScheme: "dark" }, "关闭运行 A", "运行 A 已关闭。", "撤销"],
  ]) {
    const page = await app.page(options);
    await page.waitForFunction(() => document.querySelectorAll('[data-pod][data-now="ready"]').length >= 7);
    await page.locator("body").press("f");
    if (options.viewport) await page.locator(".tabbar button").nth(4).click();
    else await page.keyboard.press("3");
    const compare = page.locator(".runs .picker");
    const names = () => page.locator(".runs [aria-pressed]").allInnerTexts();
    await compare.waitFor();
    const before = await names();
    for (const by of ["button", "key"]) {
      await compare.focus();
      await page.keyboard.press("Enter");
      await page.getByRole("option", { name: close }).focus();
      await page.keyboard.press("Enter");
      await page.locator(".toast", { hasText: closed }).waitFor();
      await page.waitForFunction(() => !document.querySelector(".runs [aria-pressed]"));
      // The button that had the focus is gone with the only other run: the way back has it.
      await page.waitForFunction(() => document.activeElement.closest(".toast"));
      if (by === "button") {
        assert.deepEqual(await faults(page), []);
        await shot(page, `run-closed-${options.locale ?? "en"}`);
        await page.getByRole("button", { name: undo }).press("Enter");
      } else await page.keyboard.press("Control+z");
      await page.waitForFunction(() => document.querySelectorAll(".runs [aria-pressed]").length === 2);
      assert.deepEqual(await names(), before);
      await page.waitForFunction(() => document.activeElement.closest(".runs"));
      assert.equal(await page.getByRole("button", { name: undo }).count(), 0);
    }
    assert.deepEqual(page.errors, []);
  }
});

test("acting before what was done later goes on in a run of its own, and says so", async () => {
  const page = await running();
  await remove(page, "db-1");
  await pass(page, () => Number(document.querySelector(".scrub__rail").getAttribute("aria-valuenow")) > 45);
  const at = await page.locator(".scrub__rail").getAttribute("aria-valuenow");
  await show(page, "Timeline");
  await page.locator(".moment").fill("0:20");
  await page.locator(".moment").press("Enter");
  await page.waitForFunction(() => document.querySelector(".moment").value === "00:20.0");
  await show(page, "Stage");
  await remove(page, "db-0");
  await page.getByText("run B goes on from here. Run A is kept").waitFor();
  await show(page, "Timeline");
  await page.getByRole("button", { name: "Run A, the first" }).click();
  await page.waitForFunction(() => document.body.innerText.includes("Run A, this one"));
  await page.locator(".moment").fill(`0:${at}`);
  await page.locator(".moment").press("Enter");
  await page.getByRole("button", { name: "The same as a table" }).click();
  const events = page.getByRole("table", { name: "Events" });
  await events.getByText("You deleted db-1").waitFor();
  assert.equal(await events.getByText("You deleted db-0").count(), 0);
  assert.deepEqual(page.errors, []);
});

async function saved(page, name) {
  await page.getByRole("button", { name: "Export" }).click();
  const waiting = page.waitForEvent("download");
  await page.getByRole("option", { name }).click();
  const download = await waiting;
  return { name: download.suggestedFilename(), body: readFileSync(await download.path()) };
}

test("a picture of many Pods has the ticks of those that are ready", async () => {
  const page = await running();
  await write(page, deployment("web", 90));
  await page.locator("#manifest").press("Control+Enter");
  await page.locator(".dotpod--ready").nth(30).waitFor();
  const text = (await saved(page, "This view as SVG")).body.toString();
  const ticks = [...text.matchAll(/<image x="[\d.]+" y="[\d.]+" width="16.00" height="16.00" href="data:image\/svg/g)];
  assert.ok(ticks.length > 30, `${ticks.length} ticks`);
  assert.deepEqual(page.errors, []);
  await page.close();
});

test("stage, charts and timeline are saved as SVG and PNG that need no page", async () => {
  const page = await running();
  const cases = [["Stage", "This view", "stage", "data-db-0"], ["Stage", "The charts below", "charts", "web"],
    ["Ledger", "This view", "ledger", "What survives"], ["Timeline", "This view", "timeline", "node-3"]];
  for (const [view, choice, file, word] of cases) {
    await show(page, view);
    const svg = await saved(page, `${choice} as SVG`);
    assert.equal(svg.name, `podium-${file}.svg`);
    const text = svg.body.toString();
    const [head, title, told] = text.match(/<title>(.*?)<\/title><desc>(.*?)<\/desc>/s);
    assert.match(title, /^Podium · .* · [\d:.]+$/);
    assert.ok(told.includes(word), `${file} tells of ${word}`);
    // A name may be drawn in two parts.
    const said = text.replace(head, "").replace(/<[^>]*>/g, "");
    assert.ok(said.includes(word), `${file} shows ${word}`);
    assert.ok(!/var\(|<script|class=/.test(text), `${file} needs no style sheet`);
    const broken = await page.evaluate((text) =>
      new DOMParser().parseFromString(text, "image/svg+xml").querySelector("parsererror")?.textContent, text);
    assert.equal(broken, undefined);
    const png = await saved(page, `${choice} as PNG`);
    assert.equal(png.name, `podium-${file}.png`);
    assert.equal(png.body.subarray(1, 4).toString(), "PNG");
    assert.ok(png.body.length > 4000, `${file} is not empty`);
  }
  assert.deepEqual(page.errors, []);
});

test("a stage that scrolls is saved whole, its wires under the cards, its long names shortened", { timeout: 120000 }, async () => {
  const page = await running();
  const name = (at) => `a-workload-with-a-long-name-${at}`;
  const lanes = Array.from({ length: 7 }, (_, at) => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name(at)}}
spec:
  replicas: 3
  selector: {matchLabels: {app: w${at}}}
  template:
    metadata: {labels: {app: w${at}}}
    spec:
      containers: [{name: c, image: nginx}]
      volumes: [{name: v, persistentVolumeClaim: {claimName: shared}}]
`).join("");
  const claim = "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: shared}\nspec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}}\n";
  await write(page, (await text(page)) + claim + lanes);
  await page.locator("#manifest").press("Control+Enter");
  await page.evaluate(() => document.activeElement.blur());
  await page.waitForFunction(() => document.querySelectorAll("[data-pod]").length >= 28);
  await page.waitForTimeout(1500);
  await page.locator(".deck__play").first().click();
  const scroller = page.locator(".stagewrap");
  await scroller.evaluate((one) => { one.scrollTop = 150; });
  assert.ok(await scroller.evaluate((one) => one.scrollHeight > one.clientHeight + 400));
  const svg = (await saved(page, "This view as SVG")).body.toString();
  assert.equal(await scroller.evaluate((one) => one.scrollTop), 150, "the page scrolls as before");
  assert.equal(await page.locator("[data-picture]").count(), 0);
  assert.equal(await page.locator(".stagewrap").getAttribute("style"), null);
  const drawn = await page.evaluate((svg) => {
    const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    document.body.append(root);
    const words = [...root.querySelectorAll("text")];
    const said = words.map((one) => one.textContent.trim());
    const inside = words.every((one) => Number(one.getAttribute("y")) < Number(root.getAttribute("height")));
    const wire = [...root.querySelectorAll("svg path")].findLast((one) => one.getAttribute("stroke-width")?.startsWith("2") && one.getBoundingClientRect().height > 200);
    const cards = words.filter((one) => /^(10\.244\.\d+\.\d+|Ready)$/.test(one.textContent) && Number(one.getAttribute("y")) > 100);
    // A later drawing lies over an earlier one.
    const isUnder = !!wire && cards.length > 5
      && cards.every((card) => wire.compareDocumentPosition(card) & Node.DOCUMENT_POSITION_FOLLOWING);
    const result = { said, inside, isUnder };
    root.remove();
    return result;
  }, svg);
  const all = drawn.said.join("\n");
  for (let at = 0; at < 7; at += 1) assert.ok(all.includes(name(at).slice(0, 12)), name(at));
  assert.ok(drawn.inside, "nothing lies below the picture");
  assert.ok(drawn.isUnder, "the wires were drawn before the cards");
  assert.ok(drawn.said.some((one) => one.endsWith("…") || one.includes("…")), "a name that has no room ends with an ellipsis");
  assert.ok(all.includes("A stateless Pod"), "before and after is there as a whole");
  assert.ok(!drawn.said.includes("Auto"), "and no choice of detail");
  const charts = (await saved(page, "The charts below as SVG")).body.toString();
  for (const word of ["Fork from here", "Next event", "100×"]) assert.ok(!charts.includes(word), word);
  for (const word of ["web", name(6)]) assert.ok(charts.includes(word.slice(0, 10)), word);
  assert.deepEqual(page.errors, []);
});

test("pictures have no controls, and dotted marks are dotted", async () => {
  const page = await replaced();
  await page.locator("body").press("f");
  await page.getByText("Run B goes on from here").waitFor();
  const stage = (await saved(page, "This view as SVG")).body.toString();
  for (const word of ["−", "⋯", "…<"]) assert.ok(!stage.includes(`>${word}<`), word);
  await show(page, "Timeline");
  await page.waitForTimeout(300);
  const timeline = (await saved(page, "This view as SVG")).body.toString();
  for (const word of ["Compare", "compare with this run", "Run A, the first"]) {
    assert.ok(!timeline.includes(word), word);
  }
  assert.ok(timeline.includes("Run B, this one"));
  await show(page, "Ledger");
  const ledger = (await saved(page, "This view as SVG")).body.toString();
  const dotted = await page.evaluate((text) => {
    const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    const lines = [...svg.querySelectorAll("line[stroke-dasharray]")];
    return lines.filter((one) => one.getAttribute("x2") - one.getAttribute("x1") > 20).length;
  }, ledger);
  assert.ok(dotted >= 2, `${dotted} dotted marks`);
  assert.ok(!ledger.includes('text-decoration="underline"'));
  assert.deepEqual(page.errors, []);
});

test("a picture strikes what the page strikes, and a sign stays beside its chip", async () => {
  const page = await running();
  assert.ok(await page.evaluate(() => {
    const bound = [...document.querySelectorAll(".story .bound, .note__text .bound, .now__text .bound")];
    return bound.length > 5 && bound.every((one) => getComputedStyle(one).whiteSpace === "nowrap");
  }));
  await page.locator('.nodeslot[data-node="node-2"] [aria-haspopup="menu"]').click();
  await page.getByRole("menuitem", { name: /fail/i }).click();
  await pass(page, () => document.querySelector(".dnstab--off s"));
  const struck = (await page.locator(".dnstab--off s").first().innerText()).trim();
  const svg = (await saved(page, "This view as SVG")).body.toString();
  const found = [...svg.matchAll(/text-decoration="line-through">([^<]*)</g)].map((one) => one[1]);
  assert.ok(found.some((one) => one && struck.includes(one)), `${struck}: ${found}`);
  assert.ok(!found.includes("web"), `${found}`);
  assert.deepEqual(page.errors, []);
});

test("a picture of a lost node keeps its hatch, the elbows, the meters and the rings", async () => {
  const page = await running();
  await page.locator('.nodeslot[data-node="node-2"] [aria-haspopup="menu"]').click();
  await page.getByRole("menuitem", { name: /fail/i }).click();
  await page.locator("[data-pod] button").first().click();
  await page.waitForTimeout(700);
  const text = (await saved(page, "This view as SVG")).body.toString();
  await show(page, "Ledger");
  // Drawn alone, the picture has what only the style sheet made.
  const drawn = await page.evaluate((text) => {
    const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    const all = (selector) => [...svg.querySelectorAll(selector)];
    const box = (one) => ["x", "y", "width", "height"].map((name) => Number(one.getAttribute(name)));
    return {
      hatched: all('rect[fill^="url(#hatch"]').map(box).filter(([, , w, h]) => w > 150 && h > 200).length,
      stripes: all("pattern rect").length,
      elbows: all("path").filter((one) => /^M[\d.]+ [\d.]+V[\d.]+a[\d.]+ [\d.]+ 0 0 0/.test(one.getAttribute("d"))).length,
      meters: all("rect").map(box).filter(([, , w, h]) => w > 0.5 && w < 18 && Math.abs(h - 6) < 2.1).length,
      rings: all('rect[fill="none"]').filter((one) => one.getAttribute("stroke-width") === "2").length,
    };
  }, text);
  assert.equal(drawn.hatched, 1, "the lost column");
  assert.ok(drawn.stripes >= 1 && drawn.elbows >= 3, JSON.stringify(drawn));
  assert.ok(drawn.meters >= 6 && drawn.rings >= 1, JSON.stringify(drawn));
  assert.deepEqual(page.errors, []);
});

test("the story is told of one object, leads to its moment and selects it", async () => {
  const page = await replaced();
  const end = await page.locator(".deck .clock").innerText();
  await page.locator(".storyfilter .picker").click();
  await page.getByRole("option", { name: /^db-2/ }).click();
  await page.waitForFunction(() => [...document.querySelectorAll(".note__text, .now__text")]
    .every((one) => one.innerText.includes("db-2")));
  assert.ok(await page.locator(".note").count() > 1);
  await page.locator(".note__at").last().click();
  await page.waitForFunction((end) => document.querySelector(".deck .clock").innerText !== end, end);
  assert.ok(await page.locator('.obj--sel').filter({ hasText: "db-2" }).count() > 0, "it is selected");
  await page.getByRole("button", { name: "Everything" }).last().click();
  await page.waitForFunction(() => [...document.querySelectorAll(".note__text")]
    .some((one) => !one.innerText.includes("db-2")));
  assert.deepEqual(page.errors, []);
});

test("why unfolds to the person's own act, with rules, pages and what was waited for", async () => {
  const page = await replaced();
  const note = page.locator(".note").filter({ hasText: "comes back under its old name" }).first();
  await note.getByRole("button", { name: "why?" }).click();
  const steps = note.locator(".whychain__step");
  assert.match(await steps.last().innerText(), /You deleted db-1/);
  const chain = note.locator(".whychain");
  assert.match(await chain.innerText(), /What it waited for/i);
  assert.match(await chain.innerText(), /is gone for certain/);
  const links = await chain.getByRole("link").evaluateAll((all) => all.map((one) => one.href));
  assert.ok(links.length > 1 && links.every((one) => one.startsWith("https://kubernetes.io/docs/")));
});

test("the story before now is one stop of the Tab key, and arrows walk through it", async () => {
  const page = await replaced();
  const stops = await page.locator(".feed").evaluate((feed) =>
    [...feed.querySelectorAll("button, a, li")].filter((one) => one.tabIndex >= 0).length);
  assert.equal(stops, 0);
  const here = () => page.evaluate(() => {
    const active = document.activeElement;
    const note = active.closest(".note");
    return [active.className.split(" ")[0], [...document.querySelectorAll(".note")].indexOf(note)];
  });
  await page.locator(".feed").focus();
  for (const [key, wanted] of [
    ["ArrowDown", ["note", 0]], ["ArrowDown", ["note", 1]], ["ArrowRight", ["note__at", 1]],
    ["ArrowDown", ["note", 2]], ["ArrowUp", ["note", 1]], ["Home", ["note", 0]], ["ArrowUp", ["feed", -1]],
  ]) {
    await page.keyboard.press(key);
    assert.deepEqual(await here(), wanted, key);
  }
  await page.keyboard.press("ArrowDown");
  const end = await page.locator(".deck .clock").innerText();
  await page.keyboard.press("Enter");
  await page.waitForFunction((end) => document.querySelector(".deck .clock").innerText !== end, end);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.closest(".feed")), null);
  assert.deepEqual(page.errors, []);
});

test("the live region says the sentence that the story shows", async () => {
  const page = await running();
  await page.waitForTimeout(2500);
  await remove(page, "db-0");
  await page.waitForFunction(() => {
    const now = document.querySelector(".now__text")?.innerText.replace(/\s+/g, " ").trim();
    const said = [...document.querySelectorAll('[role="status"]')].map((one) => one.textContent.replace(/\s+/g, " "));
    return now && said.some((one) => one.includes(now.replace(/\s+([.,])/g, "$1")));
  }, null, { timeout: 10000 });
});

test("axe finds nothing in any view, theme or language", async () => {
  for (const [colorScheme, zh] of [["light", false], ["dark", true], ["dark", false], ["light", true]]) {
    const page = await replaced({ colorScheme });
    if (zh) await page.getByText("中文").first().click();
    for (const view of ["tab-stage", "tab-ledger", "tab-timeline"]) {
      await page.locator(`#${view}`).click();
      await page.waitForTimeout(250);
      assert.deepEqual(await faults(page), [], `${view} ${colorScheme} ${zh ? "zh" : "en"}`);
      if (zh) await shot(page, `${view.slice(4)}-${colorScheme}-zh`);
    }
    await page.context().close();
  }
});

test("at 200 % zoom, on a tablet and on a phone nothing is cut off sideways", async () => {
  for (const [width, height] of [[720, 450], [1024, 768], [768, 1024], [390, 844]]) {
    const page = await running({ viewport: { width, height } });
    for (const view of ["Ledger", "Timeline"]) {
      await page.getByRole("tab", { name: view }).or(page.locator(".tabbar").getByRole("button", { name: view })).first().click();
      await page.waitForTimeout(250);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${view} at ${width}: ${wide}`);
      assert.deepEqual(await faults(page), [], `${view} at ${width}`);
      await shot(page, `${view.toLowerCase()}-${width}`);
    }
    assert.deepEqual(page.errors, []);
    await page.context().close();
  }
});

test("in forced colours marks and the chosen tab can still be told apart", async () => {
  const page = await replaced({ forcedColors: "active", reducedMotion: "reduce" });
  await show(page, "Ledger");
  const fills = await page.evaluate(() => {
    const fill = (one) => getComputedStyle(document.querySelector(one)).fill;
    return [fill(".ev__mark.is-kept"), fill(".ev__mark:not(.is-kept)")];
  });
  assert.notEqual(fills[0], fills[1]);
  const outline = await page.evaluate(() =>
    getComputedStyle(document.querySelector('[role="tab"][aria-selected="true"]')).outlineStyle);
  assert.equal(outline, "solid");
  await shot(page, "ledger-forced-colours");
});

test("many Pods come to the stage over some frames, all of them, in the language that is asked for", async () => {
  const page = await running();
  await write(page, deployment("many", 150));
  await page.locator("#manifest").press("Control+Enter");
  await page.waitForFunction(() => document.querySelectorAll('[data-pod][data-now="ready"]').length >= 157,
    undefined, { timeout: 60000 });
  await page.locator(".deck__play").first().click();
  const all = await page.locator("[data-pod]").count();
  await page.keyboard.press("Escape");
  await show(page, "Ledger");
  // The ledger shows the first places of a long list, and the rest when asked.
  const places = page.locator(".account").filter({ hasText: "Deployment many" }).or(page.locator(".account").first());
  await page.getByRole("button", { name: /Deployment web/ }).first().click();
  await page.getByRole("option", { name: /many/ }).or(page.getByRole("menuitemradio", { name: /many/ })).first().click();
  await page.waitForFunction(() => document.querySelector(".account .slotrows:nth-of-type(30)"));
  assert.equal(await places.first().locator(".slotrows").count(), 30);
  for (const more of [30, 30, 30, 30]) {
    await places.first().getByRole("button", { name: `Show ${more} more` }).click();
  }
  assert.equal(await places.first().locator(".slotrows").count(), 150);
  await show(page, "Stage");
  await page.waitForFunction((all) => document.querySelectorAll("[data-pod]").length === all, all);
  await page.getByRole("button", { name: "中文" }).or(page.getByRole("radio", { name: "中文" })).first().click();
  await page.waitForFunction((all) => [...document.querySelectorAll("[data-pod]")]
    .map((one) => one.querySelector("[aria-label]")?.ariaLabel ?? one.querySelector(".sr").textContent)
    .filter((one) => /就绪/.test(one)).length >= all, all);
  // Every part of the page and the document itself have come to it.
  await page.waitForFunction(() => document.documentElement.lang.startsWith("zh"));
  const langs = await every(page, "header, main, footer, .pane, [role=gridcell]", (all) =>
    all.map((one) => one.closest("[lang]").lang));
  assert.deepEqual([...new Set(langs)], [await page.locator("html").getAttribute("lang")]);
  assert.deepEqual(page.errors, []);
  await page.close();
});
