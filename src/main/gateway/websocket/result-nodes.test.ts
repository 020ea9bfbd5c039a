import { expect, it } from 'vitest';
import { readBinaryFrame } from './binary-frames.ts';
import { legacyPicture, picture, progressText } from './frames.fixture.ts';
import { isResultFrame, resultNodesOf } from './result-nodes.ts';

const nodes = resultNodesOf(
  {
    sampler: { class_type: 'KSampler' },
    websocket: { class_type: 'SaveImageWebsocket' },
    output: { class_type: 'PreviewImage' },
    strange: { class_type: 'NobodyKnows' },
  },
  (classType) => (classType === 'NobodyKnows' ? null : classType === 'PreviewImage'),
);

const cases: readonly [what: string, bytes: Uint8Array, nodeIds: readonly (string | null)[], isResult: boolean][] = [
  ['a preview of a sampler', legacyPicture('x'), ['sampler'], false],
  ['a PNG of a sampler', picture('j', 'sampler', 'x', 'image/png'), ['sampler'], false],
  ['a picture of a node that sends its results', legacyPicture('x', 2), ['websocket'], true],
  ['a picture of a node that one made which sends its results', legacyPicture('x', 2), ['made.0.1', 'websocket'], true],
  ['a JPEG of an output', legacyPicture('x'), ['output'], true],
  ['a PNG of a node that nobody knows', legacyPicture('x', 2), ['strange'], true],
  ['a JPEG of a node that nobody knows', legacyPicture('x'), ['strange'], false],
  ['a PNG of no node', legacyPicture('x', 2), [null, null], true],
  ['a JPEG of no node', legacyPicture('x'), [null, null], false],
  ['a text of an output', progressText('output', 'x'), ['output'], false],
];

it.each(cases)('%s', (_what, bytes, nodeIds, isResult) => {
  const frame = readBinaryFrame(bytes);
  expect(frame === null ? null : isResultFrame(frame, nodeIds, nodes)).toBe(isResult);
});
