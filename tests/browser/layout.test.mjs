// Nothing on the page lies over, cuts off or hides another thing: drawers, heads, cards and the
// charts below, with many lanes, many nodes and little room.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { arrived, every, shot, start, write } from "./harness.mjs";

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
const cut = (page, selector) => every(page, selector, (all) => all
  .filter((one) => one.clientWidth > 0 && one.scrollWidth > one.clientWidth)
  .map((one) => one.textContent.trim()));

test("E reaches the text in every layout and view", async () => {
  for (const [width, height, view] of [[1440, 900, "2"], [1440, 900, "3"], [1024, 768, "1"], [720, 420, "1"], [390, 844, "1"]]) {
    const page = await app.page({ viewport: { width, height } });
    await page.waitForSelector(".pod");
    await page.keyboard.press(view);
    await page.keyboard.press("e");
    await page.waitForFunction(() => document.querySelector("#manifest")?.matches(":focus"), null, { timeout: 5000 })
      .catch(() => assert.fail(`${width}×${height}, view ${view}`));
    await page.close();
  }
});

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

test("a drawer that is opened by key has the focus, and gives it back to where it was", async () => {
  const focused = (page) => page.evaluate(() => {
    const at = document.activeElement;
    return [at.closest(".pane--left, .pane--right")?.classList[1], at.closest("[data-nav]")?.dataset.nav, at.closest(".rail")?.classList[1],
      at.closest(".embed__top") && at.textContent].filter(Boolean)[0];
  });
  for (const [viewport, locale] of [[{ width: 1024, height: 800 }, "en-US"], [{ width: 720, height: 420 }, "zh-CN"]]) {
    const page = await app.page({ viewport, locale });
    await page.waitForSelector(".pod");
    const buttons = page.locator(":is(.rail, .embed__top) > [aria-expanded]");
    for (const [at, side] of [[0, "left"], [1, "right"]]) {
      await buttons.nth(at).focus();
      const before = await focused(page);
      await page.keyboard.press("Enter");
      await page.waitForFunction((side) => document.activeElement.closest(`.pane--${side}`), side);
      if (side === "left") {
        await page.waitForFunction(() => document.activeElement.id === "manifest");
        await page.keyboard.press("Escape");
      }
      assert.equal(await page.locator(`.pane--${side}`).count(), 1);
      await page.keyboard.press("Escape");
      await page.waitForFunction((side) => !document.querySelector(`.pane--${side}`), side);
      assert.equal(await focused(page), before);
      assert.equal(await buttons.nth(at).getAttribute("aria-expanded"), "false");
    }
    // From the stage, by a key of its own.
    await page.locator("[data-pod] > button").last().focus();
    const pod = await focused(page);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.closest(".pane--right"));
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !document.querySelector(".pane--right"));
    assert.equal(await focused(page), pod);
    // Pressed, the button keeps the focus: no keyboard of a phone jumps up.
    await buttons.first().click();
    await page.waitForSelector(".pane--left");
    assert.notEqual(await focused(page), "pane--left");
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

// How far the page is longer or wider than the window, and how far it moves when each hidden text
// is brought into view, as the cursor of a screen reader does.
const strays = (page) => page.evaluate(() => {
  const root = document.scrollingElement;
  const found = { wide: root.scrollWidth - innerWidth, high: root.scrollHeight - innerHeight, moved: "" };
  for (const one of document.querySelectorAll(".sr")) {
    one.scrollIntoView();
    const app = document.querySelector(".app, .phone").getBoundingClientRect();
    if ((root.scrollTop || root.scrollLeft || app.top || app.left) && !found.moved) found.moved = one.textContent || one.className;
    root.scrollTo(0, 0);
  }
  return found;
});

test("hidden texts neither stretch the page of a phone or a tablet nor move it when they are read", async () => {
  for (const [width, height] of [[390, 844], [820, 1180]]) {
    const page = await app.page({ viewport: { width, height } });
    await ready(page, 3);
    await page.locator("[data-pod]").filter({ hasText: "db-1" }).first().locator("button").first().click();
    await page.locator(".pod__delete").first().click();
    await page.waitForFunction(() => document.querySelector('[data-pod][data-now="terminating"]'));
    const none = { wide: 0, high: 0, moved: "" };
    for (const view of ["1", "2", "3"]) {
      await page.keyboard.press(view);
      await page.waitForSelector({ 1: ".stage", 2: ".account", 3: ".tlcard" }[view]);
      if (view === "2") await page.waitForSelector(".ev .sr", { state: "attached" });
      assert.deepEqual(await strays(page), none, `${width}×${height}, view ${view}`);
      if (width < 760) continue;
      for (const side of ["left", "right"]) {
        await page.locator(`.rail--${side} button`).first().click();
        await page.waitForSelector(`.pane--${side}`);
        assert.deepEqual(await strays(page), none, `${width}×${height}, view ${view}, ${side}`);
        await page.keyboard.press("Escape");
        await page.waitForFunction((side) => !document.querySelector(`.pane--${side}`), side);
      }
    }
    assert.deepEqual(page.errors, []);
    await page.close();
  }
});

test("the control plane's lamps stand in one row from the lane heads to the edge", async () => {
  const page = await app.page();
  for (const width of [1100, 1200, 1360, 1366, 1400, 1440, 1920]) {
    await page.setViewportSize({ width, height: 900 });
    await page.waitForTimeout(200);
    const [row, last] = [await box(page, ".cplane"), await page.locator(".actor").last().boundingBox()];
    assert.ok(last.x + last.width <= row.x + row.width + 0.5, `${width}`);
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

// Wires that lie over or under a card which is not theirs, with the card.
const crossed = (page) => page.evaluate(() => {
  const cards = [...document.querySelectorAll(".cell [data-pod], .seat--empty, .disk, .mdisk")];
  const found = [];
  for (const wire of document.querySelectorAll(".wire")) {
    const [length, matrix] = [wire.getTotalLength(), wire.getScreenCTM()];
    const [disk, pod] = wire.dataset.wire.split("/");
    for (let at = 0; at < length; at += 3) {
      const point = wire.getPointAtLength(at).matrixTransform(matrix);
      const over = cards.find((card) => {
        const box = card.getBoundingClientRect();
        return card.dataset.pod !== pod && card.dataset.disk !== disk && point.x > box.left + 1 &&
          point.x < box.right - 1 && point.y > box.top + 1 && point.y < box.bottom - 1;
      });
      if (over) {
        found.push(`${wire.dataset.wire} over ${over.innerText}`);
        break;
      }
    }
  }
  return found;
});

const shared = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: shared}
spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: uploads}
spec:
  replicas: 4
  selector: {matchLabels: {app: uploads}}
  template:
    metadata: {labels: {app: uploads}}
    spec:
      containers: [{name: c, image: nginx, volumeMounts: [{name: f, mountPath: /f}]}]
      volumes: [{name: f, persistentVolumeClaim: {claimName: shared}}]
---
`;

test("a wire goes round the cards of other workloads", async () => {
  for (const [width, height] of [[1440, 1400], [1440, 900], [390, 844]]) {
    const page = await app.page({ viewport: { width: 1440, height: 900 } });
    await apply(page, shared + set("one", 3) + set("two", 4) + set("three", 2));
    await page.getByText("4×", { exact: true }).first().click();
    await ready(page, 20);
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(1500);
    await shot(page, `wires-${width}-${height}`);
    assert.ok(await page.locator(".wire").count() >= (width > 400 ? 16 : 9), `${width}`);
    const wide = await every(page, ".stepper", (all) => all.filter((one) => one.getBoundingClientRect().right > innerWidth).length);
    assert.equal(wide, 0);
    assert.deepEqual(await crossed(page), [], `${width}`);
    // Folded lanes are lines of dots: wires go round those too.
    for (const name of ["one", "two"]) {
      await page.getByRole("button", { name: `Fold StatefulSet ${name}` }).click();
    }
    await page.waitForTimeout(900);
    assert.deepEqual(await crossed(page), [], `${width} folded`);
    assert.deepEqual(page.errors, []);
    await page.context().close();
  }
});

test("the strip below has a name and room for every workload", async () => {
  const page = await app.page();
  const names = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"];
  await apply(page, names.map((name, at) => set(name, at ? 2 : 24)).join(""));
  await page.waitForFunction(() => document.querySelectorAll(".lane").length === 8);
  const strip = () => page.evaluate(() => {
    const room = document.querySelector(".scrub").getBoundingClientRect().bottom;
    const chart = document.querySelector(".scrub__chart");
    const low = [...chart.querySelectorAll("rect")].filter((one) => one.getBoundingClientRect().bottom > room).length;
    return { low, words: chart.textContent };
  });
  await page.waitForTimeout(2500);
  const { low, words } = await strip();
  await shot(page, "strip");
  assert.equal(low, 0);
  for (const name of [...names, "web", "db"]) assert.ok(words.includes(name), name);
});

test("on a phone long names stay beside their steppers, and fourteen disks have wires of their own", async () => {
  const page = await app.page();
  const long = shared.replaceAll("uploads", "checkout-payments-service");
  await apply(page, `${long}${set("kafka", 14)}`);
  await page.getByText("20×", { exact: true }).first().click();
  await ready(page, 25);
  await page.getByText("1×", { exact: true }).first().click();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForTimeout(1200);
  for (const lane of await page.locator(".lane").all()) {
    const stepper = await lane.locator(".stepper").boundingBox();
    for (const part of [".lane__name", ".rollout > span:last-of-type"]) {
      const words = await lane.locator(part).boundingBox();
      assert.ok(words.x + words.width <= stepper.x, `${part} ${words.x + words.width} ${stepper.x}`);
    }
  }
  await page.locator('[data-shape="b"][data-pod] button').last().click();
  await page.waitForTimeout(600);
  await shot(page, "phone-many-disks");
  const deeds = await box(page, ".pod__deeds");
  assert.ok(deeds.x >= 0 && deeds.x + deeds.width <= 390, `${deeds.x}`);
  assert.deepEqual(await crossed(page), []);
});

test("two runs are compared with whole words and no alarm, though disks of two namespaces share a name", async () => {
  const page = await app.page();
  const own = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n";
  await apply(page, own + set("db", 1).replace("metadata: {name: db}", "metadata: {name: db, namespace: shop}"));
  await page.waitForFunction(() => document.querySelectorAll(".disk").length === 4, null, { timeout: 30000 });
  await page.locator("#stage").focus();
  await page.keyboard.press("f");
  await page.locator(".stepper").first().getByRole("button").last().click();
  await page.keyboard.press("3");
  await page.getByRole("button", { name: "Compare" }).first().click();
  await page.getByRole("option").first().click();
  await page.getByText("shop/data-db-0").first().waitFor();
  assert.ok(await page.locator(".is-only, .is-different").count() > 0);
  const red = await page.evaluate(() => {
    const bad = document.createElement("i");
    bad.style.color = "var(--bad)";
    document.body.append(bad);
    const color = getComputedStyle(bad).color;
    return [...document.querySelectorAll(".compare *")].filter((one) => {
      const style = getComputedStyle(one);
      return style.color === color || style.outlineStyle !== "none" && style.outlineColor === color;
    }).length;
  });
  assert.equal(red, 0);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForTimeout(500);
  assert.deepEqual(await cut(page, ".ministage th"), []);
  const stop = await box(page, ".runs .btn");
  const card = await box(page, ".tlcard");
  assert.ok(stop.x + stop.width <= card.x + card.width - 8);
  assert.deepEqual(page.errors, []);
});

const local = (name) => `apiVersion: v1
kind: PersistentVolume
metadata: {name: ${name}}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: local
  local: {path: /${name}}
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [node-2]}]}]}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: ${name}}
spec: {accessModes: [ReadWriteOnce], storageClassName: local, resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: uses-${name}}
spec: {containers: [{name: c, image: nginx}], volumes: [{name: v, persistentVolumeClaim: {claimName: ${name}}}]}
---
`;

test("wires to the disks of one node go round its cards and its other disks", async () => {
  const page = await app.page({ viewport: { width: 1440, height: 1100 } });
  await ready(page, 7);
  await apply(page, local("first") + local("second"));
  await ready(page, 9);
  await page.waitForFunction(() => document.querySelectorAll(".wire").length === 5);
  await page.waitForTimeout(800);
  await shot(page, "wires-local");
  assert.deepEqual(await crossed(page), []);
  assert.deepEqual(page.errors, []);
});

test("a lost node says so beside its name, its Pods keep their addresses, and what can be done ends the sentence", async () => {
  const page = await app.page();
  await ready(page, 7);
  await page.locator('.nodeslot[data-node="node-2"] [aria-haspopup="menu"]').click();
  await page.getByRole("menuitem", { name: /fail/i }).click();
  await page.getByText("100×", { exact: true }).first().click();
  await page.locator(".choice").waitFor({ timeout: 90000 });
  const head = '.nodeslot[data-node="node-2"]';
  const [name, state, range] = [await box(page, `${head} .node__name`), await box(page, `${head} .node__status`), await box(page, `${head} .node__cidr`)];
  assert.ok(Math.abs(name.y + name.height / 2 - state.y - state.height / 2) < 4 && range.y > name.y + 10 && range.x < name.x + 9);
  assert.deepEqual(await cut(page, `${head} .node__word`), []);
  const short = await every(page, ".pod--a .pod__net", (all) => all.filter((one) => one.getBoundingClientRect().width < 30).length);
  assert.equal(short, 0);
  assert.equal(await page.locator(".now").evaluate((one) => getComputedStyle(one).borderBottomStyle), "none");
  // In a narrow column the word takes the second line, and nothing is seen of what stood there.
  await page.setViewportSize({ width: 1210, height: 800 });
  await page.waitForTimeout(700);
  const [narrow, word] = [await box(page, `${head} .node__head`), await box(page, `${head} .node__status`)];
  assert.ok(word.y > narrow.y + 25 && word.y + word.height <= narrow.y + narrow.height);
  assert.ok((await box(page, `${head} .node__meta`)).x >= narrow.x + narrow.width);
});

test("of a pool's long names the ends are seen, and of whole domains what comes before", async () => {
  const node = (name) => `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\nstatus: {capacity: {cpu: "4", memory: 8Gi, pods: "110"}}\n---\n`;
  const page = await app.page();
  await apply(page, ["worker-pool-4", "worker-pool-12", "ip-10-0-128-71.ec2.internal"].map(node).join(""));
  await page.locator('.nodeslot[data-node="worker-pool-12"]').waitFor();
  const seen = await every(page, ".node__name", (all) => all.map((name) => {
    const end = name.querySelector(".name__head + span") ?? name.firstElementChild;
    return end.getBoundingClientRect().right <= name.getBoundingClientRect().right + 0.5 ? end.innerText : "";
  }));
  assert.deepEqual(seen.slice(-3).sort(), ["28-71", "ol-12", "ool-4"]);
});

test("a stateful Pod's long name and record keep the ordinal in sight", async () => {
  const page = await app.page();
  await apply(page, set("checkout-payments-ledger", 2));
  await ready(page, 9);
  const seen = (selector) => every(page, selector, (all) => all.filter((one) => one.innerText.includes("checkout")).map((one) => {
    const end = one.querySelector(".name__head + span").getBoundingClientRect();
    return end.width > 5 && end.right <= one.closest(".seat").getBoundingClientRect().right;
  }));
  const all = [...await seen(".pod--b .pod__name b"), ...await seen(".dnstab__name, .dnstab s")];
  assert.ok(all.length >= 3 && all.every(Boolean), all.join());
  assert.deepEqual(page.errors, []);
});

test("beside three others a cordoned node says so in a whole word", async () => {
  const page = await app.page();
  await ready(page, 7);
  for (const entry of [/add a node/i, /cordon/i]) {
    await page.locator('.nodeslot[data-node="node-2"] [aria-haspopup="menu"]').click();
    await page.getByRole("menuitem", { name: entry }).first().click();
  }
  await page.locator('.nodeslot[data-node="node-4"]').waitFor();
  const word = page.locator('.nodeslot[data-node="node-2"] .node__word', { hasText: "cordoned" });
  await word.waitFor();
  for (const width of [1440, 1366, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await page.waitForTimeout(600);
    const [shown, whole] = await word.evaluate((one) => [one.clientWidth, one.scrollWidth]);
    assert.ok(shown >= whole && shown > 20, `${shown} of ${whole} at ${width}`);
  }
});

test("in the narrow columns of many nodes stateful Pods are chips in rows, and square as dots too", async () => {
  const many = `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: many}\nspec:\n  serviceName: many\n  replicas: 14\n  podManagementPolicy: Parallel\n  selector: {matchLabels: {app: many}}\n  template:\n    metadata: {labels: {app: many}}\n    spec: {containers: [{name: app, image: nginx}]}\n`;
  const page = await app.open({}, (context) => context.addInitScript((text) => {
    for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(text));
  }, many));
  await page.waitForFunction(() => window.wasmBindings && document.querySelectorAll('.podwrap--b[data-now="ready"]').length === 14, null, { timeout: 60000 });
  for (let at = 0; at < 9; at += 1) {
    await page.locator('.nodeslot[data-node="node-1"] [aria-haspopup="menu"]').click();
    await page.getByRole("menuitem", { name: /add a node/i }).click();
  }
  await page.locator('.nodeslot[data-node="node-12"]').waitFor();
  await page.waitForTimeout(700);
  const rows = await every(page, ".chip--b[data-state]", (all) => new Set(all
    .filter((one) => one.closest(".cell")).map((one) => Math.round(one.getBoundingClientRect().top))).size);
  assert.equal(rows, 2);
  await page.getByRole("button", { name: "Dot", exact: true }).click();
  await page.locator(".dotpod").first().waitFor();
  const round = await every(page, ".cell .dotpod", (all) => all.map((one) => getComputedStyle(one).borderRadius));
  assert.ok(round.length === 14 && round.every((one) => one === "3px"), round.join());
});

test("why a rollout fails is read whole in its lane, in both languages and at every width", async () => {
  const failing = ["Deployment", "StatefulSet"].map((kind) => `apiVersion: apps/v1
kind: ${kind}
metadata: {name: checkout-${kind.toLowerCase()}}
spec:
  replicas: 3
${kind === "Deployment" ? "  progressDeadlineSeconds: 2" : "  serviceName: checkout"}
  selector: {matchLabels: {app: ${kind.toLowerCase()}}}
  template:
    metadata: {labels: {app: ${kind.toLowerCase()}}}
    spec: {serviceAccountName: ${kind === "Deployment" ? "default" : "robot"}, containers: [{name: c, image: "nginx:no-such-tag"}]}
---
`).join("");
  for (const locale of ["en-US", "zh-CN"]) {
    const page = await app.open({ locale }, (context) => context.addInitScript((text) => {
      for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(text));
    }, failing));
    await page.waitForFunction(() => document.querySelectorAll(".rollout__what--bad").length === 2, null, { timeout: 60000 });
    for (const [width, height] of [[1440, 900], [1366, 768], [1280, 800], [1200, 800], [1024, 768], [820, 1180], [390, 844]]) {
      await page.setViewportSize({ width, height });
      await page.waitForTimeout(500);
      const alerts = await every(page, ".rollout__what--bad", (all) => all.map((one) => {
        const range = document.createRange();
        range.selectNodeContents(one);
        const [text, own, lane] = [range.getBoundingClientRect(), one.getBoundingClientRect(), one.closest(".lane").getBoundingClientRect()];
        return { words: one.innerText, over: one.scrollWidth - one.clientWidth,
          out: text.width < 20 || text.left < lane.left || text.right > lane.right + 0.5 || text.bottom > own.bottom + 0.5 };
      }));
      assert.equal(alerts.length, 2);
      for (const { words, over, out } of alerts) assert.ok(over <= 0 && !out, `${width} ${locale}: ${words}, ${over}`);
    }
    await shot(page, `failing-${locale}`);
    assert.deepEqual(page.errors, []);
    await page.context().close();
  }
});

test("a cut name has no gap before its end, shows no lone dot, and is whole in a title", async () => {
  const name = "payments-ledger-database-cluster-primary";
  const page = await app.open({}, (context) => context.addInitScript((text) => {
    for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(text));
  }, set(name, 3) + `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {clusterIP: None, selector: {app: ${name}}}\n`));
  await ready(page, 3);
  const look = (selector) => every(page, selector, (all) => all.map((one) => {
    const [head, end, domain] = one.children;
    const ruler = document.createElement("span");
    ruler.style.cssText = "position:absolute;width:1000ch";
    head.append(ruler);
    const style = getComputedStyle(head);
    const ch = ruler.getBoundingClientRect().width / 1000;
    ruler.remove();
    const letter = ch + (parseFloat(style.letterSpacing) || 0);
    const [width, tail] = [head.getBoundingClientRect().width, end.getBoundingClientRect()];
    // As many letters as there are, and the dots.
    const letters = (width - 1.15 * ch) / letter;
    const titled = one.closest("[title]");
    return { cut: head.scrollWidth > head.clientWidth, loose: Math.abs(letters - Math.round(letters)) * letter,
      apart: tail.left - head.getBoundingClientRect().right, beyond: domain ? domain.getBoundingClientRect().width : 0,
      whole: (titled?.title ?? "").includes(one.textContent) };
  }));
  let seen = 0;
  for (const [width, height] of [[1440, 900], [1280, 800], [1200, 800], [1100, 800], [1024, 768], [820, 1180]]) {
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(600);
    for (const selector of [".pod--b .pod__name b", ".dnstab__name", ".disk__name"]) {
      for (const found of (await look(selector)).filter((one) => one.cut)) {
        seen += 1;
        const words = `${selector} at ${width}: ${JSON.stringify(found)}`;
        assert.ok(found.loose < 1 && Math.abs(found.apart) < 0.6 && found.beyond < 0.5 && found.whole, words);
      }
    }
  }
  assert.ok(seen > 30, `${seen}`);
  // Struck, the record of a Pod that goes is cut in the same way.
  await page.setViewportSize({ width: 1024, height: 768 });
  await page.locator(".pod--b").first().click();
  await page.locator(".pod__delete").click();
  await page.locator(".dnstab--off s").first().waitFor();
  const struck = await look(".dnstab--off s");
  assert.ok(struck.length > 0 && struck.every((one) => one.beyond < 0.5 && one.whole), JSON.stringify(struck));
  await shot(page, "cut-names");
  assert.deepEqual(page.errors, []);
});

test("what is said for a moment keeps off titles in every view", async () => {
  const page = await app.page();
  for (const [width, height] of [[1440, 900], [1200, 800], [1024, 768]]) {
    await page.setViewportSize({ width, height });
    for (const view of ["1", "2", "3"]) {
      await page.locator("body").press(view);
      await page.waitForSelector({ 1: ".stage", 2: ".account", 3: ".tlcard" }[view]);
      await page.waitForTimeout(300);
      // A run that forks is told for a moment.
      await page.locator("body").press("f");
      await page.locator(".toast.is-shown").waitFor({ timeout: 30000 });
      await page.waitForFunction(() => document.querySelector(".toast")?.style.top, null, { timeout: 5000 });
      const covered = await page.evaluate(() => {
        const box = document.querySelector(".toast").getBoundingClientRect();
        return [...document.querySelectorAll("h1, h2, .brand")].filter((one) => {
          const { left, top, right, bottom, width } = one.getBoundingClientRect();
          return width > 1 && one.checkVisibility() && left < box.right && box.left < right && top < box.bottom && box.top < bottom;
        }).map((one) => one.innerText);
      });
      assert.deepEqual(covered, [], `${width} in view ${view}`);
    }
  }
  assert.deepEqual(page.errors, []);
});
