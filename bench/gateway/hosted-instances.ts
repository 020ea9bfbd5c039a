import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { HeadlessStudio } from '../../e2e/hosts/headless-studio.ts';
import { callStudio, waitFor, waitForInstance } from '../../test/studio-client.ts';
import { type OnFinished, openDataFolder, openStudio } from '../../test/studio-fixture.ts';

const entry = join(import.meta.dirname, 'instance-host.ts');

/** Instances whose work costs nothing, all in one other process; answers their addresses. */
const hostInstances = async (onFinished: OnFinished, count: number, classes: number): Promise<readonly string[]> => {
  const args = ['--disable-warning=ExperimentalWarning', entry, String(count), String(classes)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  onFinished(async () => {
    child.stdin.end();
    await ended;
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return JSON.parse(String(line)) as string[];
};

/** A studio that has them as remote instances, each running, and whose gateway knows what they can do. */
export const openHostedFleet = async (
  onFinished: OnFinished,
  { count, classes, probeClass }: { readonly count: number; readonly classes: number; readonly probeClass: string },
): Promise<HeadlessStudio> => {
  const urls = await hostInstances(onFinished, count, classes);
  const dataFolder = await openDataFolder(onFinished);
  const studio = await openStudio(onFinished, { dataFolder });
  await callStudio(studio, 'settings.update', { changes: { balancingStrategy: 'least-loaded' } });
  for (const [index, url] of urls.entries()) {
    const draft = { id: `hosted-${index}`, name: `hosted-${index}`, kind: 'remote' as const, url };
    await callStudio(studio, 'instances.create', { draft });
  }
  for (const index of urls.keys())
    await waitForInstance(studio, `hosted-${index}`, ({ status }) => status === 'running', 60_000);
  await waitFor(
    'node classes',
    async () => (await fetch(`${studio.ready.gateway}/object_info/${probeClass}`)).text(),
    (text) => text.includes(probeClass),
    30_000,
  );
  return studio;
};
