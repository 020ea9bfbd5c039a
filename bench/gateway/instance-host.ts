import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { type ScriptedJob, startScriptedInstance } from '../../test/gateway/scripted-instance.ts';
import { manyClasses, previewClass } from './node-classes.ts';
import { writePreviewStamp } from './preview-stamp.ts';

/*
 * Instances whose work costs nothing, in one process: what is measured is the gateway in front of them. Prints their addresses as one
 * JSON line and ends with its stdin.
 */

const [, , countText = '1', classCountText = '0'] = process.argv;

/** A JPEG of the size that a preview of 512 × 512 has. */
const pictureBytes = 24 * 1024;
const jpegStart = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);

const numberIn = (inputs: Readonly<Record<string, unknown>>, name: string): number => Number(inputs[name]);

/** A frame of type 4 (comfyui-protocol.md 3.6), made once for a job. */
const frameOf = (promptId: string): Buffer => {
  const metadata = Buffer.from(
    JSON.stringify({
      node_id: '1',
      prompt_id: promptId,
      display_node_id: '1',
      parent_node_id: null,
      real_node_id: '1',
      image_type: 'image/jpeg',
    }),
  );
  const head = Buffer.alloc(8);
  head.writeUInt32BE(4, 0);
  head.writeUInt32BE(metadata.length, 4);
  return Buffer.concat([head, metadata, jpegStart, randomBytes(pictureBytes)]);
};

/** Sends previews at an even rate; each is stamped the moment it goes out. */
const runPreviews = async ({ promptId, graph, tell, tellBinary, signal }: ScriptedJob) => {
  const inputs = graph['1']?.inputs ?? {};
  const [rate, seconds, lane] = [numberIn(inputs, 'rate'), numberIn(inputs, 'seconds'), numberIn(inputs, 'lane')];
  tell('executing', { node: '1', display_node: '1' });
  const startedAt = performance.now();
  const total = Math.round(rate * seconds);
  const template = frameOf(promptId);
  for (let number = 0; number < total; number += 1) {
    const dueIn = startedAt + (number * 1000) / rate - performance.now();
    if (dueIn > 0) await wait(dueIn, undefined, { signal });
    tell('progress', { value: number + 1, max: total, node: '1' });
    // A copy: the one before may still be on its way.
    const frame = Buffer.from(template);
    writePreviewStamp(frame, { lane, number, sentAt: performance.timeOrigin + performance.now() });
    tellBinary(frame);
  }
  return { '1': { text: ['done'] } };
};

const classes = { ...manyClasses(Number(classCountText)), ...previewClass };
const instances = await Promise.all(
  Array.from({ length: Number(countText) }, () => startScriptedInstance({ classes, run: runPreviews })),
);
process.stdout.write(`${JSON.stringify(instances.map(({ url }) => url))}\n`);
await once(process.stdin.resume(), 'end');
process.exit(0);
