// Where names are long, and workloads, disks and choices many: nothing is cut silently, nothing lies
// over its neighbour, and what has no room is counted.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { arrived, every, shot, start } from "./harness.mjs";

let app;
before(async () => { app = await start(); });
after(async () => { await app.stop(); });

const ready = (page, count) => page.waitForFunction((count) =>
  document.querySelectorAll('[data-pod][data-now="ready"]').length >= count, count, { timeout: 90000 });

// The page on a text of one's own, which runs.
const seeded = (text, options = {}) => app.open(options, (context) => context.addInitScript((text) => {
  for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(text));
}, text));

const workload = (kind, name, more = "", replicas = 2) => `apiVersion: apps/v1
kind: ${kind}
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
${kind === "StatefulSet" ? `  serviceName: ${name.slice(0, 60)}\n` : ""}  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}}
    spec: {containers: [{name: app, image: nginx}]}
${more}---
`;
const claims = `  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`;
const service = (name) => `apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {clusterIP: None, selector: {app: a}, ports: [{port: 80}]}
---
`;
const usual = workload("Deployment", "payments-gateway-authorization-service-production")
  + workload("StatefulSet", "payments-gateway-ledger-database-cluster", claims)
  + service("payments-gateway-ledger-database-cluster");
const longest = `${"long-name-segment-".repeat(14)}z`;
const many = Array.from({ length: 40 }, (_, at) =>
  workload(at % 2 ? "StatefulSet" : "Deployment", `app-${at}`, "", 1 + at % 3)).join("");

async function ledger(page) {
  if (await page.locator(".tabbar").count()) await page.locator(".tabbar button").nth(3).click();
  else await page.keyboard.press("2");
  await page.locator(".account__scroll").first().waitFor();
}

test("in the ledger long names leave every column its room", async () => {
  assert.equal(longest.length, 253);
  const texts = [[usual, 4], [workload("Deployment", longest) + workload("StatefulSet", "db"), 2]];
  for (const [text, pods] of texts) {
    for (const [width, height] of [[1440, 900], [1366, 768], [1280, 800], [1200, 800], [1024, 768], [820, 1180], [760, 900], [720, 420], [390, 844]]) {
      const page = await seeded(text, { viewport: { width, height } });
      await ready(page, pods);
      await ledger(page);
      const [outside, rows] = await page.locator(".survive__scroll").evaluate((one) => {
        const edge = one.getBoundingClientRect().right;
        const cells = [...one.querySelectorAll("th:not(:has(> .sr)), td, .picker, .picker > svg")];
        return [
          cells.filter((cell) => cell.getBoundingClientRect().right > edge + 1).map((cell) => cell.innerText),
          [...one.querySelectorAll("tbody tr")].map((row) => row.offsetHeight),
        ];
      });
      assert.deepEqual(outside, [], `${width}`);
      assert.ok(Math.max(...rows) < 130, `${width}: ${rows}`);
      const scrolled = await every(page, ".account__scroll", (all) => all.map((one) => [
        one.scrollWidth - one.clientWidth, one.tabIndex, getComputedStyle(one).backgroundImage.includes("gradient"),
      ]));
      for (const [over, tab, shadow] of scrolled) assert.ok(over <= 0 || tab === 0 && shadow, `${width}: ${scrolled}`);
      if (width >= 760) assert.ok(scrolled.every(([over]) => over <= 0), `${width}: ${scrolled}`);
      await shot(page, `ledger-names-${width}`);
      assert.deepEqual(page.errors, []);
      await page.context().close();
    }
  }
});

test("why stands clear of the lines above and below it", async () => {
  const page = await seeded(usual);
  await ready(page, 4);
  await ledger(page);
  const clear = await every(page, ".survive td.why", (all) => all.map((cell) => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    const [text, box] = [range.getBoundingClientRect(), cell.getBoundingClientRect()];
    return Math.min(text.top - box.top, box.bottom - text.bottom);
  }));
  assert.ok(clear.every((room) => room >= 3.5), clear.join());
});

test("on a phone the ledger has both names with their lists, one left edge, and says why", async () => {
  for (const locale of ["en-US", "zh-CN"]) {
    const page = await app.page({ viewport: { width: 390, height: 844 }, hasTouch: true, locale });
    await ready(page, 7);
    await ledger(page);
    const heads = await every(page, ".survive__side", (all) => all.map((one) => {
      const box = one.querySelector(".picker > svg").getBoundingClientRect();
      return [one.innerText.replace(/\s+/g, " "), box.left, box.right];
    }));
    assert.deepEqual(heads.map(([name]) => name.includes(":") || name.includes("：") ? name.split(/[:：] ?/)[1] : name)
      .map((name) => name.trim()), ["Deployment web", "StatefulSet db"]);
    assert.ok(heads.every(([, left, right]) => left > 0 && right < 380), JSON.stringify(heads));
    const edges = await every(page, ".dock__head h2, .cmp__head .shape, #survive-title, .survive tbody th, .survive .why, .survive__none, .account__head > .shape",
      (all) => all.map((one) => {
        const range = document.createRange();
        range.selectNodeContents(one);
        const text = range.getBoundingClientRect();
        return Math.round((text.width ? text : one.getBoundingClientRect()).left);
      }));
    assert.ok(Math.max(...edges) - Math.min(...edges) <= 1, edges.join());
    const why = await every(page, ".survive td.why", (all) => all.map((one) => one.getBoundingClientRect())
      .map((box) => [box.left, box.right]));
    assert.ok(why.length === 6 && why.every(([left, right]) => left > 0 && right <= 382), JSON.stringify(why));
    // To ears it is a table still.
    assert.equal(await page.getByRole("table").first().getByRole("row").count(), 7);
    assert.deepEqual(page.errors, []);
    await page.context().close();
  }
});

test("of forty workloads the strip names as many as do not touch, and counts the others", async () => {
  const page = await seeded(many);
  await ready(page, 30);
  const said = await every(page, ".scrub__chart text.strong, .scrub__chart text.plain", (all) => all.map((one) => {
    const box = one.getBoundingClientRect();
    return [one.textContent.trim(), (box.top + box.bottom) / 2, parseFloat(getComputedStyle(one).fontSize) / 4];
  }).sort((one, two) => one[1] - two[1]));
  const named = said.filter(([name]) => name.startsWith("app-"));
  assert.ok(named.length >= 5, JSON.stringify(said));
  assert.equal(said.at(-1)[0], `+${40 - named.length}`);
  // From the top of a tall letter to the end of one that hangs it is less than the size of the type.
  for (const [at, [name, y, size]] of said.entries()) {
    if (at > 0) assert.ok(y - said[at - 1][1] >= size + .5, `${said[at - 1][0]} and ${name}`);
  }
});

test("of many workloads whole rows tell how many are ready, and the others are counted and reached", async () => {
  for (const [width, height] of [[1440, 900], [1200, 800], [1024, 768]]) {
    const page = await seeded(many, { viewport: { width, height } });
    await ready(page, 30);
    await page.locator(".readout__rest").waitFor();
    const rows = () => page.locator(".readout__rows").evaluate((one) => {
      const area = one.getBoundingClientRect();
      const seen = [...one.children].map((row) => [row.innerText, row.getBoundingClientRect()])
        .filter(([, box]) => box.bottom > area.top + 2 && box.top < area.bottom - 2);
      return seen.map(([text, box]) => [text, box.top >= area.top - 1 && box.bottom <= area.bottom + 1]);
    });
    const first = await rows();
    assert.ok(first.length >= 2 && first.every(([, whole]) => whole), JSON.stringify(first));
    assert.equal(await page.locator(".readout__rest").innerText(), `+${40 - first.length}`);
    const [list, button] = await Promise.all([".readout__rows", ".readout__fork"].map((one) => page.locator(one).boundingBox()));
    assert.ok(list.y + list.height <= button.y - 2);
    await page.locator(".readout__rows").focus();
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(() => document.querySelector(".readout__rows").scrollTop > 15);
    await page.waitForTimeout(500);
    const next = await rows();
    assert.ok(next.every(([, whole]) => whole), `${width}: ${JSON.stringify(next)}`);
    await page.context().close();
  }
});

test("with more disks than nodes the shelf is as wide as the nodes", async () => {
  const page = await app.page();
  await ready(page, 7);
  for (let at = 4; at <= 12; at += 1) {
    await page.locator('[data-node="node-1"] [aria-haspopup="menu"]').first().click();
    await page.getByRole("menuitem", { name: /add a node/i }).click();
    await page.locator(`.nodeslot[data-node="node-${at}"]`).waitFor();
  }
  for (let at = 4; at <= 14; at += 1) await page.locator(".lane--b .stepper button").last().click();
  await page.getByRole("button", { name: "100×" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".shelf [data-disk]").length >= 14, null, { timeout: 90000 });
  const [nodes, disks] = await page.evaluate(() => [".nodeslot", ".shelf > *"].map((one) =>
    [...document.querySelectorAll(one)].map((box) => box.getBoundingClientRect().right)));
  assert.ok(Math.abs(Math.max(...nodes) - Math.max(...disks)) <= 2, `${Math.max(...nodes)} ${Math.max(...disks)}`);
  assert.deepEqual(await every(page, ".stagewrap", ([one]) => one.scrollWidth <= one.querySelector(".stage").offsetWidth + 26), true);
});

test("a file that is held over the text finds a place to be let go, with its words in the middle", async () => {
  const page = await app.page();
  await arrived(page);
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(["kind: Dropped\n"], "c.yaml"));
    for (const name of ["dragenter", "dragover"]) {
      document.querySelector(".editor__body").dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: data }));
    }
  });
  const [words, drop, body] = await page.locator(".editor__drop").evaluate((one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return [range, one, one.parentElement].map((box) => box.getBoundingClientRect().toJSON());
  });
  assert.ok(drop.left <= body.left && drop.right >= body.right, "none of the text stays sharp");
  assert.ok(words.left - drop.left >= 20 && drop.right - words.right >= 20, JSON.stringify([words, drop]));
  assert.ok(Math.abs(words.left + words.right - drop.left - drop.right) < 4);
  assert.ok(Math.abs(words.top + words.bottom - drop.top - drop.bottom) < 4);
});

test("a list of choices is as tall as there is room, and shows when it scrolls", async () => {
  for (const [width, height, fits] of [[1440, 900, true], [1440, 640, false], [390, 844, true], [390, 700, false]]) {
    const page = await app.page({ viewport: { width, height } });
    await page.locator(".picker--example").click();
    const list = page.locator(".menu__list");
    await page.waitForFunction(() => document.querySelector(".menu__list").dataset.place);
    const [inside, all, bottom, shadow] = await list.evaluate((one) => [
      one.clientHeight, one.scrollHeight, one.getBoundingClientRect().bottom,
      getComputedStyle(one).backgroundAttachment.includes("local"),
    ]);
    assert.equal(inside >= all - 1, fits, `${width} by ${height}: ${inside} of ${all}`);
    if (!fits) assert.ok(shadow && height - bottom <= 10, `${bottom}`);
    await page.keyboard.press("End");
    const last = await list.locator(".menu__item").last().boundingBox();
    assert.ok(last.y + last.height <= height);
    await page.context().close();
  }
});

test("of two runs the list calls a disk as the stage does, and both stages have their rows at one height", async () => {
  const page = await app.page();
  await ready(page, 7);
  await page.locator(".deck__play").click();
  await page.locator("body").press("f");
  await page.getByText("Run B goes on from here. Run A is kept.").waitFor();
  const pod = page.locator("[data-pod]").filter({ hasText: "db-2" }).first().locator("button").first();
  await pod.click();
  await pod.press("Delete");
  await page.locator(".deck__play").click();
  await page.waitForFunction(() => document.querySelector('[data-pod="db-2"], [data-pod][data-now="creating"], [data-pod][data-now="init"]')
    && document.body.innerText.includes("waiting for db-2"), null, { timeout: 60000 });
  await page.locator(".deck__play").click();
  await page.locator("body").press("3");
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  const choice = page.getByRole("option", { name: /Compare with Run A/ });
  assert.match(await choice.innerText(), /forked at 0:\d\d\.\d, db-2 not deleted$/);
  await choice.click();
  await page.locator(".compare__list").waitFor();
  const row = page.locator(".compare__list tr").filter({ hasText: "data-db-2" });
  assert.match((await row.innerText()).replace(/\s+/g, " "), /waiting for db-2, attached to node-\d mounted by db-2, attached to node-\d/);
  const tops = await every(page, ".ministage", (all) => all.map((one) =>
    [...one.querySelectorAll("tr")].map((row) => row.getBoundingClientRect().top).join()));
  assert.equal(tops[0], tops[1]);
  const hints = await page.locator(".slim__keys").innerText();
  assert.equal(hints.replace(/\s+/g, " ").trim(), "Space play . next event , back F fork");
  assert.deepEqual(page.errors, []);
});

test("before and after of one workload alone reaches the edge of its card", async () => {
  const page = await seeded(workload("StatefulSet", "db", claims));
  await ready(page, 2);
  const pod = page.locator("[data-pod]").filter({ hasText: "db-1" }).first().locator("button").first();
  await pod.click();
  await pod.press("Delete");
  await page.locator(".cmp table").waitFor({ timeout: 60000 });
  const [table, card] = await Promise.all([".cmp table", ".dock"].map((one) => page.locator(one).boundingBox()));
  assert.ok(card.x + card.width - table.x - table.width <= 14, JSON.stringify([table, card]));
});

test("for a projector the manifest's buttons stand in the line of its word, and no chevron touches a shape", async () => {
  const page = await app.page();
  await page.locator("body").press("?");
  await page.getByRole("button", { name: "Projector" }).click();
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.documentElement.dataset.scale === "projector");
  await page.waitForTimeout(500);
  const middle = (all) => all.map((one) => one.getBoundingClientRect()).map((box) => (box.top + box.bottom) / 2);
  const [tab] = await every(page, ".pane--left .tabs__only", middle);
  for (const tool of await every(page, ".editor__tools .picker > svg:first-child", middle)) {
    assert.ok(Math.abs(tool - tab) <= 2, `${tool} ${tab}`);
  }
  const gaps = await every(page, ".lane:has(.lane__fold)", (all) => all.map((lane) => lane.querySelector(".shape").getBoundingClientRect().left
    - lane.querySelector(".lane__fold svg").getBoundingClientRect().right));
  assert.ok(gaps.length >= 2 && gaps.every((gap) => gap >= 1), gaps.join());
});

test("the ring of the focus is whole at the manifest's buttons", async () => {
  const page = await app.page();
  const first = page.locator(".editor__tools .picker").first();
  await first.focus();
  const above = await first.evaluate((one) => {
    const { right, top, bottom } = one.getBoundingClientRect();
    // What is painted where the ring's right side is.
    return one.parentElement.contains(document.elementFromPoint(right - 1, (top + bottom) / 2))
      && Number(getComputedStyle(one.parentElement).zIndex) > 0;
  });
  assert.ok(above);
});

test("a printed ledger has no ring, and its first line begins where the others do", async () => {
  const page = await app.page();
  await ready(page, 7);
  await page.locator("[data-pod]").filter({ hasText: "db-1" }).first().locator("button").first().click();
  await ledger(page);
  await page.locator(".incrow.is-selected").waitFor();
  await page.emulateMedia({ media: "print" });
  const [ring, said, title] = await page.evaluate(() => [
    getComputedStyle(document.querySelector(".incrow.is-selected > td"), "::after").content,
    document.querySelector(".printed").getBoundingClientRect().left,
    document.querySelector("#survive-title").getBoundingClientRect().left,
  ]);
  assert.equal(ring, "none");
  assert.ok(Math.abs(said - title) <= 1, `${said} ${title}`);
});

test("two StatefulSets have all columns of their places in sight, cut names whole in a title", async () => {
  const long = "payments-gateway-ledger-database-cluster";
  const page = await seeded(workload("StatefulSet", long, claims, 3) + service(long) + workload("StatefulSet", "beta", claims, 4) + service("beta"));
  await ready(page, 5);
  await ledger(page);
  for (const [width, height] of [[1440, 900], [1400, 900], [1366, 768], [1360, 800], [1359, 800], [1280, 800], [1200, 800], [1199, 800], [1024, 768], [820, 1180], [760, 1000]]) {
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(500);
    const over = await every(page, ".account__scroll", (all) => all.map((one) => one.scrollWidth - one.clientWidth));
    assert.ok(over.length === 2 && over.every((one) => one <= 0), `${width}: ${over}`);
    const titles = await every(page, ".incs__value:has(> .name__head)", (all) => all
      .map((one) => one.closest("td").title.includes(one.textContent)));
    assert.ok(titles.length > 3 && titles.every(Boolean), `${width}: ${titles}`);
  }
  assert.deepEqual(page.errors, []);
});

test("before and after of long names keeps its title in one line and shows how names end", async () => {
  const long = "payments-gateway-ledger-database-cluster";
  const page = await seeded(workload("StatefulSet", long, claims) + service(long), { viewport: { width: 1024, height: 768 } });
  await ready(page, 2);
  await page.locator(".pod--b").first().click();
  await page.locator(".pod__delete").click();
  await page.locator("body").press("2");
  await page.locator(".cmp--b td").first().waitFor();
  const [head, title, ends] = await page.evaluate(() => [
    document.querySelector(".cmp--b .cmp__head").getBoundingClientRect().height,
    document.querySelector(".cmp--b .cmp__title").getBoundingClientRect().height,
    [...document.querySelectorAll(".cmp__long > .name__head + span")].map((one) => {
      const [own, cell] = [one.getBoundingClientRect(), one.closest("td").getBoundingClientRect()];
      return own.width > 5 && own.right <= cell.right + 0.5;
    }),
  ]);
  assert.ok(title <= head + 0.5, `${title} in ${head}`);
  assert.ok(ends.length >= 2 && ends.every(Boolean), ends.join());
  await shot(page, "dock-long");
  assert.deepEqual(page.errors, []);
});
