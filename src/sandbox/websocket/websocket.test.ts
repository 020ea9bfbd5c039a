import { describe, expect, it } from 'vitest';
import { metadataPreviewFrame, previewFrame, textFrame } from './frames.ts';
import { createWebsocketHub, type HubSocket } from './hub.ts';

const jpeg = { bytes: new Uint8Array([0xff, 0xd8]), mediaType: 'image/jpeg' } as const;
const png = { bytes: new Uint8Array([0x89, 0x50]), mediaType: 'image/png' } as const;

describe('frames', () => {
  it('previews without an id name their format', () => {
    expect(previewFrame(jpeg).toString('hex')).toBe('0000000100000001ffd8');
    expect(previewFrame(png).toString('hex')).toBe('00000001000000028950');
  });

  it('previews with ids carry them as JSON before the picture', () => {
    const frame = metadataPreviewFrame(png, 'n', 'p');
    const length = frame.readUInt32BE(4);
    expect(frame.readUInt32BE(0)).toBe(4);
    expect(JSON.parse(frame.subarray(8, 8 + length).toString('utf8'))).toEqual({
      node_id: 'n',
      prompt_id: 'p',
      display_node_id: 'n',
      parent_node_id: null,
      real_node_id: 'n',
      image_type: 'image/png',
    });
    expect(frame.subarray(8 + length).toString('hex')).toBe('8950');
  });

  it('text counts the bytes of its node id', () => {
    expect(textFrame('ä', 'x').toString('hex')).toBe('0000000300000002c3a478');
  });
});

interface TestSocket extends HubSocket {
  readonly got: string[];
  readonly ended: () => boolean;
}

const socket = (): TestSocket => {
  const got: string[] = [];
  let isEnded = false;
  return {
    got,
    ended: () => isEnded,
    send: (data) => void got.push(typeof data === 'string' ? data : `<${data.length} bytes>`),
    drained: async () => undefined,
    terminate: () => {
      isEnded = true;
    },
  };
};

const hubWith = (runningNode: string | null = null) =>
  createWebsocketHub({
    queueInfo: () => ({ exec_info: { queue_remaining: 0 } }),
    serverFeatures: () => ({ a: 1 }),
    runningNodeOf: (sid) => (sid === 'runner' ? runningNode : null),
  });

const types = ({ got }: TestSocket): unknown[] =>
  got.map((text) => (text.startsWith('<') ? text : JSON.parse(text).type));

describe('hub', () => {
  it('greets with the status, and the owner of the running prompt with its node', () => {
    const hub = hubWith('7');
    const [owner, other] = [socket(), socket()];
    hub.connect('runner', owner);
    hub.connect('other', other);
    expect(types(owner)).toEqual(['status', 'executing']);
    expect(types(other)).toEqual(['status']);
    expect(owner.got[1]).toBe('{"type": "executing", "data": {"node": "7"}}');
  });

  it('sends to one, or to all', () => {
    const hub = hubWith();
    const [first, second] = [socket(), socket()];
    hub.connect('1', first);
    hub.connect('2', second);
    hub.send('a', {}, '1');
    hub.send('b', {}, null);
    hub.send('c', {}, 'nobody');
    hub.sendBinary(new Uint8Array(3), '2');
    expect(types(first)).toEqual(['status', 'a', 'b']);
    expect(types(second)).toEqual(['status', 'b', '<3 bytes>']);
  });

  it('a second socket takes the place of the first, and the end of either forgets the id', () => {
    const hub = hubWith();
    const [first, second] = [socket(), socket()];
    hub.connect('x', first);
    hub.connect('x', second);
    hub.send('a', {}, null);
    expect([types(first), types(second)]).toEqual([['status'], ['status', 'a']]);
    hub.disconnect('x');
    hub.send('b', {}, 'x');
    expect(types(second)).toEqual(['status', 'a']);
  });

  it('only the first message announces flags', () => {
    const hub = hubWith();
    const client = socket();
    hub.connect('x', client);
    hub.receive('x', client, JSON.stringify({ type: 'feature_flags', data: { supports_preview_metadata: true } }));
    hub.receive('x', client, JSON.stringify({ type: 'feature_flags', data: {} }));
    expect(types(client)).toEqual(['status', 'feature_flags']);
    expect(hub.supports('x', 'supports_preview_metadata')).toBe(true);
    expect(hub.supports(null, 'supports_preview_metadata')).toBe(false);
    hub.disconnect('x');
    expect(hub.supports('x', 'supports_preview_metadata')).toBe(false);
    expect(hub.isConnected('x')).toBe(false);
  });

  it.each(['no JSON', '5', '[]', '"text"'])('a message of %s does not count as the first one', (text) => {
    const hub = hubWith();
    const client = socket();
    hub.connect('x', client);
    hub.receive('x', client, text);
    hub.receive('x', client, JSON.stringify({ type: 'feature_flags', data: { f: true } }));
    expect(types(client)).toEqual(['status', 'feature_flags']);
    expect(hub.supports('x', 'f')).toBe(true);
  });

  it.each(['{}', '{"type":"other"}'])('a first message of %s uses up the chance', (text) => {
    const hub = hubWith();
    const client = socket();
    hub.connect('x', client);
    hub.receive('x', client, text);
    hub.receive('x', client, JSON.stringify({ type: 'feature_flags', data: { f: true } }));
    expect(types(client)).toEqual(['status']);
    expect(hub.supports('x', 'f')).toBe(false);
  });

  it('can be silenced, and can drop everybody', () => {
    const hub = hubWith();
    const client = socket();
    hub.connect('x', client);
    hub.silence();
    hub.send('a', {}, null);
    expect(types(client)).toEqual(['status']);
    hub.dropAll();
    expect(client.ended()).toBe(true);
  });
});
