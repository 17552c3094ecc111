// What a person does in the editor, and what they must see then.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { bundle, target } from "./bundle.mjs";
import { arrived, dist, every, faults, root, shot, start, text, write } from "./harness.mjs";

let app;
before(async () => { app = await start(); });
after(async () => { await app.stop(); });

const example = readFileSync(join(root, "static/examples/web-and-database.yaml"), "utf8");
const web = example.slice(0, example.indexOf("---\n"));

async function editor(options) {
  const page = await app.page(options);
  await arrived(page);
  return page;
}

// Puts the caret behind the first place where the words stand.
async function caretBehind(page, words) {
  const at = (await text(page)).indexOf(words) + words.length;
  await page.locator("#manifest").focus();
  await page.keyboard.press("Control+Home");
  for (let step = 0; step < at; step += 1) await page.keyboard.press("ArrowRight");
}

test("the bundle is what the lock file builds", async () => {
  assert.ok(await bundle() === readFileSync(target, "utf8"), "run node tests/browser/bundle.mjs");
});

test("what is typed before CodeMirror arrives is there afterwards, and so is the caret", async () => {
  let release;
  const held = new Promise((go) => { release = go; });
  const page = await app.page({}, (context) => context.route("**/editor.js*", async (route) => {
    await held;
    await route.continue();
  }));
  const area = page.locator("textarea#manifest");
  await area.focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.insertText("# typed early\n");
  release();
  await arrived(page);
  assert.equal(await text(page), `# typed early\n${example}`);
  await page.keyboard.type("# and on\n");
  assert.equal(await text(page), `# typed early\n# and on\n${example}`);
  assert.deepEqual(page.errors, []);
});

test("E goes to the beginning of the text, and later to where the caret was", async () => {
  const page = await app.page();
  await arrived(page);
  await page.keyboard.press("e");
  await page.waitForFunction(() => document.activeElement?.id === "manifest");
  await page.keyboard.type("# first");
  assert.ok((await text(page)).startsWith("# first"));
  await page.keyboard.press("Enter");
  await page.keyboard.type("# second");
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("e");
  await page.keyboard.type("!");
  assert.ok((await text(page)).startsWith("# first\n# second!"));
  assert.deepEqual(page.errors, []);
});

test("a line that differs from what was applied has its mark in the margin", async () => {
  const page = await app.page();
  await arrived(page);
  await page.locator("#manifest").press("Control+Home");
  for (let line = 1; line < 6; line += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
  await page.keyboard.type("1");
  const mark = page.locator(".cm-ln .ln--changed");
  await mark.waitFor();
  assert.equal(await mark.innerText(), "6");
  // Nothing around the mark cuts it off.
  const isSeen = await mark.evaluate((one) => {
    const style = getComputedStyle(one, "::after");
    const area = one.getBoundingClientRect();
    const x = area.right - parseFloat(style.right);
    for (let up = one.parentElement; !up.matches(".cm-scroller"); up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== "visible" && x > up.getBoundingClientRect().right) return false;
    }
    return style.content !== "none" && parseFloat(style.width) >= 2;
  });
  assert.ok(isSeen);
});

test("where lines are gone a wedge stands between those around them", async () => {
  const page = await editor();
  await write(page, example.replace("  replicas: 4\n", "").trimEnd().replace(/\n[^\n]*$/, ""));
  const [middle, end] = [page.locator(".cm-ln .ln--gone"), page.locator(".cm-ln .ln--gone-below")];
  await middle.waitFor();
  const at = example.slice(0, example.indexOf("  replicas: 4")).split("\n").length;
  assert.deepEqual(await middle.allInnerTexts(), [String(at)]);
  assert.equal(await page.locator(".cm-ln .ln--changed").count(), 0);
  await page.keyboard.press("Control+End");
  await end.waitFor();
  assert.equal(await end.innerText(), String((await text(page)).split("\n").length));
  const wedge = (mark) => mark.evaluate((one) => {
    const [style, area] = [getComputedStyle(one, "::after"), one.getBoundingClientRect()];
    return style.content === "none" ? null : { top: parseFloat(style.top), height: area.height };
  });
  const [above, below] = [await wedge(middle), await wedge(end)];
  assert.ok(above.top < 0 && above.top > -8 && below.top > below.height - 8, JSON.stringify([above, below]));
  await shot(page, "editor-gone");
});

test("without its bundle the plain editor stays and works", async () => {
  const page = await app.page({}, (context) => context.route("**/editor.js*", (route) => route.abort()));
  await page.waitForTimeout(500);
  await page.locator("textarea#manifest").fill(web.replace("replicas: 4", "replicas: 1"));
  await page.locator("textarea#manifest").press("Control+Enter");
  await page.waitForFunction(() => document.body.innerText.includes("configured")
    || [...document.querySelectorAll("[data-pod]")].length <= 5, null, { timeout: 20000 });
  assert.deepEqual(page.errors, []);
});

test("the colours are the design's in both themes, and switch at once", async () => {
  const page = await editor({ colorScheme: "light" });
  const colour = (selector) => page.locator(selector).first().evaluate((one) => getComputedStyle(one).color);
  assert.equal(await colour(".cm-line .y-k"), "rgb(43, 58, 75)");
  assert.equal(await colour(".cm-line .y-n"), "rgb(138, 75, 0)");
  await page.locator("#manifest").press("Escape");
  await page.keyboard.press("t");
  assert.equal(await colour(".cm-line .y-k"), "rgb(199, 214, 228)");
  const bar = (line) => page.locator(".cm-ln .cm-gutterElement").filter({ hasText: new RegExp(`^${line}$`) })
    .evaluate((one) => one.className);
  assert.match(await bar(1), /ln--a/);
  assert.match(await bar(22), /ln--b/);
  assert.doesNotMatch(await bar(20), /ln--[ab]/);
});

test("Escape and then Tab leave the editor; Tab alone indents", async () => {
  const page = await editor();
  await caretBehind(page, "replicas:");
  await page.keyboard.press("Home");
  await page.keyboard.press("Tab");
  assert.ok((await text(page)).includes("\n    replicas: 4"));
  await page.keyboard.press("Control+z");
  assert.equal(await text(page), example);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  const left = await page.evaluate(() => document.activeElement.closest(".cm-editor") === null);
  assert.ok(left, "the focus is elsewhere");
  assert.equal(await text(page), example);
});

test("a new line goes on where the one above began", async () => {
  const page = await editor();
  await write(page, "");
  await page.keyboard.type("spec:\nreplicas: 1\ncontainers:\n- name: a\nimage: b");
  assert.equal(await text(page), "spec:\n  replicas: 1\n  containers:\n    - name: a\n      image: b");
});

test("search speaks the page's language and finds", async () => {
  const page = await editor({ locale: "zh-CN" });
  await page.locator("#manifest").focus();
  await page.keyboard.press("Control+f");
  await page.getByPlaceholder("查找").pressSequentially("StatefulSet");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".cm-searchMatch-selected");
  await shot(page, "editor-search-zh");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".cm-search").count(), 0);
});

const options = (page) => page.locator(".cm-tooltip-autocomplete li").allInnerTexts();

test("fields, values and the cluster's names are suggested, and a key takes them", async () => {
  const page = await editor();
  await caretBehind(page, "serviceName: db");
  await page.keyboard.press("Enter");
  await page.keyboard.type("podM");
  await page.waitForSelector(".cm-tooltip-autocomplete");
  assert.match((await options(page))[0], /podManagementPolicy[\s,]*string/);
  await shot(page, "editor-complete");
  await page.waitForTimeout(100);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => [...document.querySelectorAll(".cm-tooltip-autocomplete li")]
    .some((one) => one.innerText.includes("Parallel")));
  await page.keyboard.type("Par");
  await page.waitForTimeout(300);
  // Of a word of which no more is known no card repeats it.
  assert.equal(await page.locator(".cm-completionInfo").count(), 0);
  await page.keyboard.press("Enter");
  assert.ok((await text(page)).includes("\n  podManagementPolicy: Parallel"));
  await write(page, "apiVersion: apps/v1\nkind: StatefulSet\nspec:\n  serviceName: ");
  await page.keyboard.press("Control+Space");
  await page.waitForFunction(() => [...document.querySelectorAll(".cm-tooltip-autocomplete li")]
    .some((one) => /db[\s,]*in the cluster/.test(one.innerText)));
  assert.deepEqual(page.errors, []);
});

test("a manifest is typed by hand, with Enter after each whole word", async () => {
  const page = await editor();
  await write(page, "");
  for (const [begun, rest] of [["kind: Dep", "loyment"], ["apiVersion: ap", "ps/v1"], ["metadata:", ""], ["name: web", ""]]) {
    await page.keyboard.type(begun);
    // The list stays open until the very word stands there.
    if (rest) await page.waitForSelector(".cm-tooltip-autocomplete");
    await page.keyboard.type(rest);
    await page.waitForTimeout(100);
    await page.keyboard.press("Enter");
  }
  await page.keyboard.type("x");
  assert.equal(await text(page), "kind: Deployment\napiVersion: apps/v1\nmetadata:\n  name: web\n  x");
  // What was chosen in the list is taken, though the word is whole.
  await write(page, "apiVersion: v1\n");
  await page.keyboard.type("kind: Po");
  await page.waitForSelector(".cm-tooltip-autocomplete li:nth-child(2)");
  await page.keyboard.type("d");
  await page.waitForTimeout(100);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.match(await text(page), /^apiVersion: v1\nkind: (?!Pod\n)\w+$/);
  assert.deepEqual(page.errors, []);
});

test("a list that is typed by hand goes on with its next item, and an item with its next key", async () => {
  const page = await editor();
  const base = "kind: Pod\nspec:\n  containers:\n  - name: c\n    ";
  const typed = async (...lines) => {
    await write(page, base);
    for (const [at, line] of lines.entries()) {
      if (at > 0) await page.keyboard.press("Enter");
      // A key is named with < and > around it.
      for (const word of line.split(/<|>/)) {
        if (/^(Backspace|Shift\+Tab)$/.test(word)) await page.keyboard.press(word);
        else await page.keyboard.type(word);
      }
      await page.keyboard.press("Escape");
      await page.locator("#manifest").focus();
    }
    return (await text(page)).slice(base.length).split("\n").map((line) => line.replace(/^ {4}/, ""));
  };
  const args = ["args:", "- a", "- \"b: c\"", "- {d: e}", "<Backspace>image: f"];
  assert.deepEqual(await typed(...args), ["args:", "  - a", "  - \"b: c\"", "  - {d: e}", "image: f"]);
  for (const back of ["Backspace", "Shift+Tab"]) {
    const env = ["env:", "- name: x", "value: y", `<${back}>- name: z`, "value: w"];
    const wanted = ["env:", "  - name: x", "    value: y", "  - name: z", "    value: w"];
    assert.deepEqual(await typed(...env), wanted);
  }
  assert.deepEqual(await typed("args:", "- |", "echo"), ["args:", "  - |", "    echo"]);
  assert.deepEqual(page.errors, []);
});

test("suggestions and what is said of them are words apart for ears", async () => {
  const page = await editor();
  await write(page, "apiVersion: apps/v1\nkind: Deployment\nspec:\n  ");
  await page.keyboard.type("rep");
  const option = page.getByRole("option", { name: /^replicas ?, integer/ });
  await option.first().waitFor();
  await page.waitForSelector(".cm-completionInfo");
  const told = await page.locator(".cm-completionInfo .tip").evaluate((one) => one.textContent);
  assert.match(told, /^replicas\. How many Pods [^.]*\. .* default: 1\. $/);
  assert.doesNotMatch(told, /\.[A-Za-z]|[a-z]default/, told);
});

test("between quotes and in JSON suggestions are as the text is written", async () => {
  const page = await editor();
  await write(page, "");
  await page.keyboard.type("kind: \"Dep");
  await page.waitForSelector(".cm-tooltip-autocomplete");
  await page.waitForTimeout(100);
  await page.keyboard.press("Enter");
  assert.equal(await text(page), "kind: \"Deployment\"");
  await write(page, "");
  await page.keyboard.type("{\"kin");
  await page.waitForSelector(".cm-tooltip-autocomplete");
  await page.waitForTimeout(100);
  await page.keyboard.press("Enter");
  await page.keyboard.type("Po");
  await page.waitForSelector(".cm-tooltip-autocomplete");
  await page.waitForTimeout(100);
  await page.keyboard.press("Enter");
  await page.keyboard.type(", \"spe");
  await page.waitForSelector(".cm-tooltip-autocomplete");
  await page.waitForTimeout(100);
  await page.keyboard.press("Enter");
  await page.keyboard.type("\"conta");
  await page.waitForSelector(".cm-tooltip-autocomplete");
  await page.waitForTimeout(100);
  await page.keyboard.press("Enter");
  assert.equal(await text(page), "{\"kind\": \"Pod\", \"spec\": {\"containers\": []}}");
  assert.deepEqual(page.errors, []);
});

test("a field is explained under the pointer and with a key, in the page's language", async () => {
  const page = await editor({ locale: "zh-CN" });
  await page.locator(".cm-line").filter({ hasText: "serviceName" }).locator(".y-k").first().hover();
  await page.waitForSelector(".tip");
  assert.match(await page.locator(".tip").innerText(), /serviceName[\s\S]*无头 Service/);
  await shot(page, "editor-hover-zh");
  await page.mouse.move(900, 500);
  await caretBehind(page, "replic");
  await page.keyboard.press("Control+i");
  await page.waitForFunction(() => /replicas[\s\S]*默认值：1/.test(document.querySelector(".tip")?.innerText ?? ""));
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.querySelector(".tip") === null);
  assert.deepEqual(page.errors, []);
});

test("what is wrong is told while typing, with its code, its fix and its reasons", async () => {
  const page = await editor();
  await caretBehind(page, "serviceN");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("n");
  await page.keyboard.press("Escape");
  await page.waitForSelector(".problem");
  const told = await page.locator(".problem").innerText();
  for (const word of ["Unknown field", "POD-F001", "spec.servicename is not a field of StatefulSet", "26:3"]) {
    assert.ok(told.includes(word), `${word}: ${told}`);
  }
  await page.locator(".problem .why").click();
  assert.match(await page.locator(".problem").innerText(), /strict server/);
  await page.waitForSelector(".cm-line.ln--err");
  await shot(page, "editor-problem");
  await page.getByText("中文").click();
  await page.waitForFunction(() => document.querySelector(".problem").innerText.includes("未知字段"));
  await shot(page, "editor-problem-zh");
  await page.getByRole("button", { name: "改为 serviceName" }).click();
  await page.waitForFunction(() => document.querySelector(".problem") === null);
  assert.equal(await text(page), example);
});

test("each slip has a fix that mends it, and a fix can be undone", async () => {
  const page = await editor();
  const bare = web.slice(0, web.indexOf("          resources"));
  for (const [code, bad, wanted = web] of [
    ["POD-Y003", web.replace("  replicas", "\treplicas")],
    ["POD-Y005", web.replace("replicas: 4", "replicas：4")],
    ["POD-Y006", web.replace("replicas: 4", "replicas:4")],
    ["POD-Y002", web.replace("  replicas", "   replicas")],
    ["POD-K003", web.replace("apps/v1", "v1")],
    ["POD-K006", web.replace("Deployment", "Deploymnt")],
    ["POD-F001", web.replace("  name: web", "name: web")],
    ["POD-F001", bare.replace(/          image.*/s, (rest) => rest.replace(/^    /gm, "")), bare],
    ["POD-V002", web.replace("labels: {app: web}", "labels: {app: wep}")],
  ]) {
    await write(page, bad);
    await page.waitForFunction((code) => document.querySelector(".problem")?.innerText.includes(code), code);
    await page.locator("#manifest").press("Control+.");
    await page.waitForFunction((good) => document.querySelector("#manifest").value === good, wanted);
    await page.waitForFunction(() => document.querySelector(".problem") === null);
    await page.locator("#manifest").press("Control+z");
    assert.equal(await text(page), bad, code);
  }
});

test("marks and the dot tell of the run and the moment on screen", async () => {
  const page = await editor();
  const dot = page.locator(".apply__dot");
  const there = (is) => dot.waitFor({ state: is ? "visible" : "detached" });
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("f");
  await page.getByText("Run B goes on from here. Run A is kept.").waitFor();
  await write(page, example.replace("replicas: 4", "replicas: 2"));
  await there(true);
  await page.locator("#manifest").press("Control+Enter");
  await there(false);
  // Run B had another text before, and Run A has it now.
  await page.locator(".scrub__rail").focus();
  await page.keyboard.press("Home");
  await there(true);
  await page.locator(".cm-ln .ln--changed").first().waitFor();
  await page.locator(".scrub__rail").focus();
  await page.keyboard.press("End");
  await there(false);
  await page.keyboard.press("3");
  await page.getByRole("group", { name: "Runs" }).getByRole("button", { name: "Run A" }).click();
  await page.keyboard.press("1");
  await there(true);
  await page.locator("#manifest").press("Control+Enter");
  await there(false);
  assert.deepEqual(page.errors, []);
});

test("the objects of a List are applied, and what is wrong with one is told where it stands", async () => {
  const page = await editor();
  const pod = (name) => `- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: ${name}\n  spec:\n    containers: [{name: c, image: nginx}]\n`;
  const list = (items) => `apiVersion: v1\nkind: List\nitems:\n${items}`;
  await write(page, list(pod("one") + pod("Two")));
  await page.waitForFunction(() => document.querySelector(".problem")?.innerText.includes("13:11"));
  await write(page, list(pod("one") + pod("two")));
  await page.locator("#manifest").press("Control+Enter");
  await page.waitForFunction(() => document.body.innerText.includes("pod/one created, pod/two created"));
  await page.waitForFunction(() => document.querySelectorAll('[data-pod][data-now="ready"]').length >= 9, null, { timeout: 60000 });
  assert.deepEqual(page.errors, []);
});

const pick = async (page, button, entry) => {
  await page.locator(".editor__tools").getByRole("button", { name: button }).click();
  await page.locator(".menu__item").filter({ hasText: entry }).first().click();
};

test("the stepper writes the number into the text and keeps its comments", async () => {
  const page = await editor();
  const noted = example.replace("replicas: 4", "replicas: 4 # 四");
  await write(page, noted);
  await page.locator("[data-lane]").filter({ hasText: "web" }).first()
    .getByRole("button", { name: "one more" }).click();
  await page.waitForFunction((wanted) => document.querySelector("#manifest").value === wanted,
    noted.replace("replicas: 4", "replicas: 5"));
  const marked = await page.locator(".cm-ln .ln--changed").allInnerTexts();
  assert.deepEqual(marked, ["6"], "the comment is not applied");
});

test("what the stepper wrote runs already; taken back, it is marked as not applied", async () => {
  const page = await editor();
  const marked = () => page.locator(".cm-ln .ln--changed").allInnerTexts();
  const four = await page.evaluate(() => document.querySelector("#manifest").value);
  await page.locator("[data-lane]").filter({ hasText: "web" }).first()
    .getByRole("button", { name: "one more" }).click();
  const shows = (wanted) => page.waitForFunction((wanted) => document.querySelector("#manifest").value === wanted, wanted);
  await shows(four.replace("replicas: 4", "replicas: 5"));
  assert.deepEqual(await marked(), []);
  assert.equal(await page.locator(".apply__dot").count(), 0);
  await page.locator("#manifest").focus();
  await page.keyboard.press("Control+z");
  await shows(four);
  await page.locator(".apply__dot").waitFor();
  assert.deepEqual(await marked(), ["6"]);
  await page.keyboard.press("Control+Enter");
  await page.locator(".apply__dot").waitFor({ state: "detached" });
  await page.waitForFunction(() => [...document.querySelectorAll("[data-pod] .sr")]
    .filter((one) => one.textContent.startsWith("web-")).length === 4, null, { timeout: 20000 });
  assert.deepEqual(page.errors, []);
});

test("what changes is compared before it is applied", async () => {
  const page = await editor();
  await write(page, example.replace("replicas: 4", "replicas: 2"));
  await pick(page, "More", "Show what changes");
  const lines = await page.locator(".dl--goes, .dl--comes").allInnerTexts();
  assert.equal(lines.length, 2);
  assert.match(lines[0], /goes: *\s*replicas: 4/);
  assert.match(lines[1], /comes: *\s*replicas: 2/);
  await shot(page, "editor-changes");
  await page.locator(".editor__bar .apply").click();
  await page.waitForFunction(() => [...document.querySelectorAll("[data-pod] .sr")]
    .filter((one) => one.textContent.startsWith("web-")).length === 2, null, { timeout: 20000 });
  assert.equal(await page.locator(".changes").count(), 0);
  await page.locator("#manifest").focus();
  await page.keyboard.type("#");
  await page.locator(".apply__dot").waitFor();
  assert.equal(await page.locator(".changes").count(), 0, "nobody asked again");
  assert.deepEqual(page.errors, []);
});

test("an object whose document is gone is said to stay and can be deleted there, and Escape leads back to the text", async () => {
  const page = await editor();
  await write(page, example.slice(example.indexOf("---") + 4));
  await pick(page, "More", "Show what changes");
  assert.match(await page.locator(".changes__note").innerText(), /Apply deletes nothing\. Without a document this stays/);
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.querySelector("#manifest").matches(":focus"));
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("#\n");
  await pick(page, "More", "Show what changes");
  await page.getByRole("button", { name: "Delete Deployment web" }).press("Enter");
  await page.waitForFunction(() => document.body.innerText.includes("You deleted Deployment web"));
  // What is left of the comparison has the focus, and nothing runs that the text does not say.
  await page.waitForFunction(() => document.activeElement.closest(".changes h2"));
  assert.equal(await page.locator(".changes__note, .dl--goes").count(), 0);
  assert.deepEqual(page.errors, []);
});

test("the tools' buttons show their signs in every layout", async () => {
  for (const [width, height] of [[390, 844], [820, 1180], [1024, 768], [1150, 800], [1280, 800], [1440, 900]]) {
    const page = await app.page({ viewport: { width, height } });
    const opener = page.locator(".rail--left > button");
    if (await opener.count()) await opener.click();
    else if (width < 760) await page.locator(".tabbar > button").nth(1).click();
    await page.locator(".editor__tools .picker").first().waitFor();
    const signs = await every(page, ".editor__tools .picker", (all) => all.map((one) => {
      const sign = one.querySelector("svg").getBoundingClientRect();
      return sign.width > 10 && sign.height > 10;
    }));
    assert.deepEqual(signs, [true, true], `${width}`);
  }
});

test("a template is added as a document of its own, and the outline goes to it", async () => {
  const page = await editor();
  await pick(page, "Add a document", "Job");
  await page.waitForFunction(() => document.querySelector("#manifest").value.includes("kind: Job"));
  const all = await text(page);
  assert.ok(all.startsWith(example.trimEnd()) && all.includes("\n---\napiVersion: batch/v1\n"));
  await page.locator(".editor__bar .picker--wide").click();
  await page.locator(".menu__item").filter({ hasText: "StatefulSet db" }).click();
  await page.keyboard.type("#");
  assert.ok((await text(page)).includes("---\n#apiVersion: apps/v1\nkind: StatefulSet"));
});

test("files open in place of the text, which undo brings back, and the text downloads as it is", async () => {
  const page = await editor();
  const file = (name, body) => ({ name, mimeType: "text/yaml", buffer: Buffer.from(body) });
  await page.locator('.editor__tools input[type="file"]')
    .setInputFiles([file("a.yaml", "kind: A\r\n"), file("b.yaml", "kind: B")]);
  await page.waitForFunction(() => document.querySelector("#manifest").value === "kind: A\n---\nkind: B\n");
  const [download] = await Promise.all([page.waitForEvent("download"), pick(page, "More", "Download")]);
  assert.equal(readFileSync(await download.path(), "utf8"), "kind: A\n---\nkind: B\n");
  await page.locator("#manifest").press("Control+z");
  assert.equal(await text(page), example);
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(["kind: Dropped\n"], "c.yaml"));
    const at = document.querySelector(".cm-content .cm-line");
    for (const name of ["dragenter", "dragover", "drop"]) {
      at.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: data }));
    }
  });
  await page.waitForFunction(() => document.querySelector("#manifest").value === "kind: Dropped\n");
  assert.deepEqual(page.errors, []);
});

const examples = readdirSync(join(root, "static/examples")).length;

test("every example runs and says a word on itself in both languages", async () => {
  const page = await editor();
  for (const language of ["EN", "中文"]) {
    await page.getByRole("button", { name: language, exact: true }).click();
    await page.locator(".topbar .menu .picker").first().click();
    const about = await page.locator(".topbar .menu__about").allInnerTexts();
    // The way back to the welcome stands first.
    assert.equal(about.length, examples + 1);
    assert.ok(about.every((one) => /[\u4e00-\u9fff]/.test(one) === (language === "中文")), about.join());
    await page.keyboard.press("Escape");
  }
  for (let at = 0; at < examples; at += 1) {
    await page.locator(".topbar .menu .picker").first().click();
    await page.locator(".topbar .menu__item").nth(at + 1).click();
    await page.waitForFunction(() => document.querySelectorAll("[data-pod]").length >= 1, null, { timeout: 20000 })
      .catch(() => assert.fail(`example ${at} shows no Pod`));
    await page.waitForTimeout(300);
    assert.equal(await page.locator(".problem").count(), 0, String(at));
  }
  assert.deepEqual(page.errors, []);
});

test("a text of 5,000 lines is pasted, checked and typed in", async (context) => {
  const wasm = readdirSync(dist).find((name) => name.endsWith("_bg.wasm"));
  // A build without optimisations is many times slower; it only has to come through.
  const isFast = statSync(join(dist, wasm)).size < 12e6;
  const parts = [];
  for (let at = 0; parts.length * 20 < 5000; at += 1) parts.push(web.replaceAll("web", `web-${at}`).trimEnd());
  const long = parts.join("\n---\n") + "\n";
  assert.ok(long.split("\n").length >= 5000);
  // The times are told, not judged: other work on the machine stretches every task.
  const found = await stall(long, isFast);
  context.diagnostic(`longest task after the paste ${found.paste} ms, while typing ${found.type} ms`);
});

// The longest tasks after a long paste, and while the text is typed in.
async function stall(long, isFast) {
  const page = await editor();
  await page.getByRole("button", { name: /pause/i }).first().click();
  await page.evaluate(() => {
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration);
    }).observe({ type: "longtask" });
  });
  await page.locator("#manifest").focus();
  await page.keyboard.press("Control+a");
  await page.evaluate((long) => {
    const data = new DataTransfer();
    data.setData("text/plain", long);
    document.activeElement.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, long);
  await page.waitForTimeout(isFast ? 2000 : 12000);
  const paste = await page.evaluate(() => window.longest);
  assert.equal((await text(page)).length, long.length);
  await page.evaluate(() => { window.longest = 0; });
  await page.keyboard.press("Control+End");
  for (const letter of "# still quick") {
    await page.keyboard.type(letter);
    await page.waitForTimeout(30);
  }
  await page.waitForTimeout(isFast ? 800 : 6000);
  const type = await page.evaluate(() => window.longest);
  assert.ok((await text(page)).endsWith("# still quick"));
  assert.deepEqual(page.errors, []);
  await page.context().close();
  return { paste, type };
}

test("the selected workload's lines bear the ring of the selection", async () => {
  const page = await editor();
  await page.locator("[data-lane]").filter({ hasText: "web" }).first()
    .getByRole("button", { name: "web", exact: true }).click();
  await page.waitForSelector(".cm-line.ln--sel");
  const lines = await page.locator(".cm-line.ln--sel").allInnerTexts();
  assert.equal(lines[0], "apiVersion: apps/v1");
  assert.ok(lines.includes("  name: web") && !lines.includes("kind: StatefulSet"));
  await shot(page, "editor-selected");
  // It is closed: above and below in the margin too, left beside it, and right at the edge in sight.
  const sides = await page.evaluate(() => {
    const shadow = (one) => getComputedStyle(document.querySelector(one)).boxShadow !== "none";
    const line = document.querySelector(".cm-line.ln--sel");
    const bar = document.querySelector(".cm-ln .cm-gutterElement.ln--sel");
    return [shadow(".cm-ln .cm-gutterElement.ln--first"), shadow(".cm-foldGutter .cm-gutterElement.ln--last"),
      getComputedStyle(line, "::after").position === "sticky", parseFloat(getComputedStyle(bar, "::before").outlineWidth) === 2];
  });
  assert.deepEqual(sides, [true, true, true, true]);
});

test("of a text of which a part is refused the rest runs, is told and is marked as applied", async () => {
  const page = await editor();
  const map = (name, more = "") => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`;
  await write(page, [map("fine"), map("lost", "  namespace: nope\n"), map("also")].join("---\n"));
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".problem");
  assert.match(await page.locator(".problem__pos").innerText(), /^10:14/);
  assert.match(await page.locator(".notice").innerText(), /configmap\/fine created, configmap\/also created/);
  const marked = await page.locator(".cm-ln .ln--changed").allInnerTexts();
  assert.deepEqual(marked, ["6", "7", "8", "9", "10"]);
  assert.deepEqual(page.errors, []);
});

test("a picture among files is told and leaves the text as it is", async () => {
  const page = await editor();
  const picture = { name: "a.png", mimeType: "image/png", buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]) };
  await page.locator("input[type=file]").setInputFiles([picture]);
  await page.locator(".toast").getByText("a.png is not a text file").waitFor();
  assert.equal(await text(page), example);
  const pod = { name: "pod.yaml", mimeType: "text/yaml", buffer: Buffer.from("kind: Pod\n") };
  await page.locator("input[type=file]").setInputFiles([picture, pod]);
  await page.waitForFunction(() => document.querySelector("#manifest").value === "kind: Pod\n");
  assert.deepEqual(page.errors, []);
});

test("files in the encodings of Chinese and of redirecting Windows are read", async () => {
  const page = await editor();
  const put = (name, bytes) => page.locator("input[type=file]")
    .setInputFiles([{ name, mimeType: "text/yaml", buffer: Buffer.from(bytes) }]);
  await put("g.yaml", [0x23, 0x20, 0xd6, 0xd0, 0xce, 0xc4, 0x0a]);
  await page.waitForFunction(() => document.querySelector("#manifest").value === "# 中文\n");
  await put("u.yaml", Buffer.from("\ufeffkind: 中\n", "utf16le"));
  await page.waitForFunction(() => document.querySelector("#manifest").value === "kind: 中\n");
});

test("a file that is let go beside the text does not take the page's place", async () => {
  const page = await editor();
  const taken = await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(["kind: Dropped\n"], "c.yaml"));
    return ["dragover", "drop"].map((name) => !document.querySelector(".topbar").dispatchEvent(
      new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: data })));
  });
  assert.deepEqual(taken, [true, true]);
  assert.equal(await text(page), example);
});

const settings = (at) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings-${at}\n`;

test("F8 brings a problem to the middle, the panel shows it, and nothing lies over the text", async () => {
  const page = await editor();
  const all = Array.from({ length: 60 }, (_, at) => settings(at));
  for (const at of [20, 40]) all[at] += `wrong${at}: 1\n`;
  await write(page, all.join("---\n"));
  await page.locator(".problem").waitFor();
  for (const at of [20, 40, 20]) {
    await page.keyboard.press("F8");
    await page.locator(".problem").getByText(`wrong${at}`).first().waitFor();
    const [line, body] = await page.evaluate((word) => {
      const lines = [...document.querySelectorAll(".cm-line")];
      const box = (one) => one.getBoundingClientRect();
      const { top, height } = box(document.querySelector(".cm-scroller"));
      return [box(lines.find((one) => one.innerText.includes(word))).top - top, height];
    }, `wrong${at}`);
    assert.ok(line > body / 4 && line < body * 3 / 4, `${line} of ${body}`);
    assert.equal(await page.locator(".cm-tooltip").count(), 0);
  }
});

test("F8 goes through all problems of one place, and round", async () => {
  const page = await editor();
  await write(page, "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: web\nspec:\n  replicas: 1\n---\n" + settings(1) + "wrong: 1\nodd: 2\n");
  const count = page.locator(".pager > span");
  await count.getByText(/of [4-9]/).waitFor();
  const all = Number((await count.innerText()).split(" of ")[1]);
  const round = async (key) => {
    const seen = [];
    for (let at = 0; at < all + 1; at += 1) {
      await page.keyboard.press(key);
      await page.waitForTimeout(100);
      seen.push(Number((await count.innerText()).split(" of ")[0]));
    }
    return seen;
  };
  const on = await round("F8");
  assert.deepEqual([...on.slice(0, all)].sort(), Array.from({ length: all }, (_, at) => at + 1), String(on));
  assert.equal(on[all], on[0]);
  assert.deepEqual(await round("Shift+F8"), [...on.slice(0, all), ...on.slice(0, all)].reverse().slice(0, all + 1).map((one) => one));
});

test("after a paste the outline names the document of the caret, and folds say what they hide", async () => {
  const page = await editor();
  await write(page, [1, 2, 3].map(settings).join("---\n"));
  await page.locator(".editor__bar .picker--wide").click();
  await page.waitForFunction(() => document.querySelector(".menu__item[aria-selected=true]")?.innerText.includes("settings-3"));
  await page.keyboard.press("Escape");
  await page.locator(".editor__bar .picker--icon").nth(1).click();
  await page.getByRole("option", { name: "Fold everything", exact: true }).click();
  const folds = page.locator(".cm-foldPlaceholder");
  assert.deepEqual(await folds.allInnerTexts(), [1, 2, 3].map((at) => `⋯ ConfigMap settings-${at}`));
});

test("of an empty text's notice nothing is left when something is typed", async () => {
  const page = await editor();
  await write(page, " ");
  await page.keyboard.press("Control+Enter");
  await page.locator(".notice").waitFor();
  await page.keyboard.type("x");
  await page.locator(".notice").waitFor({ state: "detached" });
});

test("axe finds nothing in the editor's menus, search, problems, suggestions and comparison", async () => {
  const page = await editor({ colorScheme: "dark", locale: "zh-CN" });
  const check = async (what) => {
    assert.deepEqual(await faults(page), [], what);
  };
  await page.locator(".editor__tools .picker").first().click();
  await check("templates");
  const left = await page.locator(".menu__list").evaluate((one) => one.getBoundingClientRect().left);
  assert.ok(left >= 0, "the list is on the page");
  await page.keyboard.press("Escape");
  await page.locator("#manifest").focus();
  await page.keyboard.press("Control+f");
  await check("search");
  await page.keyboard.press("Escape");
  await write(page, example.replace("serviceName", "servicename"));
  await page.locator(".problem .why").click();
  await check("a problem and its reasons");
  await page.locator("#manifest").press("Control+End");
  await page.keyboard.type("  t");
  await page.keyboard.press("Control+Space");
  await page.waitForSelector(".cm-tooltip-autocomplete");
  await check("suggestions");
  await page.keyboard.press("Escape");
  await write(page, set);
  await page.keyboard.press("Control+Space");
  await page.waitForSelector(".cm-tooltip-autocomplete li:nth-child(10)");
  // Apply steps back while the text has a problem.
  await page.waitForFunction(() => !document.querySelector(".apply.btn--solid"));
  await page.waitForTimeout(300);
  await check("more suggestions than there is room for");
  await page.keyboard.press("Escape");
  await page.locator(".editor__tools .picker").nth(1).click();
  await page.locator(".menu__item").first().click();
  await page.waitForSelector(".changes");
  await check("comparison");
});

// A StatefulSet whose spec goes on.
const set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: db\nspec:\n  replicas: 1\n  ";

test("on a phone the card on a suggestion leaves the list free, and axe finds nothing in the comparison", async () => {
  const page = await app.page({ viewport: { width: 390, height: 844 }, hasTouch: true });
  await page.locator(".tabbar > button").nth(1).click();
  await arrived(page);
  await write(page, set);
  await page.keyboard.press("Control+Space");
  await page.waitForSelector(".cm-completionInfo");
  const [list, card] = await page.evaluate(() => [".cm-tooltip-autocomplete > ul", ".cm-completionInfo"]
    .map((one) => document.querySelector(one).getBoundingClientRect().toJSON()));
  assert.ok(card.top >= list.bottom || card.bottom <= list.top, JSON.stringify([list, card]));
  assert.ok(card.left >= 0 && card.right <= 390, "it is on the page");
  await page.keyboard.press("Escape");
  await page.locator(".editor__tools .picker").nth(1).click();
  await page.locator(".menu__item").first().click();
  await page.waitForSelector(".changes");
  // Colours pass over into one another for a moment.
  await page.waitForTimeout(300);
  assert.deepEqual(await faults(page), []);
});

test("with forced colours the chosen suggestion and the unapplied text are marked", async () => {
  const page = await editor({ forcedColors: "active" });
  await write(page, set);
  await page.keyboard.press("Control+Space");
  await page.waitForSelector(".cm-tooltip-autocomplete li[aria-selected]");
  const colours = await page.evaluate(() => [
    ".cm-tooltip-autocomplete li[aria-selected]", ".cm-tooltip-autocomplete li:not([aria-selected])", ".apply__dot", ".apply",
  ].map((one) => getComputedStyle(document.querySelector(one)).backgroundColor));
  assert.notEqual(colours[0], colours[1]);
  assert.notEqual(colours[2], colours[3]);
});

test("a new line inside brackets goes in, and the bracket goes where its line began", async () => {
  const page = await editor();
  await write(page, "");
  await page.keyboard.type("a:\nb: {\nc: 1,\nd: [\ne");
  assert.equal(await text(page), "a:\n  b: {\n    c: 1,\n    d: [\n      e\n    ]\n  }");
});

test("the outline names each object in brackets: of a List in either form, and of a row", async () => {
  const page = await editor();
  const object = (kind, name) => ({ apiVersion: "v1", kind, metadata: { name } });
  const inline = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: x}}\n- {apiVersion: v1, kind: Secret, metadata: {name: y}}\n";
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: [object("ConfigMap", "x"), object("Secret", "y")] }, null, 2);
  const row = ["ConfigMap x", "Secret y"].map((one) => JSON.stringify(object(...one.split(" ")), null, 2)).join("\n");
  for (const words of [inline, list, row]) {
    await write(page, words);
    await page.locator(".editor__bar .picker--wide").click();
    const names = page.locator(".menu__item");
    await names.first().waitFor();
    assert.deepEqual((await names.allInnerTexts()).map((one) => one.trim()), ["ConfigMap x", "Secret y"], words);
    await names.nth(1).click();
    await page.locator(".editor__bar .picker--wide").click();
    await page.waitForFunction(() => document.querySelector(".menu__item[aria-selected=true]")?.innerText.includes("Secret y"));
    await page.keyboard.press("Escape");
  }
});
