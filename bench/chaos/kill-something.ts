import type { InstanceView } from '#contract/models/instance.ts';
import { type HeadlessStudio, startHeadlessStudio } from '../../e2e/hosts/headless-studio.ts';
import { killIfAlive } from '../../test/processes.ts';
import { callStudio } from '../../test/studio-client.ts';

export const killKinds = ['instance', 'studio', 'both'] as const;
export type KillKind = (typeof killKinds)[number];

export interface Victims {
  readonly dataFolder: string;
  readonly arguments: readonly string[];
  studio: HeadlessStudio;
}

const pick = <Item>(items: readonly Item[], random: () => number): Item | undefined =>
  items[Math.floor(random() * items.length)];

const killInstance = async ({ studio }: Victims, random: () => number): Promise<void> => {
  const { instances } = await callStudio(studio, 'instances.list', {});
  const victim = pick(
    instances.filter(({ pid }) => pid !== null),
    random,
  );
  if (typeof victim?.pid === 'number') killIfAlive(victim.pid);
};

const killStudio = async (victims: Victims): Promise<void> => {
  await victims.studio.end('SIGKILL');
  victims.studio = await startHeadlessStudio({ dataFolder: victims.dataFolder, arguments: victims.arguments });
};

const isDown = ({ state }: InstanceView): boolean => state.kind === 'failed' || state.kind === 'stopped';

/** What a person would do about an instance that died too often: start it again. */
export const reviveInstances = async ({ studio }: Victims): Promise<number> => {
  const { instances } = await callStudio(studio, 'instances.list', {});
  const down = instances.filter(isDown);
  for (const { configuration } of down) await callStudio(studio, 'instances.start', { instanceId: configuration.id });
  return down.length;
};

/** Ends a random instance, the studio, or one after the other at once, by SIGKILL; a dead studio is started again. */
export const killSomething = async (victims: Victims, kind: KillKind, random: () => number): Promise<void> => {
  if (kind !== 'studio') await killInstance(victims, random);
  if (kind !== 'instance') await killStudio(victims);
};
