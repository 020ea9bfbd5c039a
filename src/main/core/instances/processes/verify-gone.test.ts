import { expect, test } from 'vitest';
import type { PortProbe } from '#core/ports/machine.ts';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.fixture.ts';
import { createFakeMachine } from '../testing/fake-machine.fixture.ts';
import { createFakeProcessHost, type FakeProcess } from '../testing/fake-process-host.fixture.ts';
import { verifyGone } from './verify-gone.ts';

const launch = (): Promise<FakeProcess> => {
  const host = createFakeProcessHost();
  const plan = {
    instanceId: 'one',
    command: 'python',
    arguments: [],
    environment: {},
    workingFolder: '/',
    foldersToCreate: [],
    port: 8188,
  };
  return host.launch(plan).then(() => host.processOf('one'));
};

const verify = (process: FakeProcess, clock: FakeClock, portProbe: PortProbe) =>
  verifyGone({ process, host: '127.0.0.1', port: 8188, portProbe, clock, limitMs: 5_000 });

test('nothing left is nothing to report, at once', async () => {
  const clock = createFakeClock();
  const process = await launch();
  process.exit({ code: 0, signal: null });
  expect(await verify(process, clock, createFakeMachine().portProbe)).toBeNull();
  expect(clock.pending()).toBe(0);
});

test('a grandchild is killed', async () => {
  const clock = createFakeClock();
  const process = await launch();
  process.exit({ code: 0, signal: null });
  process.leaveBehind({ pid: 9, name: 'ffmpeg' });
  const gone = verify(process, clock, createFakeMachine().portProbe);
  await clock.advance(200);
  expect(await gone).toBeNull();
  expect(clock.pending()).toBe(0);
});

test('a port that is still bound is waited for, and its holder is named when it stays', async () => {
  const clock = createFakeClock();
  const { ports, portProbe } = createFakeMachine();
  const process = await launch();
  process.exit({ code: 0, signal: null });
  ports.set(8188, { pid: 12, name: 'python' });
  const patient = verify(process, clock, portProbe);
  await clock.advance(1_000);
  ports.delete(8188);
  await clock.advance(200);
  expect(await patient).toBeNull();
  ports.set(8188, { pid: 12, name: 'python' });
  const disappointed = verify(process, clock, portProbe);
  await clock.advance(5_000);
  expect(await disappointed).toEqual({
    code: 'PROCESS_SURVIVED_STOP',
    details: { port: 8188, processes: [], listener: { pid: 12, name: 'python' } },
    evidence: [],
  });
});

test('a holder that nobody can name is still a holder', async () => {
  const clock = createFakeClock();
  const process = await launch();
  process.exit({ code: 0, signal: null });
  const taken: PortProbe = { check: () => Promise.resolve({ free: false, owner: null }) };
  const gone = verify(process, clock, taken);
  await clock.advance(5_000);
  expect(await gone).toMatchObject({ details: { listener: { pid: null, name: null } } });
});

test.each([
  ['fails', () => Promise.reject(new Error('no such tool'))],
  ['never answers', () => new Promise<never>(() => {})],
])('a look that %s is reported within the limit', async (_name, check) => {
  const clock = createFakeClock();
  const process = await launch();
  const gone = verify(process, clock, { check });
  await clock.advance(5_000);
  expect(await gone).toMatchObject({ code: 'PROCESS_SURVIVED_STOP', details: { unknown: true } });
});
