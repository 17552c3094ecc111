// The stage in Chromium: what can be done from it, and workloads of every kind on it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { arrived, deployment, every, faults, root, shot, start, write } from "./harness.mjs";

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
  await page.locator(`.nodeslot[data-node="${node}"] [aria-haspopup="menu"]`).click();
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

test("a local disk of a removed node lies apart, on the ground of a lost node", async () => {
  const text = readFileSync(join(root, "tests/manifests/local-and-bare.yaml"), "utf8");
  for (const [options, head, label] of [
    [{}, "node-3, gone", "data-kv-1, 5Gi, its node node-3 is gone"],
    [{ locale: "zh-CN", colorScheme: "dark", viewport: { width: 390, height: 844 } }, "node-3，已不存在", "data-kv-1，5Gi，所在节点 node-3 已不存在"],
  ]) {
    const page = await app.page(options, (context) => context.addInitScript((text) => {
      for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(text));
    }, text));
    await page.waitForFunction(() => document.querySelectorAll(".locals [data-disk]").length === 2, null, { timeout: 60000 });
    await page.locator('.nodeslot[data-node="node-3"] [aria-haspopup="menu"]').click();
    await page.locator(".nodemenu .menu__item").last().click();
    const gone = page.locator(".gonenode");
    await gone.scrollIntoViewIfNeeded();
    assert.equal(await gone.locator(".gonenode__head").innerText(), head);
    assert.equal(await gone.locator("[data-disk] .sr").innerText(), label);
    assert.equal(await page.locator(".shelf [data-disk]").count(), 1, "the shelf has what any node can have");
    const [ground, disk] = [await gone.boundingBox(), await gone.locator("[data-disk]").boundingBox()];
    assert.ok(ground.width - disk.width < 20, `${ground.width} around ${disk.width}`);
    // It is a thing like any other: the keyboard comes to it, and Enter inspects it.
    await shot(page, `disk-gone-${options.locale ?? "en"}`);
    await page.locator(".shelf [data-disk]").focus();
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(() => document.activeElement.closest(".gonenode"));
    await page.keyboard.press("Enter");
    await page.locator(".inspect__name", { hasText: "data-kv-1" }).waitFor();
    assert.deepEqual(page.errors, []);
  }
});

test("what is left of a Pod that goes lies under its neighbours", async () => {
  for (const viewport of [{ width: 1440, height: 900 }, { width: 1120, height: 700 }]) {
    const page = await app.page({ viewport });
    await page.waitForFunction(() =>
      document.querySelectorAll('[data-pod][data-now="ready"]').length >= 7, null, { timeout: 60000 });
    // Of two in one column the upper one goes, so that the other moves to its place.
    const upper = page.locator(".cell--a").filter({ has: page.locator("[data-pod]:nth-child(2)") }).first().locator("[data-pod]").first();
    await upper.locator("button").first().focus();
    await page.evaluate(() => {
      window.over = [];
      new MutationObserver((changes) => {
        for (const ghost of changes.flatMap((one) => [...one.addedNodes])) {
          const layer = getComputedStyle(ghost.parentElement).zIndex;
          const cells = [...document.querySelectorAll(".cell")].map((one) => getComputedStyle(one).zIndex);
          window.over.push(cells.every((one) => Number(one) > Number(layer)));
        }
      }).observe(document.querySelector(".ghosts"), { childList: true });
    });
    await page.keyboard.press("Delete");
    await page.waitForFunction(() => window.over.length > 0, null, { timeout: 60000 });
    assert.ok(await page.evaluate(() => window.over.every(Boolean)));
    assert.deepEqual(page.errors, []);
  }
});

test("a selected Pod's buttons stand below the node's head, however far the stage is scrolled", async () => {
  for (const viewport of [{ width: 1440, height: 900 }, { width: 1280, height: 600 }, { width: 720, height: 420 }]) {
    const page = await app.page({ viewport });
    await page.waitForFunction(() =>
      document.querySelectorAll('[data-pod][data-now="ready"]').length >= 7, null, { timeout: 60000 });
    for (const at of [0, 1, 6]) {
      await page.evaluate(() => { document.querySelector(".stagewrap, .embed__stage").scrollTop = 0; });
      const pod = page.locator("[data-pod]").nth(at);
      await pod.locator("button").first().click();
      await pod.locator(".pod__delete").waitFor();
      const hidden = await pod.evaluate(async (pod) => {
        const [hidden, head] = [[], document.querySelector(".nodeslot")];
        for (const by of [0, 12, 24, 36]) {
          for (const one of document.querySelectorAll(".stagewrap, .embed__stage")) one.scrollTop = by;
          await new Promise(requestAnimationFrame);
          const card = pod.querySelector(".pod").getBoundingClientRect();
          // Who can't see the Pod looks for no button of it.
          if (card.top < head.getBoundingClientRect().bottom) continue;
          for (const button of pod.querySelectorAll(".pod__delete, .pod__more")) {
            const { x, y, width, height } = button.getBoundingClientRect();
            for (const [dx, dy] of [[3, 3], [width - 3, height - 3]]) {
              const top = document.elementFromPoint(x + dx, y + dy);
              if (top?.closest("button") !== button) hidden.push(`${by}: ${top?.className}`);
            }
          }
        }
        return hidden;
      });
      assert.deepEqual(hidden, [], `${viewport.height}, ${at}`);
      await pod.locator("button").first().click();
    }
    assert.deepEqual(page.errors, []);
  }
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
  assert.deepEqual(await faults(page), []);
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
  await page.waitForFunction(() => /refused:\s+budget db/.test(document.querySelector(".story").innerText));
  assert.ok(await page.getByTitle(/Cannot evict pod as it would violate the pod's disruption budget/).count() > 0);
  await shot(page, "drain-held");
  assert.deepEqual(await faults(page), []);
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

const inside = (page) => page.evaluate(() => {
  const menu = document.querySelector('[role="menu"], [role="listbox"]');
  const box = menu.getBoundingClientRect();
  const cut = box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight;
  const hidden = [...menu.querySelectorAll(".menu__item")].filter((item) => {
    const at = item.getBoundingClientRect();
    return at.bottom <= box.bottom && !item.contains(document.elementFromPoint(at.left + 12, at.top + at.height / 2));
  });
  return { cut, hidden: hidden.map((item) => item.innerText) };
});

test("menus lie whole on the screen, over whatever stands beside them", async () => {
  const text = kinds.split("---\n").slice(2, 3).join("");
  for (const viewport of [{ width: 1440, height: 900 }, { width: 1280, height: 720 }, { width: 720, height: 420 },
    { width: 390, height: 844 }]) {
    const page = await app.page({ viewport }, (context) => context.addInitScript((text) => {
      for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(text));
    }, text));
    await page.locator('[data-pod][data-now="ready"]').first().waitFor();
    for (const node of ["node-1", "node-3"]) {
      await page.locator(`[data-node="${node}"] [aria-haspopup="menu"]`).click();
      assert.deepEqual(await inside(page), { cut: false, hidden: [] }, `${viewport.width}: menu of ${node}`);
      await page.keyboard.press("Escape");
    }
    await page.locator("[data-pod] button").first().click();
    await page.locator('.pod__deeds [aria-haspopup="menu"]').click();
    assert.deepEqual(await inside(page), { cut: false, hidden: [] }, `${viewport.width}: menu of a Pod`);
    await page.keyboard.press("Escape");
    await page.locator("header .picker").first().click();
    assert.equal((await inside(page)).cut, false, `${viewport.width}: examples`);
    await page.context().close();
  }
});

test("menus know Home, End and the first letter", async () => {
  const page = await app.page();
  const active = () => page.evaluate(() => document.activeElement.innerText.trim());
  await page.locator('[data-node="node-1"] [aria-haspopup="menu"]').click();
  const acts = (await page.getByRole("menuitem").allInnerTexts()).map((one) => one.trim());
  await page.keyboard.press("End");
  assert.equal(await active(), acts.at(-1));
  await page.keyboard.press("Home");
  assert.equal(await active(), acts[0]);
  const drain = acts.find((one) => one.startsWith("D"));
  await page.keyboard.press("d");
  assert.equal(await active(), drain);
  await page.keyboard.press("Escape");
  await arrived(page);
  await page.getByRole("button", { name: /Add a document/ }).click();
  await page.keyboard.press("j");
  assert.match(await active(), /^Job/);
  assert.deepEqual(page.errors, []);
});

test("of a Pod in the first of twelve nodes no lane head covers the menu, and no room is left when they go", async () => {
  const page = await running();
  for (let at = 4; at <= 7; at += 1) {
    await choose(page, "node-1", /add a node/i);
    await page.locator(`.nodeslot[data-node="node-${at}"]`).waitFor();
  }
  await page.locator('.cell[data-node="node-1"] [data-pod] button').first().click();
  await page.locator('.pod__deeds [aria-haspopup="menu"]').click();
  assert.deepEqual(await inside(page), { cut: false, hidden: [] });
  await page.keyboard.press("Escape");
  await page.locator(".stagewrap").evaluate((one) => { one.scrollLeft = 2000; });
  for (let at = 7; at >= 4; at -= 1) await choose(page, `node-${at}`, /remove/i);
  await page.waitForFunction(() => document.querySelectorAll(".nodeslot").length === 3);
  await page.waitForTimeout(600);
  assert.deepEqual(await page.locator(".stagewrap").evaluate((one) => [one.scrollLeft, one.scrollWidth - one.clientWidth]), [0, 0]);
  // With none left, one can still be added.
  for (const node of ["node-1", "node-2", "node-3"]) await choose(page, node, /remove/i);
  await page.getByRole("button", { name: "Add a node" }).click();
  await page.locator(".nodeslot").waitFor();
  assert.deepEqual(page.errors, []);
});

test("the focus stays on the stage when its Pod goes", async () => {
  const page = await running();
  await speed(page, "20×");
  await page.locator('.cell--a [data-pod] > button').first().focus();
  const gone = await page.evaluate(() => document.activeElement.dataset.nav);
  await page.keyboard.press("Delete");
  await page.locator(`[data-nav="${gone}"]`).first().waitFor({ state: "detached", timeout: 60000 });
  await page.waitForFunction(() => document.activeElement !== document.body);
  assert.match(await page.evaluate(() => document.activeElement.dataset.nav ?? ""), /^(pod|lane)\//);
});

test("Pods that wait beyond the first nine are unfolded, each under its own reason", async () => {
  const page = await app.page();
  await arrived(page);
  const waits = (name, spec) => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n  ${spec}\n  containers: [{name: app, image: nginx}]\n`;
  const many = Array.from({ length: 12 }, (_, at) => waits(`picky-${at}`, "nodeSelector: {disk: ssd}"));
  await apply(page, [waits("gated", "schedulingGates: [{name: example.com/x}]"), ...many].join("---\n"));
  await page.locator(".tray__more", { hasText: "+4" }).waitFor({ timeout: 30000 });
  await page.locator(".tray__more").click();
  await page.waitForFunction(() => document.querySelectorAll(".tray [data-pod]").length === 13);
  const reasons = await page.locator(".tray__reason").allInnerTexts();
  assert.equal(reasons.length, 2, reasons.join("\n"));
  assert.ok(reasons.some((one) => one.includes("scheduling gates")) && reasons.some((one) => one.includes("node affinity")));
  assert.ok(reasons.every((one) => !one.includes("preemption")));
  await shot(page, "many-wait");
  // In Chinese they are the story's words, and the server's own for whoever points at them.
  await page.getByRole("button", { name: "中文", exact: true }).click();
  await page.locator(".tray__reason", { hasText: "共 3 个节点，3 个节点不符合 Pod 的节点选择条件" }).waitFor();
  assert.ok((await page.locator(".tray__reason").last().getAttribute("title")).includes("node affinity"));
  assert.deepEqual(page.errors, []);
});

test("a menu gives the focus back, and arrows lead on from there", async () => {
  const page = await running();
  const pod = page.locator("[data-pod]").filter({ hasText: "db-1" }).first();
  await pod.locator("button").first().click();
  const more = pod.locator('[aria-haspopup="menu"]');
  await more.focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.getAttribute("role") === "menuitem");
  await page.keyboard.press("Escape");
  assert.ok(await more.evaluate((one) => one === document.activeElement), "it is on the button again");
  await page.keyboard.press("ArrowLeft");
  assert.match(await page.evaluate(() => document.activeElement.dataset.nav ?? ""), /^(pod|lane)\//);
  assert.deepEqual(page.errors, []);
});

test("the plugs of a selected Pod's wire lie over its ring, and under no button", async () => {
  const page = await running();
  await page.locator("[data-pod]").filter({ hasText: "db-1" }).first().locator("button").first().click();
  const plug = page.locator(".overlay--top .wire__end").first();
  await plug.waitFor();
  const [at, card] = [await plug.boundingBox(), await page.locator('.pod[data-selected="true"]').boundingBox()];
  assert.ok(Math.abs(at.y + at.height / 2 - card.y - card.height) < 2, "it is at the card's lower edge");
  const over = await page.evaluate(() => [".overlay--top", ".cell:has(.pod__deeds)", ".nodeslot"]
    .map((one) => Number(getComputedStyle(document.querySelector(one)).zIndex)));
  assert.ok(over[0] >= over[1] && over[0] < over[2], over.join());
  assert.deepEqual(page.errors, []);
});

test("what holds a drain and how far it is stand beside each other, on a phone too", async () => {
  const budget = readFileSync(join(root, "static/examples/budget-and-drain.yaml"), "utf8");
  for (const [width, height] of [[1440, 900], [1280, 800], [390, 844]]) {
    const page = await app.open({ viewport: { width, height } }, (context) => context.addInitScript((text) => {
      for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(text));
    }, budget));
    await page.waitForFunction(() => document.querySelectorAll('.podwrap--b[data-now="ready"]').length >= 5, null, { timeout: 60000 });
    await choose(page, "node-1", /drain/i);
    await page.locator(".node__held").first().waitFor({ timeout: 30000 });
    const [row, name, word, held, end] = await page.evaluate(() => {
      const box = (one) => { const { left, right, top, bottom } = document.querySelector(`.node__head--held ${one}`).getBoundingClientRect(); return { left, right, top, bottom }; };
      return [".node__row", ".node__name", ".node__status", ".node__held", ".btn"].map(box);
    });
    assert.ok(held.top >= row.bottom - 1 && held.right - held.left > 60, `${width}: it has a line of its own`);
    assert.ok(word.bottom <= held.top + 4 && word.left >= name.right && word.right <= end.left + 1, `${width}: ${JSON.stringify([word, held])}`);
    await shot(page, `held-${width}`);
    assert.deepEqual(page.errors, []);
    await page.context().close();
  }
});

test("beside the last of many lanes every column still says which node it is", async () => {
  const page = await app.page();
  await arrived(page);
  await apply(page, ["a", "b", "c", "d", "e", "f", "g"].map((name) => deployment(name, 3)).join("---\n"));
  await page.waitForFunction(() => document.querySelectorAll("[data-lane]").length >= 7, null, { timeout: 30000 });
  await page.waitForTimeout(800);
  const seen = await page.locator(".stagewrap").evaluate((wrap) => {
    wrap.scrollTop = 99999;
    const top = wrap.getBoundingClientRect().top;
    return [wrap.scrollTop, ...[...document.querySelectorAll(".nodeslot")].map((slot) => {
      const box = slot.getBoundingClientRect();
      const there = document.elementFromPoint(box.left + 40, box.top + 20);
      return box.top - top < 2 && slot.contains(there) && box.height > 50;
    })];
  });
  assert.ok(seen[0] > 200, `it scrolls: ${seen[0]}`);
  assert.deepEqual(seen.slice(1), [true, true, true]);
  await shot(page, "heads-in-sight");
  assert.deepEqual(page.errors, []);
});

test("the legend explains only shapes that are drawn", async () => {
  const budget = readFileSync(join(root, "static/examples/budget-and-drain.yaml"), "utf8");
  // So many Pods are chips from the start.
  const page = await app.open({}, (context) => context.addInitScript((text) => {
    for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(text));
  }, budget.replace("replicas: 5", "replicas: 12")));
  await page.waitForFunction(() => window.wasmBindings && document.querySelector(".zoomrow"));
  await page.locator(".zoomrow").getByText("Chip", { exact: true }).click();
  await speed(page, "20×");
  await page.waitForFunction(() => document.querySelectorAll('[data-pod][data-now="ready"]').length >= 12, null, { timeout: 60000 });
  await page.waitForFunction(() => !document.querySelector(".zoomrow i"), null, { timeout: 5000 });
  await speed(page, "1×");
  await page.locator("[data-pod] button").first().focus();
  await page.keyboard.press("Delete");
  await page.locator(".zoomrow .chip--b").first().waitFor();
  assert.equal(await page.locator(".zoomrow .chip:not(.chip--b)").count(), 0, "no round chip");
  await page.locator(".zoomrow").getByText("Dot", { exact: true }).click();
  await page.locator(".zoomrow .dotpod").first().waitFor();
  assert.equal(await page.locator(".zoomrow .chip").count(), 0, "no chip at all");
  assert.deepEqual(page.errors, []);
});

test("a selected Pod that is deleted by key has the focus again when it is back", async () => {
  const page = await running();
  const pod = page.locator("[data-pod]").filter({ hasText: "db-1" }).first();
  await pod.locator("button").first().click();
  const uid = await pod.getAttribute("data-pod");
  await page.keyboard.press("Delete");
  await page.waitForFunction((uid) => !document.querySelector(`[data-pod="${uid}"]`)
    && document.querySelector('[data-pod] [data-selected="true"]'), uid, { timeout: 60000 });
  await page.waitForFunction(() => document.activeElement.dataset.selected === "true", null, { timeout: 3000 });
  // Whoever has gone on is not fetched back.
  const next = await page.evaluate(() => document.activeElement.closest("[data-pod]").dataset.pod);
  await page.keyboard.press("Delete");
  await page.waitForFunction((uid) => !document.querySelector(`[data-pod="${uid}"]`), next, { timeout: 60000 });
  await page.keyboard.press("ArrowUp");
  const at = await page.evaluate(() => document.activeElement.dataset.nav);
  await page.locator('[data-pod] [data-selected="true"]').waitFor({ timeout: 60000 });
  await page.waitForTimeout(400);
  assert.equal(await page.evaluate(() => document.activeElement.dataset.nav), at);
  assert.deepEqual(page.errors, []);
});

test("seats to come stand beside the others, and every chip of a lane is as wide as the next", async () => {
  const page = await running();
  const more = page.locator(".lane--b .stepper button").last();
  for (let at = 3; at < 12; at += 1) await more.click();
  const seats = page.locator('.cell .chip--slot[data-state="pending"]');
  await page.waitForFunction(() => document.querySelectorAll('.cell .chip--slot').length >= 7);
  assert.match(await seats.first().getAttribute("aria-label"), /to come: its node is not chosen yet/);
  assert.equal(await page.locator(".lane--b .tray__slot").count(), 0);
  // As they are laid out: one that comes is still growing.
  const widths = await every(page, ".cell--bchips > *", (all) => all.map((one) => one.offsetWidth));
  assert.ok(Math.max(...widths) - Math.min(...widths) <= 1 && Math.min(...widths) > 40, widths.join());
  // Where a node takes no Pods nothing is kept for them.
  const left = page.locator('.cell--bchips[data-node="node-2"] .chip--slot');
  assert.ok(await left.count() > 0);
  await page.locator('.nodeslot[data-node="node-2"] [aria-haspopup="menu"]').click();
  await page.getByRole("menuitem", { name: /cordon/i }).click();
  await page.waitForFunction(() => !document.querySelector('.cell--bchips[data-node="node-2"] .chip--slot'));
  assert.deepEqual(page.errors, []);
});

test("a node that is removed by key leaves the focus to the node beside it", async () => {
  const page = await running();
  await page.locator('[data-nav="node/node-3"]').focus();
  await page.keyboard.press("n");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => !document.querySelector('.nodeslot[data-node="node-3"]'), null, { timeout: 30000 });
  await page.waitForFunction(() => document.activeElement.dataset.nav === "node/node-2", null, { timeout: 3000 });
  assert.deepEqual(page.errors, []);
});

test("the plug at a shared disk shows the disk's state, and nothing flows to a dead node", async () => {
  const text = readFileSync(join(root, "tests/manifests/one-disk.yaml"), "utf8");
  const page = await app.open({}, (context) => context.addInitScript((text) => {
    for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(text));
  }, text));
  await page.waitForFunction(() => document.querySelector('[data-pod][data-now="ready"]')
    && document.querySelectorAll(".wire--wait").length === 2, null, { timeout: 60000 });
  const plugs = () => every(page, ".overlay--over g:has(circle)", (all) => all.map((one) => one.lastElementChild.getAttribute("class")));
  assert.deepEqual(new Set(await plugs()), new Set(["wire__end"]));
  const label = (await pods(page, "wp-")).find((one) => !one.toLowerCase().includes("ready"));
  const node = /node-\d/.exec(label)[0];
  await choose(page, node, /fail/i);
  await page.locator(".wire--still").first().waitFor();
  const moves = await every(page, ".wire--still", (all) => all.map((one) => getComputedStyle(one).animationName));
  assert.ok(moves.length > 0 && moves.every((one) => one === "none"), moves.join());
  await shot(page, "dead-node-still");
  assert.deepEqual(page.errors, []);
});

test("a selected Pod has its ring on both charts", async () => {
  const page = await running();
  await page.locator("[data-pod]").filter({ hasText: "db-1" }).first().locator("button").first().click();
  await page.locator(".tl--lives .ring").first().waitFor();
  await page.locator("#tab-timeline").click();
  const ring = page.locator(".tl--large .ring").first();
  await ring.waitFor();
  const look = await every(page, ".tl--large .ring", (all) => all.map((one) => {
    const style = getComputedStyle(one);
    return [style.fill, style.strokeWidth];
  }));
  assert.deepEqual(look, [["none", "2px"]]);
  await shot(page, "ring-on-chart");
  assert.deepEqual(page.errors, []);
});

test("a round card says its state whole at every width; its address gives way", async () => {
  const text = `apiVersion: batch/v1
kind: Job
metadata: {name: calc}
spec:
  completions: 3
  parallelism: 3
  template: {spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [sh, -c, sleep 1]}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: slow}
spec:
  terminationGracePeriodSeconds: 600
  containers: [{name: app, image: nginx, lifecycle: {preStop: {exec: {command: [sleep, "500"]}}}}]
`;
  for (const width of [1200, 1220, 1280]) {
    const page = await app.open({ viewport: { width, height: 900 } }, (context) => context.addInitScript((text) => {
      for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(text));
    }, text));
    await page.waitForFunction(() => document.querySelectorAll('.cell [data-now="completed"]').length === 3
      && document.querySelector('.cell [data-now="ready"]'), null, { timeout: 60000 });
    await page.locator('.cell [data-now="ready"] button').first().click();
    await page.keyboard.press("Delete");
    await page.waitForFunction(() => document.querySelector('.cell [data-now="terminating"]'));
    const cut = await every(page, ".cell .pod--a .pod__state", (all) => all.filter((one) =>
      one.scrollWidth > one.clientWidth).map((one) => one.textContent));
    assert.deepEqual(cut, [], String(width));
    assert.deepEqual(page.errors, []);
  }
});

test("a rollout that its partition lets rest says so on its lane, to eyes and ears", async () => {
  const page = await running();
  const set = readFileSync(join(root, "static/examples/canary-by-partition.yaml"), "utf8")
    .replaceAll("db", "cache");
  await apply(page, set);
  await page.waitForFunction(() => document.body.innerText.includes("statefulset.apps/cache created"));
  await speed(page, "20×");
  await page.waitForFunction(() => document.querySelectorAll('[data-pod][data-now="ready"]').length >= 11,
    null, { timeout: 60000 });
  await apply(page, set.replace("redis:7.2", "redis:7.4"));
  const what = page.locator(".rollout__what", { hasText: "revision 2 from 3 on" });
  await what.waitFor({ timeout: 60000 });
  const [seen, heard] = await what.evaluate((one) =>
    [one.scrollWidth <= one.clientWidth, one.parentElement.querySelector(".sr").textContent]);
  assert.equal(heard, "revision 2 from ordinal 3 on; partition 3 keeps 0 to 2");
  assert.ok(seen, "nothing of it is cut");
  await shot(page, "partition");
  assert.deepEqual(page.errors, []);
});

test("a Pod in a crowd keeps the focus while the crowd changes its size", async () => {
  const page = await app.page();
  await arrived(page);
  await write(page, deployment("many", 120));
  await page.locator("#manifest").press("Control+Enter");
  const dots = page.locator(".dotpod--ready");
  await page.waitForFunction(() => document.querySelectorAll(".dotpod--ready").length >= 120, null, { timeout: 60000 });
  await dots.nth(60).focus();
  const at = () => page.evaluate(() => document.activeElement.dataset.nav ?? document.activeElement.tagName);
  const thing = await at();
  assert.match(thing, /^pod\//);
  // A click of a hand would take the focus along.
  await page.evaluate(() => [...document.querySelectorAll(".zoomrow button")].find((one) => one.textContent.trim() === "Chip").click());
  await page.waitForFunction(() => document.querySelectorAll("[data-pod] .chip").length >= 120, null, { timeout: 20000 });
  await page.waitForFunction((thing) => document.activeElement.dataset.nav === thing, thing, { timeout: 5000 });
  assert.deepEqual(page.errors, []);
});

test("an open menu stays while a crowd around it changes its size", async () => {
  const page = await app.page();
  await write(page, deployment("crowd", 120));
  await page.locator("#manifest").press("Control+Enter");
  await page.waitForFunction(() => document.querySelectorAll('.cell [data-pod][data-now="ready"]').length >= 120, null, { timeout: 90000 });
  await page.waitForTimeout(800);
  const sizes = () => every(page, ".cell .dotpod", (all) => all.length > 60);
  const start = await sizes();
  const resize = async (width, height, is) => {
    await page.setViewportSize({ width, height });
    await page.waitForFunction((is) => (document.querySelectorAll(".cell .dotpod").length > 60) === is, is, { timeout: 10000 });
    await page.waitForTimeout(800);
  };
  for (const open of ["Pod", "node"]) {
    if (open === "Pod") {
      await page.locator(".cell [data-pod] > button").last().click();
      await page.locator('.pod__deeds [aria-haspopup="menu"]').click();
    } else {
      await page.keyboard.press("Escape");
      await page.locator('.nodeslot[data-node="node-2"] [aria-haspopup="menu"]').click();
    }
    const menu = page.locator(open === "Pod" ? ".podmenu" : ".nodeslot .nodemenu");
    await menu.waitFor();
    await page.keyboard.press("ArrowDown");
    const entry = () => page.evaluate(() => document.activeElement.matches(".menu__item") && document.activeElement.innerText);
    const chosen = await entry();
    for (const [width, height, is] of [[1440, 2400, !start], [1440, 900, start]]) {
      await resize(width, height, is);
      assert.equal(await menu.count(), 1, `${open} ${width}`);
      assert.equal(await entry(), chosen, open);
    }
    await page.keyboard.press("Escape");
    await menu.waitFor({ state: "detached" });
  }
  assert.deepEqual(page.errors, []);
});
