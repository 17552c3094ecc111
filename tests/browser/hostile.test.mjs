// Texts, storages and addresses that no one planned for: nothing hangs, breaks or is lost.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { arrived, root, shot, start, text, write } from "./harness.mjs";

let app;
before(async () => { app = await start(); });
after(async () => { await app.stop(); });

async function editor(options, prepare) {
  const page = await app.page(options, prepare);
  await arrived(page);
  return page;
}

const settings = (at) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings-${at}
data:
  key: value of ${at}
---
`;
const many = (count) => Array.from({ length: count }, (_, at) => settings(at)).join("");
const megabytes = many(26_000);

// Applies a text and waits for what the line or the panel under it says.
async function answer(page, words) {
  await write(page, words);
  await page.locator("#manifest").press("Control+Enter");
  const told = page.locator(".editor__body ~ .notice, .editor__body ~ .problem");
  await told.waitFor({ timeout: 60000 });
  return told.innerText();
}

const replaceAll = async (page, type, words) => {
  await page.locator("#manifest").focus();
  await page.keyboard.press("Control+a");
  if (type === "insert") return page.keyboard.insertText(words);
  return page.evaluate((words) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", words);
    const paste = { clipboardData, bubbles: true, cancelable: true };
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", paste));
  }, words);
};

for (const type of ["paste", "insert"]) {
  test(`two megabytes come in at once by ${type}, are typed in and kept`, { timeout: 120000 }, async () => {
    const page = await editor();
    assert.ok(megabytes.length > 2_000_000);
    await replaceAll(page, type, megabytes);
    await page.keyboard.press("Control+End");
    await page.keyboard.type("# the end");
    assert.ok(await text(page) === `${megabytes}# the end`, "every letter is there");
    // Letters that came half a second apart are taken back one by one: so much lies between them
    // where the machine is busy.
    for (let letters = "# the end".length; letters >= 0; letters -= 1) {
      await page.keyboard.press("Control+z");
      if ((await text(page)).length < 100_000) break;
    }
    assert.ok((await text(page)).startsWith("apiVersion: apps/v1"), "it is undone");
    assert.deepEqual(page.errors, []);
  });
}

test("what was typed into a long text just before a reload is kept", async () => {
  const page = await editor();
  const long = many(800);
  await replaceAll(page, "paste", long);
  await page.waitForFunction((length) => localStorage.getItem("podium.text")?.length > length, long.length);
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("# hot");
  await page.reload();
  await arrived(page);
  assert.ok(await text(page) === `# hot${long}`);
  await page.keyboard.press("Escape");
  assert.deepEqual(page.errors, []);
});

test("a thousand documents, an alias bomb and a well of brackets are answered", { timeout: 180000 }, async () => {
  const page = await editor();
  assert.match(await answer(page, many(1000)), /1000 objects: .* and 992 more/);
  const levels = [..."abcdefghi"];
  const bomb = levels.map((name, at) => at === 0 ? "a: &a [x,x,x,x,x,x,x,x,x]"
    : `${name}: &${name} [${Array(9).fill(`*${levels[at - 1]}`).join(",")}]`);
  const head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n";
  assert.match(await answer(page, `${head}${bomb.join("\n")}\n`), /the document is too large/);
  assert.match(await answer(page, `${head}data: ${"[".repeat(50_000)}`), /nested too deeply/);
  assert.match(await answer(page, `${head}data: {a: !!binary "\u0000\uffff"}\n`), /./);
  assert.deepEqual(page.errors, []);
});

const workload = (at) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: many-${at}}
spec:
  replicas: 1
  selector: {matchLabels: {app: many-${at}}}
  template:
    metadata: {labels: {app: many-${at}}}
    spec: {containers: [{name: app, image: nginx}]}
---
`;

test("a thousand workloads are applied while the page stays in hand", { timeout: 180000 }, async () => {
  const page = await editor();
  const text = Array.from({ length: 1000 }, (_, at) => workload(at)).join("");
  await write(page, text);
  await page.waitForTimeout(3000);
  const now = () => page.locator(".scrub__rail").getAttribute("aria-valuenow").then(Number);
  const said = (words) => page.waitForFunction((words) =>
    document.querySelector(".notice")?.textContent.includes(words), words, { timeout: 60000 });
  await page.evaluate(() => {
    globalThis.drawn = 0;
    const count = () => { drawn += 1; requestAnimationFrame(count); };
    document.querySelector(".apply").click();
    requestAnimationFrame(count);
  });
  await said("1000 objects");
  assert.ok(await page.evaluate(() => drawn) > 4, "frames are drawn while it is applied");
  // What is asked in the middle of it finds everything applied, at one moment.
  await page.locator(".deck__play").click();
  await page.getByRole("button", { name: "Play" }).waitFor();
  const before = await now();
  await write(page, text.replaceAll("replicas: 1", "replicas: 0"));
  await page.waitForTimeout(3000);
  await page.evaluate(() => {
    document.querySelector(".apply").click();
    document.querySelectorAll(".deck__step")[0].click();
  });
  await said("and 992 more");
  assert.ok(await now() <= before, "a step back, once all was applied");
  assert.deepEqual(page.errors, []);
});

test("of many workloads the stage draws the first and says how many more run", { timeout: 120000 }, async () => {
  const page = await editor();
  await answer(page, Array.from({ length: 198 }, (_, at) => workload(at)).join(""));
  await page.locator(".morelanes", { hasText: "160 more workloads run." }).waitFor();
  assert.equal(await page.locator("[data-lane]").count(), 40);
  await page.getByRole("button", { name: "Show 40 more" }).click();
  await page.locator(".morelanes", { hasText: "120 more workloads run." }).waitFor();
  assert.equal(await page.locator("[data-lane]").count(), 80);
  await shot(page, "many-workloads");
  assert.deepEqual(page.errors, []);
});

test("the longest names that Kubernetes allows widen nothing", async () => {
  const page = await editor();
  const [name, set, claim] = ["n".repeat(253), "d".repeat(52), "v".repeat(63)];
  const pods = (app) => `{matchLabels: {app: ${app}}}\n  template:\n    metadata: {labels: {app: ${app}}}
    spec: {containers: [{name: ${"c".repeat(63)}, image: nginx, volumeMounts: [{name: ${claim}, mountPath: /x}]}]`;
  const long = `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: 3
  selector: ${pods("w").replace(/, volumeMounts.*$/, "}]")}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ${set}}
spec:
  replicas: 3
  serviceName: ${claim}
  selector: ${pods("d")}}
  volumeClaimTemplates:
  - metadata: {name: ${claim}}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`;
  assert.match(await answer(page, long), /2 objects/);
  await page.getByText("20×", { exact: true }).first().click();
  await page.waitForFunction(() =>
    document.querySelectorAll('[data-pod][data-now="ready"]').length >= 6, null, { timeout: 60000 });
  for (const view of ["1", "2", "3"]) {
    await page.keyboard.press("Escape");
    await page.keyboard.press(view);
    await page.waitForTimeout(300);
    const wide = await page.evaluate(() => {
      const inner = [...document.querySelectorAll(".main, .pane, .transport")];
      return document.documentElement.scrollWidth > innerWidth
        || inner.some((one) => one.getBoundingClientRect().right > innerWidth + 1);
    });
    assert.ok(!wide, `view ${view} keeps to the window`);
    await shot(page, `long-names-${view}`);
  }
  assert.deepEqual(page.errors, []);
});

test("a node that is removed twice is gone, and the page goes on", async () => {
  const page = await app.page();
  await page.waitForFunction(() =>
    document.querySelectorAll('[data-pod][data-now="ready"]').length >= 7, null, { timeout: 60000 });
  await page.locator('[data-node="node-2"] [aria-haspopup="menu"]').click();
  // Two clicks before the page has drawn the first one's effect.
  await page.getByRole("menuitem", { name: /remove/i }).evaluate((one) => { one.click(); one.click(); });
  await page.waitForFunction(() => !document.querySelector('.nodeslot[data-node="node-2"]'));
  assert.equal(await page.locator(".nodeslot").count(), 2);
  await page.waitForFunction(() =>
    document.querySelectorAll('[data-pod][data-now="ready"]').length >= 5, null, { timeout: 60000 });
  assert.deepEqual(page.errors, []);
});

test("each of two tabs finds its own text after a reload, and a new tab the newest", async () => {
  const page = await editor();
  await write(page, `# A\n${settings(1)}`);
  const other = await page.context().newPage();
  await other.goto(app.address);
  await arrived(other);
  await write(other, `# B\n${settings(2)}`);
  for (const one of [other, page, other]) {
    await one.bringToFront();
    await one.reload();
    await arrived(one);
    assert.equal(await text(one), one === page ? `# A\n${settings(1)}` : `# B\n${settings(2)}`);
  }
  const third = await page.context().newPage();
  await third.goto(app.address);
  await arrived(third);
  assert.match(await text(third), /^# [AB]\n/);
});

const forbidden = () => Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("denied", "SecurityError"); },
});
const full = () => {
  Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
};

// What was typed is there after a reload, though the keys had no rest before it.
async function outlivesReload(page) {
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("# mine\n");
  const before = await text(page);
  page.on("dialog", (dialog) => { page.errors.push(dialog.type()); dialog.accept(); });
  await page.reload();
  await arrived(page);
  assert.equal(await text(page), before);
  await page.reload();
  await arrived(page);
  assert.equal(await text(page), before);
  assert.deepEqual(page.errors, []);
}

test("where the storage is forbidden the page works, says so, and a reload loses nothing", async () => {
  const page = await editor({}, (context) => context.addInitScript(forbidden));
  await page.locator(".notice").waitFor();
  assert.match(await page.locator(".notice").innerText(), /keep|stor/i);
  await write(page, settings(1));
  await page.locator("#manifest").press("Control+Enter");
  await page.getByText(/settings-1 created/).first().waitFor();
  await outlivesReload(page);
});

test("where the storage is full the page says so beside a problem, and a reload loses nothing", async () => {
  const page = await editor({}, (context) => context.addInitScript(full));
  await write(page, `${settings(1)}nonsense: 1\n`);
  await page.locator(".problem").waitFor();
  await page.locator(".notice").waitFor();
  assert.match(await page.locator(".notice").innerText(), /full|room/i);
  await outlivesReload(page);
});

test("where nothing can hold the text the page says so and asks before it goes", async () => {
  const page = await editor({}, (context) => context.addInitScript(() => {
    Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
    history.replaceState = () => { throw new DOMException("too large", "DataCloneError"); };
  }));
  await write(page, settings(1));
  await page.locator(".notice").waitFor();
  assert.match(await page.locator(".notice").innerText(), /download/);
  // A browser asks for nobody who has done nothing.
  await page.locator("#manifest").click();
  const asked = page.waitForEvent("dialog");
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  assert.equal(dialog.type(), "beforeunload");
  await dialog.dismiss();
  assert.equal(await text(page), settings(1));
});

test("rubbish in the address and in the storage is no obstacle", async () => {
  const page = await editor({}, (context) => context.addInitScript(() => {
    if (location.hash === "") location.hash = "#%E0%A4%A&v=�%00/../<script>alert(1)</script>";
    for (const key of ["example", "lang", "theme", "single-keys", "view", "lanes", "scale"]) {
      localStorage.setItem(`podium.${key}`, '"\\u0000{[rubbish');
    }
    localStorage.setItem("podium.text", "no JSON");
    localStorage.setItem("podium.applied", "7");
  }));
  assert.match(await text(page), /kind: Deployment/);
  assert.ok(await page.locator("[data-pod]").count() > 0);
  // What ran before can't be read any more: the text is there, and the panel says what is wrong.
  await page.addInitScript(() => {
    localStorage.setItem("podium.text", '"\\tapiVersion: ["');
    localStorage.setItem("podium.applied", '"\\tapiVersion: ["');
  });
  await page.reload();
  await arrived(page);
  assert.equal(await text(page), "\tapiVersion: [");
  await page.locator(".problem").waitFor();
  assert.deepEqual(page.errors, []);
});

test("after a breakdown the seed and every step are there to copy, run again, and the text is kept", { timeout: 120000 }, async () => {
  const page = await editor({ permissions: ["clipboard-read", "clipboard-write"] });
  await page.waitForFunction(() =>
    document.querySelectorAll('[data-pod][data-now="ready"]').length >= 7, null, { timeout: 60000 });
  const pod = page.locator("[data-pod]").filter({ hasText: "db-1" }).first();
  await pod.click();
  await pod.press("Delete");
  await page.waitForFunction(() => document.body.innerText.includes("db-1 → db-1"), null,
    { timeout: 60000 });
  await page.locator('[data-node="node-2"] [aria-haspopup="menu"]').first().click();
  await page.getByRole("menuitem", { name: /^cordon/i }).click();
  await write(page, (await text(page)).replace("replicas: 4", "replicas: 5"));
  await page.locator("#manifest").press("Control+Enter");
  await page.waitForFunction(() => document.querySelectorAll("[data-pod]").length >= 8);
  await page.locator("#manifest").press("Control+Home");
  await page.keyboard.type("# mine\n");
  // The page is to come upon a document that it cannot draw in.
  await page.evaluate(() => {
    Node.prototype.insertBefore = Node.prototype.removeChild = () => { throw new Error("broken"); };
    document.activeElement.blur();
  });
  await page.keyboard.press("2");
  await page.locator(".crash").waitFor();
  const details = await page.locator(".crash__details").innerText();
  assert.match(details, /Seed: 1\n/);
  assert.match(details, /^0s apply 1\.yaml\n[0-9.]+s delete pod db-1\n[0-9.]+s cordon node-2\n[0-9.]+s apply 2\.yaml$/m);
  assert.ok(details.includes("Your text, not applied\n# mine\n"), "what was typed since");
  await shot(page, "crash");
  await page.getByRole("button", { name: "Copy the details" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), details.replace(/\n?$/, "\n"));
  assert.match(details, /##### Reason\npanicked at /);

  const folder = mkdtempSync(join(tmpdir(), "podium-"));
  const [head, ...files] = details.split(/^##### /m);
  for (const file of files) {
    const end = file.indexOf("\n");
    if (/^\S+$/.test(file.slice(0, end))) writeFileSync(join(folder, file.slice(0, end)), file.slice(end + 1));
  }
  const words = /^podium (run .*)$/m.exec(head)[1].split(" ");
  const binary = [process.env.CARGO_TARGET_DIR, join(root, "target")].filter(Boolean)
    .map((one) => join(one, "debug", "podium")).find(existsSync);
  const told = execFileSync(binary, words, { cwd: folder }).toString();
  for (const said of ["You deleted db-1", "You cordoned node-2", "db-1 comes back"]) {
    assert.ok(told.includes(said), `${said} is not in ${told.slice(0, 2000)}`);
  }

  await page.getByRole("button", { name: /^Start again/ }).click();
  await page.getByRole("tab", { name: "Stage" }).click();
  await arrived(page);
  assert.ok((await text(page)).startsWith("# mine\n"));
  // What ran runs again from its start, as it does when the page is opened.
  await page.waitForFunction(() => document.querySelectorAll("[data-pod]").length >= 8);
  assert.equal(await page.locator(".apply__dot").count(), 1, "what was typed since is not applied");
});

test("a text that breaks the page by itself runs once more, and then waits to be applied", async () => {
  for (const [options, words] of [[{}, "your text is not applied"], [{ viewport: { width: 390, height: 844 }, locale: "zh-CN" }, "还没有应用你的清单"]]) {
    const page = await app.page(options);
    for (const is_again of [false, true]) {
      await page.waitForFunction(() => window.wasmBindings && document.querySelector("[data-pod]"));
      if (is_again) assert.equal(await page.getByText(words).count(), 0);
      await page.evaluate(() => {
        Node.prototype.insertBefore = Node.prototype.removeChild = () => { throw new Error("broken"); };
      });
      await page.keyboard.press("?");
      await page.locator(".crash").waitFor();
      await page.locator(".crash .btn--solid").click();
    }
    await page.waitForFunction(() => window.wasmBindings && !document.querySelector(".crash"));
    await page.locator(".toast, .notice__text").filter({ hasText: words }).first().waitFor();
    assert.equal(await page.locator("[data-pod]").count(), 0);
    await page.locator(".story__empty").first().waitFor();
    await shot(page, `not-applied-${options.locale ?? "en"}`);
    if (options.viewport) await page.locator(".tabbar button").nth(1).click();
    await arrived(page);
    assert.ok((await text(page)).includes("kind: StatefulSet"));
    await page.locator("#manifest").press("Control+Enter");
    await page.waitForFunction((words) => !document.querySelector(".notice__text")?.innerText.includes(words), words);
  }
});
