// How smoothly the stage draws Pods that come and go: frame times and long tasks, for a person to
// read. Asserts nothing about time. What the page's main thread computed is told beside the time
// that went by: on a machine that others use too, or without a graphics card, the two differ.
import { arrived, start, write } from "./harness.mjs";

const SECONDS = 12;

const manifest = (pods, round) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: ${pods}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, round: "${round}"}}
    spec: {containers: [{name: app, image: 'nginx:1.27'}]}
`;

const ready = (page, pods, round) => page.waitForFunction(([pods]) =>
  document.querySelectorAll('[data-pod][data-now="ready"]').length >= pods, [pods, round],
{ timeout: 180000 });

async function apply(page, text) {
  await write(page, text);
  await page.locator("#manifest").press("Control+Enter");
}

const share = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

// What the browser says of its threads while the page works: each task of the page's main thread,
// in milliseconds that it computed.
async function traced(page, work) {
  const cdp = await page.context().newCDPSession(page);
  const events = [];
  cdp.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  await cdp.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["toplevel", "__metadata"] },
  });
  const result = await work();
  const complete = new Promise((done) => cdp.once("Tracing.tracingComplete", done));
  await cdp.send("Tracing.end");
  await complete;
  const threads = new Map();
  for (const one of events) {
    if (one.name === "thread_name" && one.args.name === "CrRendererMain") threads.set(`${one.pid} ${one.tid}`, []);
  }
  for (const one of events) {
    if (one.name === "ThreadControllerImpl::RunTask" && one.tdur !== undefined) {
      threads.get(`${one.pid} ${one.tid}`)?.push(one.tdur / 1000);
    }
  }
  const sum = (tasks) => tasks.reduce((all, one) => all + one, 0);
  const tasks = [...threads.values()].sort((a, b) => sum(b) - sum(a))[0];
  return [result, tasks.sort((a, b) => a - b), sum(tasks)];
}

async function measure(app, pods) {
  const page = await app.page();
  await arrived(page);
  await apply(page, manifest(pods, 0));
  await ready(page, pods, 0);
  // A new round of the template replaces every Pod: all that follows is churn.
  await page.evaluate(() => {
    window.tasks = [];
    new PerformanceObserver((list) => {
      for (const one of list.getEntries()) window.tasks.push(one.duration);
    }).observe({ type: "longtask" });
  });
  await apply(page, manifest(pods, 1));
  const [frames, computed, all] = await traced(page, () => page.evaluate((seconds) => new Promise((done) => {
    const frames = [];
    let last = performance.now();
    const end = last + seconds * 1000;
    const next = (now) => {
      frames.push(now - last);
      last = now;
      if (now < end) requestAnimationFrame(next); else done(frames);
    };
    requestAnimationFrame(next);
  }), SECONDS));
  const tasks = await page.evaluate(() => window.tasks);
  const sorted = frames.slice(1).sort((a, b) => a - b);
  const ms = (value) => (value ?? 0).toFixed(1).padStart(6);
  const late = sorted.filter((one) => one > 1000 / 55).length;
  console.log(`${String(pods).padStart(4)} Pods churning: frame median ${ms(share(sorted, 0.5))} ms, ` +
    `95 % ${ms(share(sorted, 0.95))} ms, 99 % ${ms(share(sorted, 0.99))} ms, ` +
    `worst ${ms(sorted.at(-1))} ms, ${late} of ${sorted.length} late; ` +
    `tasks over 50 ms: ${tasks.length}, longest ${ms(Math.max(0, ...tasks))} ms`);
  console.log(`     main thread computed ${ms(all / frames.length)} ms a frame, ` +
    `99 % of its tasks ${ms(share(computed, 0.99))} ms, longest ${ms(computed.at(-1))} ms, ` +
    `${computed.filter((one) => one > 50).length} over 50 ms, ` +
    `${computed.filter((one) => one > 1000 / 60).length} of ${computed.length} longer than a frame`);
  if (page.errors.length) console.log(page.errors.join("\n"));
  await page.close();
}

const app = await start();
try {
  for (const pods of [60, 300]) await measure(app, pods);
} finally {
  await app.stop();
}
