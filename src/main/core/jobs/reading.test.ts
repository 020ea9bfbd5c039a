import { describe, expect, it } from 'vitest';
import type { SocketFrame } from '#core/ports/comfy-client.ts';
import { isAbout, readFrame } from './frame-reading.ts';
import { readOutputs } from './job-outputs.ts';
import { readExecutionError, readNodeErrors, readRejection } from './node-errors.ts';
import { readSettlement } from './settlement.ts';

const id = '7a444704-b871-40b8-8270-be9d2256b4e6';
const message = (type: string, data: Record<string, unknown>): SocketFrame => ({
  kind: 'message',
  type,
  data: { prompt_id: id, ...data },
});
const frame = (type: number, second: number, rest: Uint8Array): SocketFrame => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(type, 0);
  head.writeUInt32BE(second, 4);
  return { kind: 'binary', bytes: Buffer.concat([head, rest]) };
};

describe('readFrame', () => {
  it.each([
    ['execution_start', { timestamp: 1 }, { kind: 'started' }],
    ['execution_cached', { nodes: ['1', 2] }, { kind: 'cached', nodeIds: ['1'] }],
    ['executing', { node: '5.0.1', display_node: '5' }, { kind: 'executing', nodeId: '5' }],
    ['executing', { node: null }, { kind: 'ended' }],
    ['progress', { node: '3', value: 2, max: 20 }, { kind: 'step', nodeId: '3', value: 2, max: 20 }],
    ['progress', { node: '3', value: null, max: Number.NaN }, { kind: 'step', nodeId: '3', value: 0, max: 1 }],
    ['executed', { node: '3', display_node: '3', output: null }, { kind: 'executed', nodeId: '3', output: {} }],
    ['execution_success', {}, { kind: 'succeeded' }],
    ['execution_interrupted', {}, { kind: 'interrupted' }],
    ['execution_error', { exception_type: 'ExecutionBlocked' }, null],
    ['status', { status: {} }, null],
    ['crystools.monitor', { gpu: 1 }, null],
  ])('%s %j', (type, data, event) => {
    expect(readFrame(message(type, data))).toEqual(event);
  });

  it('reads the state of all nodes', () => {
    const nodes = {
      '1': { value: 1, max: 1, state: 'finished', display_node_id: '1' },
      '2': { value: 0, max: 4, state: 'running' },
    };
    expect(readFrame(message('progress_state', { nodes }))).toEqual({
      kind: 'nodes',
      nodes: {
        '1': { value: 1, max: 1, finished: true, displayNodeId: '1' },
        '2': { value: 0, max: 4, finished: false, displayNodeId: '2' },
      },
    });
  });

  it.each<[string, SocketFrame, boolean]>([
    ['its own message', message('execution_success', {}), true],
    ['a message of another prompt', message('execution_success', { prompt_id: 'other' }), false],
    [
      'one without a prompt, as comes after a new connection',
      { kind: 'message', type: 'executing', data: { node: '4' } },
      true,
    ],
    ['its own preview', frame(4, 52, Buffer.from(`{"prompt_id":"${id}"}x`)), true],
    ['a preview of another prompt', frame(4, 21, Buffer.from('{"prompt_id":"other"}x')), false],
    ['a preview that names none', frame(4, 2, Buffer.from('{}x')), true],
    ['a preview of the old type', frame(1, 1, Buffer.from('x')), true],
    ['a text', frame(3, 1, Buffer.from('t')), true],
  ])('%s', (_name, heard, about) => {
    expect(isAbout(heard, id)).toBe(about);
  });

  it('reads previews of both types', () => {
    const picture = Buffer.from('jpeg');
    expect(readFrame(frame(1, 1, picture))).toMatchObject({ nodeId: null, contentType: 'image/jpeg' });
    expect(readFrame(frame(1, 2, picture))).toMatchObject({ contentType: 'image/png' });
    const metadata = Buffer.from(
      JSON.stringify({ prompt_id: id, node_id: '5.1', display_node_id: '5', image_type: 'image/png' }),
    );
    const event = readFrame(frame(4, metadata.byteLength, Buffer.concat([metadata, picture])));
    expect(event).toMatchObject({ kind: 'preview', nodeId: '5', contentType: 'image/png' });
    expect(event?.kind === 'preview' && Buffer.from(event.bytes).toString()).toBe('jpeg');
  });

  it.each([
    ['a text', frame(3, 1, Buffer.from('t'))],
    ['an unknown type', frame(99, 0, Buffer.from(''))],
    ['a frame that is cut', { kind: 'binary', bytes: new Uint8Array([0, 0, 0, 1]) } satisfies SocketFrame],
    ['metadata longer than the frame', frame(4, 4_000_000_000, Buffer.from('{}'))],
  ])('passes over %s', (_name, bytes) => {
    expect(readFrame(bytes)).toBeNull();
  });

  it('reads a frame that starts in the middle of a buffer', () => {
    const whole = Buffer.concat([Buffer.from('xyz'), Buffer.from([0, 0, 0, 1, 0, 0, 0, 2]), Buffer.from('png')]);
    expect(readFrame({ kind: 'binary', bytes: whole.subarray(3) })).toMatchObject({ contentType: 'image/png' });
  });
});

describe('readOutputs', () => {
  it('finds every list with files, under any key, and texts', () => {
    const outputs = readOutputs({
      '9': { images: [{ filename: 'a.png', subfolder: '', type: 'temp' }], animated: [false] },
      '10': { gifs: [{ filename: 'b', subfolder: 's', type: 'output', format: 'video/h264-mp4' }] },
      '11': { images: [{ filename: 'c.mp4', subfolder: '', type: 'output' }], animated: [true] },
      '12': { audio: [{ filename: 'd.flac', subfolder: '', type: 'output' }] },
      '13': { text: ['hello'], files: [{ filename: 'e.txt', subfolder: '', type: 'output' }] },
      '14': {
        result: ['output/mesh.glb', null],
        weird_key: [{ filename: 'f.glb', type: 'output' }, { no: 'file' }, 3],
      },
      '15': { scalar: 'x', nothing: null, empty: [{ filename: '' }] },
    });
    expect(
      outputs.map(({ index, nodeId, kind, key, filename, text }) => [index, nodeId, kind, key, filename || text]),
    ).toEqual([
      [0, '9', 'image', 'images', 'a.png'],
      [1, '10', 'video', 'gifs', 'b'],
      [2, '11', 'video', 'images', 'c.mp4'],
      [3, '12', 'audio', 'audio', 'd.flac'],
      [4, '13', 'text', 'text', 'hello'],
      [5, '13', 'text', 'files', 'e.txt'],
      [6, '14', 'file', 'weird_key', 'f.glb'],
    ]);
    expect(outputs[0]).toMatchObject({ type: 'temp' });
    expect(outputs[6]).toMatchObject({ subfolder: '' });
  });
});

describe('what an instance refused', () => {
  const envelope = (type: string, message: string, extra_info: object = {}) => ({
    error: { type, message, details: 'd', extra_info },
    node_errors: {},
  });

  it.each([
    ['missing_node_type', "Node 'X' not found.", 'WORKFLOW_NODE_UNKNOWN'],
    ['invalid_prompt', 'Cannot execute because node X does not exist.', 'WORKFLOW_NODE_UNKNOWN'],
    ['invalid_prompt', 'Cannot execute because a node is missing the class_type property.', 'WORKFLOW_REJECTED'],
    ['prompt_no_outputs', 'Prompt has no outputs', 'WORKFLOW_NO_OUTPUTS'],
    ['prompt_outputs_failed_validation', 'Prompt outputs failed validation', 'WORKFLOW_REJECTED'],
  ])('%s: %s', (type, text, code) => {
    const { error } = readRejection(400, envelope(type, text));
    expect(error).toMatchObject({ code, message: text, details: { status: 400, type } });
  });

  it('names the node of a class that is not there', () => {
    const body = envelope('missing_node_type', 'not found', { node_id: '2', class_type: 'Foo', node_title: 'X' });
    expect(readRejection(400, body).nodeErrors).toMatchObject([{ nodeId: '2', classType: 'Foo' }]);
  });

  it('reads all errors of all nodes', () => {
    const error = (type: string, input_name?: string) => ({
      type,
      message: 'm',
      details: 'x',
      extra_info: { input_name },
    });
    const nodes = readNodeErrors({
      '1': { class_type: 'A', errors: [error('one', 'width'), error('two')], dependent_outputs: ['9'] },
      '2': { class_type: 'B', errors: [error('three')] },
      '3': 'nonsense',
    });
    expect(nodes.map(({ nodeId, classType, type, inputName }) => [nodeId, classType, type, inputName])).toEqual([
      ['1', 'A', 'one', 'width'],
      ['1', 'A', 'two', ''],
      ['2', 'B', 'three', ''],
    ]);
  });

  it('an answer of another shape is a refusal all the same', () => {
    expect(readRejection(502, '<html>Bad Gateway</html>')).toMatchObject({
      error: { code: 'WORKFLOW_REJECTED', details: { status: 502 } },
      nodeErrors: [],
    });
  });
});

describe('a node that raised', () => {
  it.each([
    ['torch.cuda.OutOfMemoryError', 'CUDA out of memory. Tried to allocate', 'GPU_OUT_OF_MEMORY'],
    ['torch.OutOfMemoryError', 'Allocation on device 0 would exceed', 'GPU_OUT_OF_MEMORY'],
    ['RuntimeError', 'HIP out of memory. Tried', 'GPU_OUT_OF_MEMORY'],
    ['RuntimeError', 'mat1 and mat2 shapes cannot be multiplied', 'JOB_NODE_FAILED'],
    ['ValueError', 'boom', 'JOB_NODE_FAILED'],
  ])('%s: %s', (exception_type, exception_message, code) => {
    expect(readExecutionError({ node_id: '3', node_type: 'K', exception_type, exception_message }).error.code).toBe(
      code,
    );
  });
});

describe('readSettlement', () => {
  const entry = (statusText: 'success' | 'error', ...events: string[]) => ({
    outputs: { '9': { images: [{ filename: 'a.png', subfolder: '', type: 'output' }] } },
    statusText,
    completed: statusText === 'success',
    messages: events.map((event): readonly [string, Record<string, unknown>] => [
      event,
      { node_id: '2', exception_type: 'E' },
    ]),
    raw: {},
  });

  it.each([
    ['succeeded', entry('success', 'execution_start', 'execution_success')],
    ['cancelled', entry('error', 'execution_start', 'execution_interrupted')],
    ['failed', entry('error', 'execution_start', 'execution_error')],
    ['failed', entry('error')],
  ])('%s', (kind, history) => {
    expect(readSettlement(history)).toMatchObject({ kind, outputs: [{ filename: 'a.png' }] });
  });
});
