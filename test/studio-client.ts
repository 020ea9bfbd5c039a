import type { CallInput, CallName, CallOutput } from '#contract/calls/index.ts';
import type { InstanceView } from '#contract/models/instance.ts';
import type { HeadlessStudio } from '../e2e/hosts/headless-studio.ts';

/** Asks again every so often until the answer fits; the limit makes a test fail with what it saw last. */
export const waitFor = async <Value>(
  what: string,
  ask: () => Promise<Value> | Value,
  fits: (value: Value) => boolean,
  limitMs = 15_000,
): Promise<Value> => {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const value = await ask();
    if (fits(value)) return value;
    if (performance.now() > deadline) {
      throw new Error(`${what}: not within ${limitMs} ms; last seen: ${JSON.stringify(value)?.slice(0, 2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};

/** Calls a studio the way a script does: `POST /api/<area>/<verb>`. */
export const callStudio = async <Name extends CallName>(
  studio: HeadlessStudio,
  name: Name,
  input: CallInput<Name>,
): Promise<CallOutput<Name>> => {
  const answer = await fetch(`${studio.ready.studio}/api/${name.replace('.', '/')}`, {
    method: 'POST',
    body: JSON.stringify(input),
  });
  const body: unknown = await answer.json();
  if (!answer.ok) throw new Error(`${name}: HTTP ${answer.status} ${JSON.stringify(body)}`);
  return body as CallOutput<Name>;
};

export const getInstance = (studio: HeadlessStudio, instanceId: string): Promise<InstanceView> =>
  callStudio(studio, 'instances.get', { instanceId });

/** Waits until an instance looks as wanted. */
export const waitForInstance = (
  studio: HeadlessStudio,
  instanceId: string,
  fits: (instance: InstanceView) => boolean,
  limitMs?: number,
): Promise<InstanceView> => waitFor(`instance ${instanceId}`, () => getInstance(studio, instanceId), fits, limitMs);

export const pidOf = (instance: InstanceView): number => {
  if (instance.pid === null)
    throw new Error(`${instance.configuration.id} has no process: ${JSON.stringify(instance.state)}`);
  return instance.pid;
};
