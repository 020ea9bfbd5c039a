import { describe, expect, it } from 'vitest';
import { createAttribution } from './attribution.ts';
import { readBinaryFrame } from './binary-frames.ts';
import { legacyPicture, picture, progressText } from './frames.fixture.ts';
import { executing, message, type Outgoing } from './outgoing.ts';

const at = (node: string) => ({ node, displayNode: `shown ${node}` });
const binary = (jobId: string, bytes: Uint8Array, node: string | null = '3'): Outgoing => {
  const frame = readBinaryFrame(bytes);
  if (frame === null) throw new Error('no frame');
  return { kind: 'binary', jobId, frame, at: node === null ? null : at(node), isResult: false };
};

/** What goes over the wire, in short: `a/3` for an executing of job a and node 3, else the type or the first number of a frame. */
const wire = (items: readonly Outgoing[], readsMetadata = false): readonly unknown[] => {
  const attribution = createAttribution();
  return items
    .flatMap((item) => attribution.address(item, readsMetadata))
    .map((payload) => {
      if (typeof payload !== 'string') return Buffer.from(payload).readUInt32BE(0);
      const { type, data } = JSON.parse(payload);
      return type === 'executing' ? `${data.prompt_id ?? '-'}/${data.node}` : type;
    });
};

const a = executing('a', at('1'));
const b = executing('b', at('2'));
const endOf = (jobId: string): Outgoing => message('executing', { node: null, prompt_id: jobId }, jobId);

describe('frames that name no prompt follow an executing of their own job', () => {
  const cases: readonly [what: string, items: readonly Outgoing[], wire: readonly unknown[]][] = [
    ['one job', [a, binary('a', legacyPicture('x')), binary('a', legacyPicture('y'))], ['a/1', 1, 1]],
    ['a preview with metadata', [a, binary('a', picture('a', '1', 'x'))], ['a/1', 1]],
    [
      'two jobs',
      [
        a,
        b,
        binary('a', picture('a', '1', 'x')),
        binary('a', picture('a', '1', 'y')),
        binary('b', picture('b', '2', 'z')),
      ],
      ['a/1', 'b/2', 'a/1', 1, 1, 'b/2', 1],
    ],
    ['frames without metadata', [a, b, binary('a', legacyPicture('x'))], ['a/1', 'b/2', 'a/3', 1]],
    ['texts', [a, b, binary('a', progressText('1', 'x'))], ['a/1', 'b/2', 'a/3', 3]],
    [
      'after the end of another one',
      [a, b, endOf('b'), binary('a', picture('a', '1', 'x'))],
      ['a/1', 'b/2', 'b/null', 'a/1', 1],
    ],
    ['after their own end', [a, endOf('a'), binary('a', picture('a', '1', 'x'))], ['a/1', 'a/null', 'a/1', 1]],
    [
      'after the start of another one',
      [a, message('execution_start', { prompt_id: 'b' }, 'b'), binary('a', picture('a', '1', 'x'))],
      ['a/1', 'execution_start', 'a/1', 1],
    ],
    ['at the beginning', [binary('a', picture('a', '1', 'x'))], ['a/1', 1]],
    [
      'after what a connection is greeted with',
      [message('executing', { node: '1' }), binary('a', picture('a', '1', 'x'))],
      ['-/1', 'a/1', 1],
    ],
    ['of which the node is not known', [b, binary('a', legacyPicture('x'), null)], ['b/2', 1]],
    [
      'other messages of both',
      [a, message('progress', { prompt_id: 'b' }, 'b'), binary('a', picture('a', '1', 'x'))],
      ['a/1', 'progress', 1],
    ],
  ];
  it.each(cases)('%s', (_what, items, sent) => expect(wire(items)).toEqual(sent));

  it('leaves frames that name their prompt as they are', () => {
    expect(wire([a, b, binary('a', picture('a', '1', 'x'))], true)).toEqual(['a/1', 'b/2', 4]);
    expect(wire([a, b, binary('a', legacyPicture('x'))], true)).toEqual(['a/1', 'b/2', 'a/3', 1]);
  });

  it('names the node that a preview names', () => {
    const attribution = createAttribution();
    const [text] = attribution.address(binary('a', picture('a', '9', 'x')), false);
    expect(JSON.parse(String(text))).toEqual({
      type: 'executing',
      data: { node: '9', display_node: '9', prompt_id: 'a' },
    });
  });
});
