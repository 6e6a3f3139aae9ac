// How benchmarks measure runs of the program: CPU time, not time by the clock, because a few milliseconds drown in what
// else a machine does; and runs that take turns, so that a busy moment hits all of them.
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const told = 'process.on("exit",()=>{const{user,system}=process.cpuUsage();console.error("cpu",(user+system)/1000)})';
const counting = ['--import', `data:text/javascript,${encodeURIComponent(told)}`];

/** Milliseconds of CPU time, user and system, of one run of Node. */
function cpu(args) {
  const { status, stderr } = spawnSync(process.execPath, [...counting, ...args], { encoding: 'utf8' });
  const [, milliseconds] = /^cpu (.*)$/m.exec(stderr) ?? [];
  if (status !== 0 || milliseconds === undefined) throw new Error(stderr);
  return Number(milliseconds);
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** CPU times by name of the job, in the order of the runs: `added` compares those of one round. */
export function cpuTimes(jobs, runs) {
  const times = Object.fromEntries(Object.keys(jobs).map((name) => [name, []]));
  for (let run = 0; run < runs; run++) {
    for (const [name, args] of Object.entries(jobs)) times[name].push(cpu(args));
  }
  return times;
}

/** What one job takes more than another, from one round to the next. */
export const added = (more, less) => median(more.map((time, run) => time - less[run]));

/** Prints one line for each value; says whether one was over its budget. */
export class Report {
  over = false;

  say(title, value, unit, budget) {
    const told = budget === undefined ? '' : `, budget ${budget} ${unit}`;
    process.stdout.write(
      `${title.padEnd(52)} ${value.toFixed(Math.abs(value) < 1 ? 2 : 1).padStart(9)} ${unit}${told}\n`,
    );
    if (budget !== undefined && value > budget) this.over = true;
  }
}
