// How smoothly the stage draws Pods that come and go: frame times and long tasks, for a person to
// read. Asserts nothing about time.
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
  const frames = await page.evaluate((seconds) => new Promise((done) => {
    const frames = [];
    let last = performance.now();
    const end = last + seconds * 1000;
    const next = (now) => {
      frames.push(now - last);
      last = now;
      if (now < end) requestAnimationFrame(next); else done(frames);
    };
    requestAnimationFrame(next);
  }), SECONDS);
  const tasks = await page.evaluate(() => window.tasks);
  const sorted = frames.slice(1).sort((a, b) => a - b);
  const ms = (value) => (value ?? 0).toFixed(1).padStart(6);
  const late = sorted.filter((one) => one > 1000 / 55).length;
  console.log(`${String(pods).padStart(4)} Pods churning: frame median ${ms(share(sorted, 0.5))} ms, ` +
    `95 % ${ms(share(sorted, 0.95))} ms, 99 % ${ms(share(sorted, 0.99))} ms, ` +
    `worst ${ms(sorted.at(-1))} ms, ${late} of ${sorted.length} late; ` +
    `tasks over 50 ms: ${tasks.length}, longest ${ms(Math.max(0, ...tasks))} ms`);
  if (page.errors.length) console.log(page.errors.join("\n"));
  await page.close();
}

const app = await start();
try {
  for (const pods of [60, 300]) await measure(app, pods);
} finally {
  await app.stop();
}
