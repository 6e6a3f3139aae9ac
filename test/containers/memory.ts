import { Worker } from 'node:worker_threads';

/** Looks every 2 ms, from a thread of its own: a decompressor may hold this one for seconds. */
const WATCH = `
const { parentPort } = require('node:worker_threads');
const before = process.memoryUsage.rss();
let most = 0;
let looks = 0;
const look = () => {
  looks += 1;
  most = Math.max(most, process.memoryUsage.rss() - before);
};
setInterval(look, 2);
parentPort.on('message', () => {
  look();
  parentPort.postMessage({ most, looks });
  process.exit();
});
parentPort.postMessage('looking');
`;

/**
 * The most bytes of memory that the process had at once while `work` ran, beyond those that it had before: what is held,
 * and what nobody has collected yet.
 */
export async function mostMemory(work: () => Promise<unknown>): Promise<number> {
  const watch = new Worker(WATCH, { eval: true });
  const told = () => new Promise((resolve) => watch.once('message', resolve));
  await told();
  await work();
  watch.postMessage('stop');
  const { most, looks } = (await told()) as { readonly most: number; readonly looks: number };
  if (looks < 10) throw new Error(`looked ${looks} times only`);
  return most;
}
