import type { CallInput } from '#contract/calls/index.ts';
import type { HeadlessStudio } from '../../e2e/hosts/headless-studio.ts';
import { isListening } from '../../test/processes.ts';
import { callStudio, waitForInstance } from '../../test/studio-client.ts';

type Changes = CallInput<'instances.update'>['changes'];

/** Below the range from which the system gives ports to outgoing connections, and away from where every sandbox fleet begins. */
const firstPort = 20_000;
const portCount = 10_000;
const changeLimitMs = 60_000;

const findPort = async (): Promise<number> => {
  for (;;) {
    const port = firstPort + Math.floor(Math.random() * portCount);
    if (!(await isListening(port))) return port;
  }
};

/**
 * Restarts an instance with changes and on a port that no other fleet on this machine comes by: an instance that is down for a moment
 * would else lose its port to one, and a benchmark would measure that.
 */
export const restartOnOwnPort = async (
  studio: HeadlessStudio,
  instanceId: string,
  changes: Changes = {},
): Promise<void> => {
  const isDown = (status: string): boolean => status === 'stopped' || status === 'error';
  const before = await callStudio(studio, 'instances.get', { instanceId });
  if (!isDown(before.status)) await callStudio(studio, 'instances.stop', { instanceId });
  await waitForInstance(studio, instanceId, ({ status }) => isDown(status), changeLimitMs);
  await callStudio(studio, 'instances.update', { instanceId, changes: { ...changes, port: await findPort() } });
  await callStudio(studio, 'instances.start', { instanceId });
  await waitForInstance(studio, instanceId, ({ status }) => status === 'running', changeLimitMs);
};
