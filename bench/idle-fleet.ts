import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createStudioClient } from '#contract/client.ts';
import { wireConstants } from '#contract/wire-constants.ts';
import { webSocketClientWire } from '#contract/wires/web-socket-client.ts';
import { startHeadlessStudio, temporaryFolder } from '../e2e/hosts/headless-studio.ts';
import { ensureBuilt } from '../scripts/build.ts';

/**
 * What an idle fleet costs the studio: its own CPU time and memory with no instance and with N idle sandbox instances, each a real
 * process that is probed and followed, unwatched and with a page that watches it (readings are taken only then). The instances' own
 * use is not counted, only the studio's process.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    instances: { type: 'string', default: '64' },
    seconds: { type: 'string', default: '30' },
  },
});

/** Ticks a second of the clock in /proc (USER_HZ), 100 on every Linux in use. */
const ticksPerSecond = 100;
const settleMs = 10_000;

const cpuSeconds = (pid: number): number => {
  const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
};

const memoryMegabytes = (pid: number): number => {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1]) / 1024;
};

/** What a studio page does: it watches the fleet and its readings. Answers how to leave. */
const watchAsPage = (address: string): (() => void) => {
  const client = createStudioClient(
    () => webSocketClientWire(new WebSocket(`${address.replace('http', 'ws')}${wireConstants.webSocketPath}`)),
    { schedule: () => () => undefined, random: () => 0 },
  );
  const observer = {
    onState: () => undefined,
    onError: (error: Error) => {
      throw error;
    },
  };
  client.watch('instances', undefined, observer);
  client.watch('telemetry', undefined, observer);
  client.watch('jobs', undefined, observer);
  return () => client.close();
};

const measure = async (instanceCount: number, watched: boolean) => {
  const folder = await temporaryFolder();
  const startedAt = performance.now();
  const studio = await startHeadlessStudio({
    dataFolder: folder.path,
    arguments: instanceCount === 0 ? [] : ['--sandbox', String(instanceCount)],
    startLimitMs: 60_000 + instanceCount * 10_000,
  });
  let leave = (): void => undefined;
  try {
    const startSeconds = (performance.now() - startedAt) / 1000;
    const running = studio.ready.instances.filter(({ state }) => state === 'running').length;
    if (running !== instanceCount) throw new Error(`${running} of ${instanceCount} instances run:\n${studio.log()}`);
    if (watched) leave = watchAsPage(studio.ready.studio);
    await wait(settleMs);
    const [cpuBefore, timeBefore] = [cpuSeconds(studio.ready.pid), performance.now()];
    await wait(Number(values.seconds) * 1000);
    const cpuPercent = ((cpuSeconds(studio.ready.pid) - cpuBefore) / (performance.now() - timeBefore)) * 100_000;
    return { instances: instanceCount, startSeconds, cpuPercent, memoryMegabytes: memoryMegabytes(studio.ready.pid) };
  } finally {
    leave();
    await studio.end('SIGTERM');
    await folder.remove();
  }
};

ensureBuilt();
const none = await measure(0, false);
const fleet = await measure(Number(values.instances), false);
const watched = await measure(Number(values.instances), true);
const limits = { cpuPercent: 5, memoryMegabytes: 250 };

if (values.json === true) {
  process.stdout.write(`${JSON.stringify({ none, fleet, watched, limits })}\n`);
} else {
  const row = (name: string, of: (sample: typeof none) => number, limit: number | null): string => {
    const ratio = limit === null ? '' : `${(of(watched) / limit).toFixed(2)} of ${limit}`;
    const figures = [none, fleet, watched].map((sample) => of(sample).toFixed(2).padStart(12)).join(' ');
    return `${name.padEnd(22)} ${figures}   ${ratio}`;
  };
  process.stdout.write(
    [
      `${'studio process'.padEnd(22)} ${'no instance'.padStart(12)} ${`${fleet.instances} idle`.padStart(12)} ${'with a page'.padStart(12)}   share of the limit`,
      row('CPU, % of one core', ({ cpuPercent }) => cpuPercent, limits.cpuPercent),
      row('memory (RSS), MB', ({ memoryMegabytes }) => memoryMegabytes, limits.memoryMegabytes),
      row('start, s', ({ startSeconds }) => startSeconds, null),
      '',
    ].join('\n'),
  );
}
