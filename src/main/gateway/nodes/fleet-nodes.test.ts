import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeFleet, type FakeFleet, fakeCandidate } from '#core/jobs/fake-fleet.fixture.ts';
import type { NodeCatalog } from '#core/ports/comfy-reader.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import { createNodeCatalogReader } from '#main/platform/comfy/node-catalog-reader.ts';
import { createHomeInstance } from '../proxy/home-instance.ts';
import { createFleetNodes } from './fleet-nodes.ts';
import { createUploadList } from './upload-names.ts';

const logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (text: string, details?: unknown) => {
    throw new Error(`${text} ${JSON.stringify(details)}`);
  },
};

const reader = createNodeCatalogReader();
const read = (value: unknown): Promise<NodeCatalog> => reader.read(Buffer.from(JSON.stringify(value)));
const node = (values: readonly string[], more: object = {}) => ({ input: { required: { name: [values] } }, ...more });

let fleet: FakeFleet;
let known: Map<string, NodeCatalog>;
let uploaded: { readonly path: string }[];
let rule: 'union' | 'intersection';
const told = createEmitter<undefined>();
const shelf = createEmitter<void>();
let nodes: ReturnType<typeof createFleetNodes>;
let changes: number;

beforeEach(() => {
  fleet = createFakeFleet([fakeCandidate('a'), fakeCandidate('b')]);
  known = new Map();
  uploaded = [];
  rule = 'union';
  changes = 0;
});

afterEach(() => nodes.close());

const open = (): void => {
  const settings = () => ({ gatewayComboRule: rule, gatewayHomeInstanceId: '' });
  nodes = createFleetNodes({
    fleet,
    settings,
    logger,
    clock: { now: () => 0 },
    home: createHomeInstance({ fleet, settings }),
    uploads: createUploadList({ list: () => uploaded, onChange: (listener) => shelf.on(listener) }),
    catalogs: {
      entries: () =>
        fleet.candidates().flatMap(({ instanceId }) => {
          const catalog = known.get(instanceId);
          return catalog === undefined ? [] : [{ instanceId, readyAt: 1, catalog }];
        }),
      onChange: (listener) => told.on(listener),
    },
  });
  nodes.onChange(() => {
    changes += 1;
  });
};

const learn = (instanceId: string, catalog: NodeCatalog): void => {
  known.set(instanceId, catalog);
  told.emit(undefined);
};

const body = async (): Promise<string> => {
  await nodes.settled();
  return nodes.merged()?.body.toString() ?? '';
};

describe('the nodes of a fleet', () => {
  it('are nothing while nobody has told', async () => {
    open();
    await nodes.settled();
    expect(nodes.merged()).toBeNull();
    expect(nodes.mergedClass('A')).toBeNull();
    expect(changes).toBe(0);
  });

  it('are those of all instances, in their order', async () => {
    open();
    learn('b', await read({ Z: node(['z']), A: node(['b']) }));
    learn('a', await read({ A: node(['a'], { display_name: 'Home' }), 'B "quoted" ü': node(['x']) }));
    const text = await body();
    expect(Object.keys(JSON.parse(text))).toEqual(['A', 'B "quoted" ü', 'Z']);
    expect(JSON.parse(text)['A']).toEqual(node(['a', 'b'], { display_name: 'Home' }));
    expect(nodes.mergedClass('A')).toEqual(node(['a', 'b'], { display_name: 'Home' }));
    expect(nodes.mergedClass('Z')).toEqual(node(['z']));
    expect(nodes.mergedClass('constructor')).toBeNull();
  });

  it('stay the same, tag included, until something changes', async () => {
    known.set('a', await read({ A: node(['a']) }));
    open();
    await nodes.settled();
    const first = nodes.merged();
    fleet.jobStarted('a', 'job');
    fleet.change('b', { health: 'degraded' });
    learn('a', await read({ A: node(['a']) }));
    await nodes.settled();
    expect(nodes.merged()).toBe(first);
    learn('b', await read({ A: node(['a', 'b']) }));
    await nodes.settled();
    expect(nodes.merged()?.etag).not.toBe(first?.etag);
    expect(nodes.merged()?.etag).toMatch(/^"[\w-]{43}"$/u);
    expect(changes).toBe(2);
    fleet.set([]);
    await nodes.settled();
    expect(nodes.merged()).toBeNull();
  });

  it('keep their description while instances stop and start', async () => {
    known.set('a', await read({ A: node(['a'], { display_name: 'a' }) }));
    known.set('b', await read({ A: node(['b'], { display_name: 'b' }) }));
    open();
    const running = await body();
    fleet.change('b', { status: 'stopped', readyAt: null });
    expect(await body()).toBe(running);
    fleet.change('a', { status: 'stopped', readyAt: null });
    expect(await body()).toBe(running);
    fleet.change('b', { status: 'running', readyAt: 2 });
    expect(JSON.parse(await body())['A'].display_name).toBe('b');
  });

  it('are those of instances that take part, as long as there is one', async () => {
    known.set('a', await read({ A: node(['a']) }));
    known.set('b', await read({ A: node(['b']) }));
    open();
    fleet.change('a', { enabled: false });
    expect(JSON.parse(await body())).toEqual({ A: node(['b']) });
    fleet.change('b', { enabled: false });
    expect(JSON.parse(await body())).toEqual({ A: node(['a', 'b']) });
  });

  it('follow the setting', async () => {
    known.set('a', await read({ A: node(['a', 'x']), Own: node(['o']) }));
    known.set('b', await read({ A: node(['b', 'x']) }));
    open();
    expect(JSON.parse(await body())).toEqual({ A: node(['a', 'x', 'b']), Own: node(['o']) });
    rule = 'intersection';
    expect(nodes.mergedClass('A')).toEqual(node(['x']));
    expect(JSON.parse(await body())).toEqual({ A: node(['x']), Own: node(['o']) });
  });

  it('offer what clients put up, once for each change', async () => {
    const upload = { input: { required: { image: [['a.png'], { image_upload: true }] } } };
    known.set('a', await read({ LoadImage: upload }));
    open();
    await body();
    uploaded = [{ path: 'new.PNG' }, { path: 'sub/deep.png' }, { path: 'a.png' }, { path: 'sound.wav' }];
    shelf.emit();
    expect(JSON.parse(await body()).LoadImage.input.required.image[0]).toEqual(['a.png', 'new.PNG']);
    const before = nodes.merged();
    uploaded = uploaded.toReversed();
    shelf.emit();
    await nodes.settled();
    expect(nodes.merged()).toBe(before);
    expect(changes).toBe(2);
  });

  it('hold what is learned in the very moment a merge is done', async () => {
    const late = await read({ Late: node(['b']) });
    known.set('a', await read({ A: node(['a']) }));
    open();
    const asked = new Promise<string>((resolve) => {
      const cancel = nodes.onChange(() => {
        cancel();
        // After the writer's last look at the fleet, and before those who wait for it hear that it has ended.
        queueMicrotask(() => {
          learn('b', late);
          resolve(body());
        });
      });
    });
    expect(Object.keys(JSON.parse(await asked))).toEqual(['A', 'Late']);
  });

  it('come compressed once that is done', async () => {
    known.set('a', await read({ A: node(Array.from({ length: 1000 }, (_, index) => `model-${index}`)) }));
    open();
    await nodes.settled();
    const merged = nodes.merged();
    for (const encoding of ['gzip', 'br'] as const) {
      expect(merged?.encoded(encoding)).toBeNull();
      await expect.poll(() => merged?.encoded(encoding)?.byteLength ?? Number.POSITIVE_INFINITY).toBeLessThan(5000);
    }
  });
});

describe('sixteen instances', () => {
  const fleetOf = (count: number) => Array.from({ length: count }, (_, index) => fakeCandidate(`gpu${index}`));
  const many = (own: string) =>
    Object.fromEntries(
      Array.from({ length: 900 }, (_, index) => [
        `Class${index}`,
        node([own, ...Array.from({ length: 40 }, (_value, value) => `value-${index}-${value}`)]),
      ]),
    );

  it('with the same nodes are described by the objects of one', async () => {
    fleet.set(fleetOf(16));
    for (const { instanceId } of fleet.candidates()) known.set(instanceId, await read(many('same')));
    open();
    await nodes.settled();
    const [first] = [...known.values()];
    expect(new Set(known.values()).size).toBe(1);
    expect(nodes.mergedClass('Class7')).toBe(first?.nodes.get('Class7'));
    expect(Object.keys(JSON.parse(await body()))).toHaveLength(900);
  });

  it('with nodes of their own are merged while others have their turns', async () => {
    fleet.set(fleetOf(16));
    for (const { instanceId } of fleet.candidates()) known.set(instanceId, await read(many(instanceId)));
    open();
    let turns = 0;
    while (!nodes.isSettled()) {
      await setImmediate();
      turns += 1;
    }
    expect(turns).toBeGreaterThan(3);
    expect(JSON.parse(await body()).Class899.input.required.name[0]).toHaveLength(56);
  });

  it('that learn one after the other are described in the end by what all have', async () => {
    fleet.set(fleetOf(16));
    open();
    for (const { instanceId } of fleet.candidates()) {
      learn(instanceId, await read({ ...many('same'), [instanceId]: node([]) }));
    }
    expect(Object.keys(JSON.parse(await body()))).toHaveLength(916);
    expect(changes).toBeLessThanOrEqual(16);
  });
});
