// Low windows, embeds, 200 % zoom, phones, forced colours: nothing is lost or laid over.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { arrived, deployment, every, faults, shot, start, text, write } from "./harness.mjs";

let app;
before(async () => { app = await start(); });
after(async () => { await app.stop(); });

async function running(options) {
  const page = await app.page(options);
  await page.waitForFunction(() =>
    document.querySelectorAll('[data-pod][data-now="ready"]').length >= 7, null, { timeout: 60000 });
  return page;
}

// What is cut off at the window's right edge, and which buttons of a kind lie over each other.
const troubles = (page) => page.evaluate(() => {
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page is too wide");
  const seen = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const sets = ["header button, header a.btn", "footer button, footer [role=slider]",
    ".nodeslot, .laneslot", "[data-pod] > button, [data-pod] .pod", "[data-disk]"];
  for (const set of sets) {
    const boxes = [...document.querySelectorAll(set)].filter(seen)
      .filter((one) => !one.matches(".skip"))
      .map((one) => [one.title || one.innerText || one.className, one.getBoundingClientRect()])
      .filter(([, box]) => box.width > 2);
    for (const [name, box] of boxes) {
      const inScroller = set.includes("slot") || set.includes("data-");
      if (!inScroller && (box.right > innerWidth + 1 || box.left < -1 || box.bottom > innerHeight + 1)) {
        found.push(`cut off: ${name}`);
      }
    }
    boxes.forEach(([name, a], at) => boxes.slice(at + 1).forEach(([other, b]) => {
      const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (x > 3 && y > 3) found.push(`${name} lies over ${other}`);
    }));
  }
  return found;
});

test("at 720 by 420 the stage, one sentence and one row stand as in an embed", async () => {
  const page = await running({ viewport: { width: 720, height: 420 } });
  assert.equal(await page.locator('[data-layout="low"]').count(), 1);
  assert.ok(await page.locator(".caption .now__text").innerText());
  // Lane heads stand beside the cells, and every Pod shows its whole name.
  const left = await page.evaluate(() => [document.querySelector(".lane__name").getBoundingClientRect().right,
    document.querySelector("[data-pod]").getBoundingClientRect().left]);
  assert.ok(left[0] <= left[1]);
  await page.getByRole("button", { name: "Edit YAML" }).click();
  await page.locator("#manifest").waitFor();
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Story" }).click();
  await page.getByRole("tab", { name: "Events" }).click();
  await page.locator(".event").first().waitFor();
  await shot(page, "low-events");
  assert.deepEqual(await faults(page), []);
  assert.deepEqual(page.errors, []);
});

test("at 200 % zoom nothing is cut off or laid over, in either language", async () => {
  for (const [width, height] of [[720, 450], [640, 400], [960, 540], [560, 380]]) {
    for (const zh of [false, true]) {
      const page = await running({ viewport: { width, height }, colorScheme: zh ? "dark" : "light" });
      if (zh) await page.getByText("中文").first().click();
      assert.deepEqual(await troubles(page), [], `${width} ${zh}`);
      assert.deepEqual(await faults(page), [], `${width} ${zh}`);
      await shot(page, `low-${width}${zh ? "-zh" : ""}`);
      for (const view of ["#tab-ledger", "#tab-timeline"]) {
        await page.locator(view).click();
        await page.waitForTimeout(200);
        assert.deepEqual(await troubles(page), [], `${view} ${width} ${zh}`);
      }
      assert.deepEqual(page.errors, []);
      await page.context().close();
    }
  }
});

test("in a low window everything is reached by Tab", async () => {
  const page = await running({ viewport: { width: 720, height: 450 } });
  const reached = new Set();
  for (let at = 0; at < 60; at += 1) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => {
      const one = document.activeElement;
      return one.getAttribute("aria-label") || one.title || one.innerText || one.className;
    }));
  }
  const all = [...reached].join("|");
  for (const name of ["Edit YAML", "Story", "Export", "dark theme", "Keyboard help", "Pause", "Next event", "Fold Deployment web", "one more", "why?"]) {
    assert.ok(all.includes(name), `${name} in ${all}`);
  }
});

test("in a low window the ledger and the timeline are whole, and axe finds nothing", async () => {
  for (const colorScheme of ["light", "dark"]) {
    for (const [width, height] of [[720, 420], [560, 380], [900, 400]]) {
      const page = await running({ viewport: { width, height }, colorScheme });
      for (const view of ["2", "3"]) {
        await page.locator("body").press(view);
        await page.waitForTimeout(400);
        assert.deepEqual(await faults(page), [], `${width}, view ${view}`);
        assert.deepEqual(await troubles(page), [], `${width}, view ${view}`);
        await shot(page, `low-${width}-${view}-${colorScheme}`);
      }
      assert.deepEqual(page.errors, []);
      await page.context().close();
    }
  }
});

test("for a projector the charts and wires grow too, and pointing meets its moment", async () => {
  const page = await running({ viewport: { width: 1920, height: 1080 } });
  const sizes = () => page.evaluate(() => {
    const height = (one) => document.querySelector(one).getBoundingClientRect().height;
    return {
      knob: height(".knob"), words: height(".scrub__chart text"), ready: height(".readout__chart svg"),
      wire: parseFloat(getComputedStyle(document.querySelector(".wire")).strokeWidth),
    };
  });
  const before = await sizes();
  await page.locator("body").press("?");
  await page.getByRole("button", { name: "Projector" }).click();
  await page.keyboard.press("Escape");
  await page.waitForTimeout(700);
  const after = await sizes();
  for (const [name, size] of Object.entries(after)) {
    assert.ok(Math.abs(size / before[name] - 1.25) < 0.06, `${name}: ${before[name]} to ${size}`);
  }
  const rail = await page.locator(".scrub__rail").boundingBox();
  await page.mouse.click(rail.x + rail.width * 0.4, rail.y + 12);
  await page.waitForTimeout(400);
  const knob = await page.locator(".knob").boundingBox();
  assert.ok(Math.abs(knob.x + knob.width / 2 - rail.x - rail.width * 0.4) < 4);
  await page.locator("body").press("3");
  await page.waitForTimeout(500);
  const plot = await page.locator(".plot > svg").boundingBox();
  await page.mouse.click(plot.x + plot.width * 0.5, plot.y + plot.height * 0.55);
  await page.waitForTimeout(400);
  await shot(page, "projector-timeline");
  const head = await page.locator(".plot .headfill").first().boundingBox();
  assert.ok(Math.abs(head.x + head.width / 2 - plot.x - plot.width * 0.5) < 6);
  assert.deepEqual(page.errors, []);
});

test("a phone keeps language, theme and pictures behind one button", async () => {
  const page = await running({ viewport: { width: 390, height: 844 } });
  assert.deepEqual(await troubles(page), []);
  const menu = page.getByRole("button", { name: "Menu" });
  await menu.click();
  await shot(page, "phone-menu");
  assert.deepEqual(await faults(page), []);
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByText("This view as SVG").click()]);
  assert.equal(file.suggestedFilename(), "podium-stage.svg");
  await menu.click();
  await page.getByText("Use the dark theme").click();
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
  await menu.click();
  await page.getByText("中文").click();
  await page.waitForFunction(() => document.documentElement.lang.startsWith("zh"));
  assert.deepEqual(await troubles(page), []);
  // A picture only of what is on screen.
  await page.locator(".tabbar button").nth(1).click();
  await page.getByRole("button", { name: "菜单" }).click();
  assert.equal(await page.getByText("SVG").count(), 0);
  assert.deepEqual(page.errors, []);
});

test("on a phone no wire lies over a card", async () => {
  const page = await running({ viewport: { width: 390, height: 844 } });
  const over = await page.evaluate(() => {
    const cards = [...document.querySelectorAll("[data-pod]")].map((one) => one.getBoundingClientRect());
    return [...document.querySelectorAll(".wire")].filter((wire) => {
      const length = wire.getTotalLength(), matrix = wire.getScreenCTM();
      for (let at = 0.05; at < 1; at += 0.05) {
        const point = wire.getPointAtLength(length * at).matrixTransform(matrix);
        if (cards.some((box) => point.x > box.left + 2 && point.x < box.right - 2
          && point.y > box.top + 2 && point.y < box.bottom - 2)) return true;
      }
      return false;
    }).length;
  });
  assert.equal(over, 0);
});

test("in forced colours states, steps, the selection and the open tab are still told apart", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const page = await running({ forcedColors: "active", colorScheme });
    await page.locator('.nodeslot[data-node="node-2"] [aria-haspopup="menu"]').click();
    await page.getByRole("menuitem", { name: /fail/i }).click();
    await page.locator("[data-pod]").filter({ hasText: "db-0" }).first().locator("button").first().click();
    await page.locator(".pod__delete").click();
    await page.locator('[data-now="creating"], [data-now="init"]').first().waitFor();
    await page.locator(".deck__play").first().click();
    const told = await page.evaluate(() => {
      const style = (one, name) => getComputedStyle(typeof one === "string" ? document.querySelector(one) : one)[name];
      const seen = (one) => style(one, "borderTopStyle") !== "none" && style(one, "borderTopWidth") !== "0px";
      const silhouettes = [...document.querySelectorAll("[data-pod]")].map((one) =>
        [one.dataset.now, one.querySelector(".pod__glyph").innerHTML]);
      return {
        tabs: [style('#side-story', "borderBottomColor"), style('#side-inspect', "borderBottomColor")],
        steps: [style(".steps i.done", "backgroundColor"), style(".steps i:not(.done)", "backgroundColor")],
        bordered: [...document.querySelectorAll(".steps i, .rollout__bar i, .obj")].every(seen),
        outline: style('.pod[data-selected="true"]', "outlineStyle"),
        silhouettes: Object.fromEntries(silhouettes),
        states: [...new Set(silhouettes.map(([state]) => state))],
      };
    });
    assert.notEqual(told.tabs[0], told.tabs[1], "the open tab");
    assert.notEqual(told.steps[0], told.steps[1], "what is done");
    assert.ok(told.bordered, "what had a fill has a border");
    assert.equal(told.outline, "solid");
    assert.ok(told.states.length >= 2, told.states.join());
    assert.equal(new Set(Object.values(told.silhouettes)).size, told.states.length, "each state has its own glyph");
    assert.deepEqual(await faults(page), []);
    await shot(page, `forced-${colorScheme}`);
    for (const view of ["2", "3"]) {
      await page.keyboard.press("Escape");
      await page.locator("body").press(view);
      await page.waitForTimeout(400);
      assert.deepEqual(await faults(page), [], `view ${view}`);
      await shot(page, `forced-${colorScheme}-${view}`);
    }
    assert.deepEqual(page.errors, []);
    await page.context().close();
  }
});

test("for a projector everything is a quarter larger, and nothing is cut off or laid over", async () => {
  for (const [width, height] of [[1920, 1080], [1440, 900], [1280, 720]]) {
    const page = await running({ viewport: { width, height } });
    const size = () => page.locator(".pod__name").first().evaluate((one) => parseFloat(getComputedStyle(one).fontSize));
    const before = await size();
    await page.locator("body").press("?");
    await page.getByRole("button", { name: "Projector" }).click();
    await page.waitForFunction(() => document.documentElement.dataset.scale === "projector");
    await shot(page, `projector-help-${width}`);
    assert.deepEqual(await faults(page), []);
    await page.keyboard.press("Escape");
    await page.waitForTimeout(700);
    if (width > 1500) assert.ok(Math.abs(await size() / before - 1.25) < 0.02, `${before} ${await size()}`);
    assert.deepEqual(await troubles(page), [], `${width}`);
    await shot(page, `projector-${width}`);
    await page.reload();
    await page.waitForSelector("[data-pod]");
    assert.equal(await page.evaluate(() => document.documentElement.dataset.scale), "projector");
    assert.deepEqual(page.errors, []);
    await page.context().close();
  }
});

test("whoever uses keys is never left nowhere: what takes the place of what had the focus has it", async () => {
  const at = (page) => page.evaluate(() => {
    const one = document.activeElement;
    return one.ariaLabel ?? one.dataset.nav ?? one.tagName;
  });
  const until = (page, what) => page.waitForFunction((what) => {
    const one = document.activeElement;
    return (one.ariaLabel ?? one.dataset.nav ?? one.tagName) === what;
  }, what);
  const page = await running({ viewport: { width: 1440, height: 900 } });
  // A key that nobody had a place for leaves it so: no ring is drawn around a view for who looks on.
  await page.keyboard.press("2");
  await page.locator(".ledger").waitFor();
  await page.waitForTimeout(800);
  assert.equal(await at(page), "BODY");
  await page.keyboard.press("1");
  await page.locator("[data-nav^='pod/']").first().focus();
  for (const key of ["2", "3", "1"]) {
    await page.keyboard.press(key);
    await until(page, "MAIN");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.waitForFunction(() => document.activeElement.closest("main"));
  }
  // The chart is turned to its end and back by its buttons, which keep the focus there.
  await page.keyboard.press("3");
  await page.getByRole("button", { name: "10 s", exact: true }).click();
  for (const name of ["Earlier", "Later"]) {
    const button = page.getByRole("button", { name, exact: true });
    await button.focus();
    for (let turn = 0; turn < 15; turn += 1) await page.keyboard.press("Enter");
    assert.equal(await button.getAttribute("aria-disabled"), "true");
    assert.equal(await at(page), name);
  }
  // Who pointed beside everything is not called back.
  await page.keyboard.press("1");
  await page.locator("[data-nav^='pod/']").first().focus();
  await page.locator(".brand, .topbar").first().click({ position: { x: 500, y: 4 } });
  await page.keyboard.press("2");
  await page.locator(".ledger").waitFor();
  await page.waitForTimeout(800);
  assert.equal(await at(page), "BODY");
  // On a phone what a node is stands on another page.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.locator(".tabbar > button").first().click();
  await page.locator(".node__name").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.closest("main"));
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("what was chosen for a projector leaves a window of 320 px its width", async () => {
  const page = await running({ viewport: { width: 1440, height: 900 } });
  await page.locator("body").press("?");
  await page.getByRole("button", { name: "Projector" }).click();
  await page.waitForFunction(() => document.documentElement.dataset.scale === "projector");
  await page.keyboard.press("Escape");
  await page.setViewportSize({ width: 320, height: 640 });
  const tabs = page.locator(".tabbar > button");
  await tabs.first().waitFor();
  for (let at = 0; at < await tabs.count(); at += 1) {
    await tabs.nth(at).click();
    await page.waitForTimeout(150);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320, await tabs.nth(at).innerText());
  }
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("on a phone six nodes have a column each, and lane heads stay beside them", async () => {
  const page = await running({ viewport: { width: 390, height: 844 }, hasTouch: true });
  for (let at = 4; at <= 6; at += 1) {
    await page.locator('[data-node="node-1"] [aria-haspopup="menu"]').click();
    await page.getByRole("menuitem", { name: /add a node/i }).click();
    await page.locator(`.nodeslot[data-node="node-${at}"]`).waitFor();
  }
  const widths = await every(page, ".nodeslot", (all) => all.map((one) => one.offsetWidth));
  assert.ok(widths.every((width) => width >= 110), widths.join());
  for (const left of [0, 250]) {
    await page.locator(".stagewrap").evaluate((one, left) => { one.scrollLeft = left; }, left);
    const ends = await every(page, ".stepper, .lane__more, .lane__name", (all) =>
      all.map((one) => one.getBoundingClientRect()).map((box) => [box.left, box.right]));
    assert.ok(ends.every(([from, to]) => from >= 0 && to <= 390 && to - from > 8), JSON.stringify(ends));
  }
  await shot(page, "phone-six-nodes");
  assert.deepEqual(page.errors, []);
});

test("on a phone a lane whose Pod finds no node keeps its name, stepper and reason on the screen", async () => {
  const text = `apiVersion: apps/v1
kind: Deployment
metadata: {name: picky}
spec:
  replicas: 2
  selector: {matchLabels: {app: picky}}
  template:
    metadata: {labels: {app: picky}}
    spec: {nodeSelector: {disk: ssd}, containers: [{name: app, image: nginx}]}
`;
  const page = await app.open({ viewport: { width: 390, height: 844 } }, (context) => context.addInitScript((text) => {
    for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(text));
  }, text));
  await page.locator(".tray__reason").waitFor({ timeout: 60000 });
  const boxes = await every(page, ".lane__name, .stepper, .lane__more, .tray__reason", (all) =>
    all.map((one) => one.getBoundingClientRect()).map((box) => [box.left, box.right]));
  assert.equal(boxes.length, 4);
  assert.ok(boxes.every(([from, to]) => from >= 0 && to <= 390 && to - from > 20), JSON.stringify(boxes));
  assert.deepEqual(page.errors, []);
});

test("at 400 % zoom the text, its problem and the fix are reached, and nothing runs out sideways", async () => {
  const page = await app.page({ viewport: { width: 320, height: 256 } });
  await page.locator(".tabbar button").nth(1).click();
  await write(page, (await text(page)).replace("serviceName", "servicename"));
  const fix = page.locator(".problem__fix");
  await fix.waitFor();
  const height = await page.locator(".cm-scroller").evaluate((one) => one.clientHeight);
  assert.ok(height >= 120, `${height} px of text`);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
  assert.equal(await page.locator(".problem .kbd").isVisible(), false, "a touch screen has no such key");
  await fix.click();
  await page.waitForFunction(() => document.querySelector("#manifest").value.includes("serviceName"));
});

test("whoever asks for contrast gets it", async () => {
  const line = (page) => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--line"));
  for (const colorScheme of ["light", "dark"]) {
    const [usual, more] = [await app.page({ colorScheme }), await app.page({ colorScheme, contrast: "more" })];
    assert.notEqual(await line(usual), await line(more));
    assert.deepEqual(await faults(more), []);
  }
});

test("a printed stage has no buttons, no ring, and says which run it is", async () => {
  const page = await app.page();
  await page.locator("[data-pod] button").first().click();
  await page.emulateMedia({ media: "print" });
  const seen = await page.evaluate(() => [".pod__deeds", ".stepper button", ".lane__more", ".printed"]
    .map((one) => document.querySelector(one)?.checkVisibility({ visibilityProperty: true }) ?? false));
  assert.deepEqual(seen, [false, false, false, true]);
  assert.match(await page.locator(".printed").innerText(), /Run A · \d\d:\d\d\.\d/);
  assert.equal(await page.locator('[data-selected="true"]').first().evaluate((one) => getComputedStyle(one).outlineStyle), "none");
});

test("an untouched example has its comments in the page's language", async () => {
  const page = await app.page({ locale: "zh-CN" });
  await arrived(page);
  assert.match(await text(page), /# 无头 Service/);
  await page.getByRole("button", { name: "EN", exact: true }).click();
  await page.waitForFunction(() => document.querySelector("#manifest").value.includes("# headless"));
  assert.equal(await page.locator(".apply__dot").count(), 0, "it is what runs");
});

test("from a dark tablet the ledger alone is printed, in ink on paper", async () => {
  const page = await running({ viewport: { width: 1024, height: 768 }, colorScheme: "dark" });
  await page.locator("#tab-ledger").click();
  await page.locator(".ledger").waitFor();
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const [dock, mark, ledger] = await page.evaluate(() => [
    document.querySelector(".view > .dock")?.checkVisibility() ?? false,
    getComputedStyle(document.documentElement).getPropertyValue("--keep-tint").trim(),
    document.querySelector(".ledger").checkVisibility(),
  ]);
  assert.deepEqual([dock, mark, ledger], [false, "#fff", true]);
});

test("on a phone a Pod's buttons stand at its own card, and lane heads and disks have their words whole", async () => {
  for (const [width, locale] of [[390, "en-US"], [360, "zh-CN"]]) {
    const page = await running({ viewport: { width, height: 844 }, hasTouch: true, locale });
    const cell = page.locator(".cell").filter({ has: page.locator('[data-pod][data-shape="a"]:nth-child(2)') }).first();
    await cell.locator("[data-pod] button").first().click();
    await page.waitForTimeout(700);
    const box = async (one) => (await one.boundingBox());
    const [own, next, deeds] = await Promise.all([cell.locator(".pod").first(), cell.locator(".pod").nth(1), cell.locator(".pod__deeds")].map(box));
    assert.ok(deeds.y >= own.y + own.height && deeds.y + deeds.height <= next.y, `${own.y} ${deeds.y} ${next.y}`);
    const cut = await every(page, ".lane__kind .dim, .disk__name, .disk__name > *, .disk__tag", (all) =>
      all.filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0).map((one) => one.innerText));
    assert.deepEqual(cut, [], `${width}`);
    const low = await every(page, ".lane__fold, .lane__name, .lane__more, .stepper button, .node__row button", (all) =>
      all.filter((one) => one.getBoundingClientRect().height < 39.5).map((one) => one.className));
    assert.deepEqual(low, []);
    await page.context().close();
  }
});

test("on a phone a notice does not lie on the sentence that is told large", async () => {
  const page = await running({ viewport: { width: 390, height: 844 }, hasTouch: true });
  await page.locator('.nodeslot[data-node="node-2"] [aria-haspopup="menu"]').click();
  await page.getByRole("menuitem", { name: /drain/i }).click();
  await page.locator(".toast.is-shown").waitFor({ timeout: 30000 });
  const [toast, now] = await Promise.all([".toast", ".now"].map((one) => page.locator(one).first().boundingBox()));
  assert.ok(toast.y + toast.height <= now.y || toast.y >= now.y + now.height, `${toast.y} ${now.y}`);
});

test("on a phone many Pods stay large enough for a finger and say which they are, two abreast", async () => {
  const many = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: kv}
spec:
  replicas: 12
  podManagementPolicy: Parallel
  serviceName: kv
  selector: {matchLabels: {app: kv}}
  template: {metadata: {labels: {app: kv}}, spec: {containers: [{name: app, image: nginx}]}}
`;
  const page = await app.open({ viewport: { width: 390, height: 844 } }, (context) => context.addInitScript((text) => {
    for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(text));
  }, many));
  await page.waitForFunction(() => document.querySelectorAll('.cell [data-pod][data-now="ready"]').length === 12,
    null, { timeout: 60000 });
  const boxes = await every(page, ".cell [data-pod] > button", (all) => all.map((one) => {
    const box = one.getBoundingClientRect();
    return [box.width, box.height, box.top, one.innerText];
  }));
  assert.ok(boxes.every(([width, height]) => width >= 40 && height >= 40), JSON.stringify(boxes));
  assert.ok(boxes.every(([, , , text]) => /^\d/.test(text)), JSON.stringify(boxes));
  const cell = await every(page, ".cell", (all) => [...all[0].querySelectorAll("[data-pod]")]
    .map((one) => Math.round(one.getBoundingClientRect().top)));
  assert.equal(new Set(cell).size, Math.ceil(cell.length / 2), cell.join());
  await shot(page, "phone-many-seats");
  assert.deepEqual(page.errors, []);
});

test("on a phone the badge of a Pod that is not replaced covers no word, and why? scrolls with the story", async () => {
  const page = await running({ locale: "zh-CN" });
  await page.locator('.nodeslot[data-node="node-2"] [aria-haspopup="menu"]').click();
  await page.getByRole("menuitem", { name: "让此节点故障" }).click();
  await page.getByText("100×", { exact: true }).first().click();
  await page.locator(".pod__stuck").waitFor({ timeout: 90000 });
  await page.locator(".deck__play").click();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForTimeout(800);
  const [badge, ...words] = await every(page, ".pod--b:has(.pod__stuck) :is(.pod__stuck, .pod__state, .pod__ip, b)", (all) => all
    .sort((a, b) => b.matches(".pod__stuck") - a.matches(".pod__stuck"))
    .map((one) => one.getBoundingClientRect().toJSON()).filter((one) => one.width > 1));
  assert.equal(words.length, 3);
  for (const word of words) assert.ok(word.bottom <= badge.top + 1 || word.right <= badge.left, JSON.stringify([word, badge]));
  await page.locator(".tabbar button").nth(2).click();
  await page.locator(".now .why").click();
  await page.locator(".whychain li:nth-child(3)").waitFor();
  const boxes = await every(page, ".now, .whychain, .choice", (all) => all
    .map((one) => [one.className, one.clientHeight, one.scrollHeight, one.getBoundingClientRect().top, one.getBoundingClientRect().bottom]));
  assert.ok(boxes.every(([, inside, content]) => content <= inside + 1), JSON.stringify(boxes));
  const [now, , choice] = boxes;
  assert.ok(choice[3] >= now[4], "what can be done stands below the whole chain");
});

test("what is said for a moment covers nothing that can be pressed, and goes with its view", async () => {
  for (const [width, height] of [[720, 420], [1024, 768], [390, 844]]) {
    const page = await running({ viewport: { width, height } });
    await page.locator('.nodeslot[data-node="node-1"] [aria-haspopup="menu"]').click();
    await page.getByRole("menuitem", { name: /drain/i }).click();
    await page.locator(".toast.is-shown").waitFor({ timeout: 30000 });
    await page.waitForTimeout(400);
    const covered = await page.evaluate(() => {
      const box = document.querySelector(".toast").getBoundingClientRect();
      const all = [...document.querySelectorAll("button, a, [role=slider], [data-disk]")].filter((one) => {
        const { left, top, right, bottom, width } = one.getBoundingClientRect();
        const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        return width > 1 && one.contains(there) && left < box.right && box.left < right && top < box.bottom && box.top < bottom;
      });
      return [...all.map((one) => one.title || one.innerText || one.className), ...box.left < 0 || box.right > innerWidth ? ["cut off"] : []];
    });
    assert.deepEqual(covered, [], `${width} by ${height}`);
    if (width > 400) await page.keyboard.press("2");
    else await page.locator(".tabbar button").nth(3).click();
    await page.locator(".ledger").first().waitFor();
    // By itself it would stay for longer.
    await page.locator(".toast.is-shown").waitFor({ state: "detached", timeout: 1500 });
    assert.deepEqual(page.errors, []);
  }
});

test("on a phone Pods show their addresses, and the clock its speed and the way back", async () => {
  for (const locale of ["en-US", "zh-CN"]) {
    const page = await running({ viewport: { width: 390, height: 844 }, hasTouch: true, locale });
    const addresses = await every(page, '[data-pod][data-now="ready"] .pod__ip', (all) =>
      all.map((one) => [one.innerText, one.getBoundingClientRect().width]));
    assert.equal(addresses.length, 7);
    // The last two numbers, behind a point that stands for the rest.
    assert.ok(addresses.every(([text, width]) => /^\d+\.\d+$/.test(text) && width > 15), JSON.stringify(addresses));
    await page.locator(".speedmenu").tap();
    await page.getByRole("option", { name: "20×" }).tap();
    await page.waitForFunction(() => document.querySelector(".speedmenu").innerText.includes("20×"));
    const [clock, button] = await page.evaluate(() => [".phone__clock .clock", ".speedmenu"]
      .map((one) => document.querySelector(one).getBoundingClientRect().toJSON()));
    assert.ok(button.height >= 44 && button.width >= 44 && button.left <= clock.left && button.right >= clock.right, "one place to press");
    const at = () => page.locator(".scrub__rail").getAttribute("aria-valuenow");
    const before = Number(await at());
    await page.getByRole("button", { name: locale === "en-US" ? "Previous event" : "上一事件" }).tap();
    await page.waitForFunction((before) => Number(document.querySelector(".scrub__rail").getAttribute("aria-valuenow")) < before, before);
    assert.deepEqual(await faults(page), []);
    await shot(page, `phone-clock-${locale}`);
    assert.deepEqual(page.errors, []);
  }
});

test("for how long a node is lost is read whole in an embed, and a Service's word on a tablet", async () => {
  for (const [width, height, locale] of [[720, 420, "en-US"], [720, 420, "zh-CN"], [560, 380, "en-US"]]) {
    const page = await running({ viewport: { width, height }, locale });
    await page.locator('.nodeslot[data-node="node-2"] [aria-haspopup="menu"]').click();
    await page.getByRole("menuitem", { name: locale === "en-US" ? "Fail this node" : /故障|失效/ }).click();
    for (let i = 0; i < 9; i++) { await page.keyboard.press("."); await page.waitForTimeout(100); }
    const word = page.locator('.nodeslot[data-node="node-2"] .node__word');
    await page.waitForFunction(() => /[1-9]:\d\d$/.test(document.querySelector('.nodeslot[data-node="node-2"] .node__word').textContent));
    assert.ok(await word.evaluate((one) => one.scrollWidth <= one.clientWidth), `${width} ${locale}`);
    assert.match(await word.textContent(), locale === "en-US" ? /^NotReady for \d+:\d\d$/ : /^NotReady 已 \d+:\d\d$/);
    await shot(page, `node-lost-${width}-${locale}`);
  }
  for (const [width, height] of [[820, 1180], [1024, 768], [1440, 900]]) {
    const page = await running({ viewport: { width, height } });
    const cut = await every(page, ".svc__name", (all) =>
      all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.innerText));
    assert.deepEqual(cut, [], `${width}`);
  }
});

test("on a phone nothing below moves when a Pod with a number is chosen, and its card stays in sight", async () => {
  const kv = (replicas) => `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: kv}
spec:
  replicas: ${replicas}
  podManagementPolicy: Parallel
  serviceName: kv
  selector: {matchLabels: {app: kv}}
  template: {metadata: {labels: {app: kv}}, spec: {containers: [{name: app, image: nginx}]}}
`;
  for (const [count, locale] of [[0, "en-US"], [0, "zh-CN"], [6, "en-US"], [12, "en-US"]]) {
    const page = await app.open({ viewport: { width: 390, height: 844 }, hasTouch: true, locale }, (context) => count && context.addInitScript((text) => {
      for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(text));
    }, kv(count)));
    await page.waitForFunction((count) => document.querySelectorAll('.cell [data-pod][data-now="ready"]').length >= count,
      count || 7, { timeout: 60000 });
    await page.waitForTimeout(500);
    const tops = () => every(page, ".nodeslot, .lane, .cell, .shelf, .phone__story", (all) =>
      all.map((one) => Math.round(one.getBoundingClientRect().top)));
    const before = await tops();
    await page.locator(".cell .podwrap--b button").nth(1).click();
    await page.locator(".pod__delete").waitFor();
    await page.waitForTimeout(500);
    assert.deepEqual(await tops(), before, `${count} ${locale}`);
    const seen = await page.evaluate(() => {
      const [card, deeds] = [".cell--picked [aria-pressed=true]", ".pod__deeds"].map((one) => document.querySelector(one).getBoundingClientRect());
      const all = [...document.querySelectorAll(".cell--picked [data-pod] > button, .cell--picked .seat > button")].map((one) => one.getBoundingClientRect());
      const buttons = [...document.querySelectorAll(".pod__deeds button")].map((one) => one.getBoundingClientRect().height);
      return { apart: all.every((one) => one.top >= deeds.bottom), low: Math.min(...all.map((one) => one.height)),
        least: Math.min(...buttons), words: document.querySelector(".cell--picked [aria-pressed=true]").innerText, card: card.height };
    });
    assert.ok(seen.apart && seen.low >= 31.5 && seen.least >= 31.5 && (count ? /\d/ : /\d[^]*(Ready|就绪)/).test(seen.words), JSON.stringify(seen));
    await shot(page, `phone-picked-${count}-${locale}`);
    assert.deepEqual(page.errors, []);
    await page.context().close();
  }
});

test("on a phone dots are as far apart as fingertips", async () => {
  const page = await app.open({ viewport: { width: 390, height: 844 }, hasTouch: true }, (context) => context.addInitScript((text) => {
    for (const key of ["podium.text", "podium.applied"]) localStorage.setItem(key, JSON.stringify(text));
  }, deployment("web", 40)));
  await page.waitForFunction(() => document.querySelectorAll('.cell [data-pod][data-now="ready"]').length === 40, null, { timeout: 60000 });
  await page.locator(".zoomrow button").last().click();
  await page.locator(".cell .dotpod").first().waitFor();
  await page.waitForTimeout(800);
  const near = await every(page, ".cell .dotpod, .cell .dotseat", (all) => {
    const at = all.map((one) => one.getBoundingClientRect()).map((one) => [(one.left + one.right) / 2, (one.top + one.bottom) / 2, one.width, one.matches?.(".dotseat")]);
    const low = all.filter((one) => one.matches(".dotpod")).map((one) => Math.min(one.offsetWidth, one.offsetHeight));
    const far = at.flatMap(([x, y], here) => at.slice(here + 1).map(([a, b]) => Math.hypot(x - a, y - b)));
    return [Math.min(...low), Math.min(...far)];
  });
  assert.ok(near[0] >= 24 && near[1] >= 23.5, near.join());
  await shot(page, "phone-dots");
  assert.deepEqual(page.errors, []);
});

test("in forced colours the lines of what is chosen have a ring in the text", async () => {
  const page = await running({ forcedColors: "active" });
  await arrived(page);
  const lines = () => every(page, ".cm-line", (all) => all.map((one) => Math.round(one.getBoundingClientRect().height * 10) / 10));
  const before = await lines();
  await page.locator(".lane__name").first().click();
  await page.locator(".cm-line.ln--first").waitFor();
  const ring = await page.evaluate(() => {
    const of = (selector, name, pseudo) => getComputedStyle(document.querySelector(selector), pseudo)[name];
    return [of(".cm-line.ln--first", "borderTopWidth"), of(".cm-gutterElement.ln--first", "borderTopWidth"),
      of(".cm-line.ln--last", "borderBottomWidth"), of(".cm-gutterElement.ln--last", "borderBottomWidth"),
      of(".cm-line.ln--sel", "width", "::after"), of(".cm-ln .ln--sel", "outlineWidth", "::before")];
  });
  assert.deepEqual(ring, Array(6).fill("2px"));
  const edge = await page.evaluate(() => {
    const of = (one, pseudo) => getComputedStyle(document.querySelector(one), pseudo);
    return of(".cm-line.ln--sel", "::after").backgroundColor !== of(".cm-editor").backgroundColor;
  });
  assert.ok(edge, "the right side can be seen");
  assert.deepEqual(await lines(), before, "no line becomes higher");
  await shot(page, "forced-ring");
  assert.deepEqual(page.errors, []);
});
