import infos from '#comfyui/validation/fixtures/object-info.golden.json' with { type: 'json' };
import { type Settings, settingsSchema } from '#contract/models/settings.ts';
import { fakeCandidate } from '#core/jobs/fake-fleet.fixture.ts';
import type { JobRecord } from '#core/jobs/job-record.ts';
import { createWorld, type OpenedWorld, openWorld, type World } from '#core/jobs/jobs-world.fixture.ts';
import type { NodeCatalog, NodeInfo } from '#core/ports/comfy-reader.ts';
import { assembleCatalog, describeClass } from '#main/platform/comfy/node-catalog.ts';
import { createDoor, type Door, type DoorAnswer } from './door.ts';

/** What a real server says of some of its nodes. */
export const recordedInfos: Readonly<Record<string, NodeInfo>> = infos;

export const catalogOf = (nodes: Readonly<Record<string, NodeInfo>>): NodeCatalog =>
  assembleCatalog(new Map(Object.entries(nodes).map(([name, info]) => [name, describeClass(info, new Map())])));

export const caller = { clientId: null, key: '127.0.0.1 test' };

export interface DoorWorld extends OpenedWorld {
  readonly door: Door;
  /** Paths and queries that instances were asked for. */
  readonly asked: string[];
  submit(fields?: Readonly<Record<string, unknown>>): Promise<string>;
  /** POST /prompt. */
  post(body: unknown, from?: typeof caller): Promise<DoorAnswer>;
  record(jobId: string): JobRecord;
}

export interface DoorWorldOptions {
  /** What each instance says of its nodes; null = it does not tell. */
  readonly nodes: readonly (Readonly<Record<string, NodeInfo>> | null)[];
  readonly settings?: Partial<Settings>;
  /** Files in the folders of the instances, as `/view` names them. */
  readonly files?: Readonly<Record<string, readonly string[]>>;
  /** Files that were uploaded to the gateway. */
  readonly shelf?: readonly string[];
}

const names = ['a', 'b', 'c', 'd'];

/** A door before fake instances that told of their nodes. */
export const openDoor = async (
  { nodes, settings = {}, files = {}, shelf = [] }: DoorWorldOptions,
  earlier?: World,
): Promise<DoorWorld> => {
  const used = names.slice(0, nodes.length);
  const world = earlier ?? createWorld(used.map((name) => fakeCandidate(name)));
  for (const [index, name] of used.entries()) {
    const told = nodes[index];
    world.comfy.instance(`http://${name}`).catalog = told === null || told === undefined ? null : catalogOf(told);
  }
  const opened = openWorld(world, { settings });
  await opened.jobs.nodesKnown(1000);
  const asked: string[] = [];
  const door = createDoor({
    ...opened,
    reader: {
      get: (endpoint, pathAndQuery) => {
        asked.push(`${endpoint.baseUrl}${pathAndQuery}`);
        const filename = new URL(`${endpoint.baseUrl}${pathAndQuery}`).searchParams.get('filename') ?? '';
        const isThere = files[endpoint.baseUrl.slice('http://'.length)]?.includes(filename) ?? false;
        return Promise.resolve({ status: isThere ? 206 : 404, headers: {}, body: (async function* none() {})() });
      },
    },
    shelf: {
      find: ({ name }) =>
        shelf.includes(name)
          ? { folder: 'input', path: name, uploadId: 'up-1', sizeBytes: 1, storedAt: 0, usedAt: 0 }
          : null,
      inputsFor: () =>
        shelf.map((name) => ({ name, uploadId: 'up-1', kind: 'input' as const, subfolder: '', type: 'input' })),
    },
    images: { inputsFor: () => [] },
    kits: { of: () => null },
    settings: () => settingsSchema.parse(settings),
  });
  return {
    ...opened,
    door,
    asked,
    post: (body, from = caller) => door.submit({ body, caller: from }),
    record: (jobId) => {
      const record = opened.jobs.record(jobId);
      if (record === undefined) throw new Error(`there is no job ${jobId}`);
      return record;
    },
  };
};
