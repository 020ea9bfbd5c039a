import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type HeadlessStudio, startHeadlessStudio } from '../../e2e/hosts/headless-studio.ts';
import { isAlive, killIfAlive } from '../../test/processes.ts';
import { callStudio } from '../../test/studio-client.ts';
import type { InstanceKill } from './judge-job.ts';

export const killKinds = ['instance', 'studio', 'both'] as const;
export type KillKind = (typeof killKinds)[number];

export interface Victims {
  readonly dataFolder: string;
  readonly arguments: readonly string[];
  /** Every kill of an instance, in order. */
  readonly kills: InstanceKill[];
  studio: HeadlessStudio;
}

const entry = join(import.meta.dirname, '..', '..', 'out', 'main', 'serve.js');

const pick = <Item>(items: readonly Item[], random: () => number): Item | undefined =>
  items[Math.floor(random() * items.length)];

interface LivingInstance {
  readonly pid: number;
  readonly instanceId: string;
}

const findInstance = async ({ studio }: Victims, random: () => number): Promise<LivingInstance | undefined> => {
  const { instances } = await callStudio(studio, 'instances.list', {});
  const living = instances.flatMap(({ pid, configuration }) =>
    pid !== null && isAlive(pid) ? [{ pid, instanceId: configuration.id }] : [],
  );
  return pick(living, random);
};

const killInstance = ({ kills }: Victims, victim: LivingInstance | undefined): void => {
  if (victim === undefined || !isAlive(victim.pid)) return;
  kills.push({ at: Date.now(), ...victim });
  killIfAlive(victim.pid);
};

const startAgain = async (victims: Victims): Promise<void> => {
  victims.studio = await startHeadlessStudio({ dataFolder: victims.dataFolder, arguments: victims.arguments });
};

/** Ends a random instance, the studio, or one after the other at once, by SIGKILL; a dead studio is started again. */
export const killSomething = async (victims: Victims, kind: KillKind, random: () => number): Promise<void> => {
  if (kind !== 'studio') killInstance(victims, await findInstance(victims, random));
  if (kind === 'instance') return;
  await victims.studio.end('SIGKILL');
  await startAgain(victims);
};

/** The longest that a start is let go on: it is done by then, and what runs is being looked up. */
const startSpanMs = 2000;

/** Kills the studio, and the one that is started in its place at a random moment of its start, with an instance where `kind` says so. */
export const killAtStart = async (victims: Victims, kind: KillKind, random: () => number): Promise<void> => {
  const victim = kind === 'studio' ? undefined : await findInstance(victims, random);
  await victims.studio.end('SIGKILL');
  const ports = ['--studio-port', '0', '--gateway-port', '0', '--json'];
  const child = spawn(process.execPath, [entry, '--data-folder', victims.dataFolder, ...ports, ...victims.arguments], {
    cwd: join(entry, '..', '..', '..'),
    stdio: 'ignore',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const ended = once(child, 'exit');
  await wait(random() * startSpanMs);
  killInstance(victims, victim);
  child.kill('SIGKILL');
  await ended;
  await startAgain(victims);
};
