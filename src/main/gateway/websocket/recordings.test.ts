import { describe, expect, it } from 'vitest';
import type { JobRecord } from '#core/jobs/job-record.ts';
import { isObject } from '#core/shared/json-object.ts';
import { loadRecording } from '#sandbox/conformance/recording.ts';
import { jobRecord, listIn, objectIn, recordOfEntry } from '../truth/record.fixture.ts';
import { createHubWorld, type FakeClient, type Heard } from './hub-world.fixture.ts';

type Data = Readonly<Record<string, unknown>>;
type Event = { readonly message: Heard } | { readonly binary: Data };

const eventsOf = (recording: unknown, client: string): readonly Event[] =>
  listIn(recording, client)
    .map((frame) => objectIn(frame))
    .filter((frame) => frame['dir'] !== 'send')
    .map((frame) => {
      if (isObject(frame['binary'])) return { binary: frame['binary'] };
      const { type, data } = objectIn(frame, 'json');
      return { message: { type: String(type), data: objectIn(data) } };
    });

const isOf = (event: Event, ...types: readonly string[]): boolean =>
  'message' in event && types.includes(event.message.type);

const isGreeting = (event: Event): boolean =>
  isOf(event, 'feature_flags') || ('message' in event && 'sid' in event.message.data);

/** A frame as an instance sends it to whoever reads metadata, which the hub always does. */
const upstreamFrame = (jobId: string, node: string, { event, format, node_id: nodeId, text }: Data): Uint8Array => {
  const head = (first: number, second: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE(first, 0);
    bytes.writeUInt32BE(second, 4);
    return bytes;
  };
  if (event === 3) {
    const name = Buffer.from(String(nodeId));
    return Buffer.concat([head(3, name.length), name, Buffer.from(String(text))]);
  }
  const type = format === 2 ? 'image/png' : 'image/jpeg';
  const names = { node_id: node, prompt_id: jobId, display_node_id: node, parent_node_id: null, real_node_id: node };
  const metadata = Buffer.from(JSON.stringify({ ...names, image_type: type }));
  return Buffer.concat([head(4, metadata.length), metadata, Buffer.from('picture')]);
};

/** In the words of the recordings: messages whole, binary frames by type and format. */
const shown = (client: FakeClient): readonly unknown[] =>
  client.got.map((item) => {
    if (!(item instanceof Uint8Array)) return item;
    const view = new DataView(item.buffer, item.byteOffset, item.byteLength);
    return view.getUint32(0) === 1 ? ['binary', 1, view.getUint32(4)] : ['binary', view.getUint32(0)];
  });

const expected = (events: readonly Event[]): readonly unknown[] =>
  events.map((event) => {
    if ('message' in event) return event.message;
    const { event: type, format } = event.binary;
    return type === 1 ? ['binary', 1, format] : ['binary', type];
  });

/** What the instance tells before the client is told of it: progress and previews in the order for readers of metadata. */
const upstreamOrder = (events: readonly Event[]): readonly Event[] => {
  const ordered: Event[] = [];
  for (const event of events) {
    const before = ordered.at(-1);
    if ('binary' in event && event.binary['event'] === 1 && before !== undefined && isOf(before, 'progress')) {
      ordered.splice(-1, 1, event, before);
    } else ordered.push(event);
  }
  return ordered;
};

const endedRecord = (recording: unknown, jobId: string, clientId: string): JobRecord => {
  const history = objectIn(recording)['history'];
  if (!isObject(history)) {
    const view = { clientId, state: 'succeeded', startedAt: 1, finishedAt: 2 } as const;
    const messages = [['execution_success', { prompt_id: jobId, timestamp: 1_795_249_214_370 }]] as const;
    const entry = { outputs: {}, statusText: 'success', completed: true, messages, raw: null } as const;
    return jobRecord(jobId, { historyAt: 1, entry, view });
  }
  const [raw] = Object.values(objectIn(history, 'json'));
  const record = recordOfEntry(objectIn(raw));
  return { ...record, view: { ...record.view, clientId } };
};

const play = async (name: string, metadata: boolean) => {
  const recording = loadRecording(name);
  const told = eventsOf(recording, 'ws_submitter').filter((event) => !isGreeting(event));
  const start = told.find((event) => isOf(event, 'execution_start'));
  const jobId = start !== undefined && 'message' in start ? String(start.message.data['prompt_id']) : '';
  const world = createHubWorld(['SaveImage', 'PreviewImage', 'RText']);
  const mine = world.connect('mine');
  const other = world.connect('other');
  if (metadata)
    mine.session.heard(JSON.stringify({ type: 'feature_flags', data: { supports_preview_metadata: true } }));
  mine.got.length = 0;
  other.got.length = 0;
  const ended = endedRecord(recording, jobId, 'mine');
  await world.submit(jobId, { order: ended.order, view: { clientId: 'mine' } });
  world.start(jobId);
  let node = '';
  for (const event of upstreamOrder(told)) {
    if (isOf(event, 'status')) continue;
    if (isOf(event, 'executing') && 'message' in event) node = String(event.message.data['node']);
    if ('message' in event) world.frame(jobId, { kind: 'message', ...event.message });
    else world.frame(jobId, { kind: 'binary', bytes: upstreamFrame(jobId, node, event.binary) });
  }
  const { tries } = world.record(jobId).view;
  world.end({ ...ended, view: { ...ended.view, tries } });
  return { mine, other, told };
};

describe('a client of the gateway is told what a client of ComfyUI was told', () => {
  it.each([
    ['prompt-success', false],
    ['prompt-cached', false],
    ['prompt-partially-cached', false],
    ['prompt-two-outputs', false],
    ['prompt-partial-targets', false],
    ['prompt-text', false],
    ['prompt-failed', false],
    ['prompt-interrupted', false],
    ['prompt-progress-legacy-preview', false],
    ['prompt-progress-metadata-preview', true],
    ['prompt-save-image-websocket', false],
  ])('%s', async (name, metadata) => {
    const { mine, other, told } = await play(name, metadata);
    expect(shown(mine)).toEqual(expected(told));
    expect(shown(other)).toEqual(expected(told.filter((event) => isOf(event, 'status'))));
  });
});

describe('greetings', () => {
  it('ws-no-client-id, ws-feature-flags', () => {
    const recording = loadRecording('ws-feature-flags');
    const world = createHubWorld();
    const client = world.connect('ff');
    client.session.heard(JSON.stringify({ type: 'feature_flags', data: { supports_preview_metadata: true } }));
    client.session.heard(JSON.stringify({ type: 'feature_flags', data: {} }));
    const received = Array.isArray(recording) ? recording.map((frame: unknown) => objectIn(frame)) : [];
    expect(client.got).toEqual(received.filter(({ dir }) => dir === 'recv').map(({ json }) => json));
  });

  it('ws-reconnect', async () => {
    const told = listIn(loadRecording('ws-reconnect'), 'after_reconnect_first_messages').map((frame) =>
      objectIn(frame, 'json'),
    );
    const jobId = String(objectIn(told[2], 'data')['prompt_id']);
    const world = createHubWorld();
    const first = world.connect('re-client');
    await world.submit(jobId, { view: { clientId: 're-client' } });
    world.start(jobId);
    world.message(jobId, 'execution_start');
    world.message(jobId, 'executing', { node: '1', display_node: '1' });
    const second = world.connect('re-client');
    const before = first.got.length;
    for (const { type, data } of told.slice(2)) world.message(jobId, String(type), objectIn(data));
    expect(second.got).toEqual(told);
    expect([first.got.length - before, first.state]).toEqual([0, 'closed']);
    first.session.left();
    world.message(jobId, 'progress', { value: 10, max: 60, node: '1' });
    expect(second.types().at(-1)).toBe('progress');
  });
});
