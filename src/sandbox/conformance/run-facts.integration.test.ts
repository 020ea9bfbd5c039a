import { afterAll, beforeAll, expect, it } from 'vitest';
import { runPrompt } from './conversation.ts';
import { postJson } from './http-client.ts';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';

/** Facts about runs that a live ComfyUI 0.33.0 showed and the recordings do not have. */
let sandbox: SandboxProcess;
beforeAll(async () => {
  sandbox = await startSandboxProcess();
});
afterAll(() => sandbox.dispose());

interface Entry {
  readonly outputs: Readonly<Record<string, { readonly images: readonly { readonly filename: string }[] }>>;
  readonly meta: unknown;
  readonly status: { readonly messages: readonly (readonly [string, Record<string, unknown>])[] };
}

const run = async (prompt: unknown, extra: object = {}): Promise<Entry> => {
  const { promptId, history } = await runPrompt(sandbox.port, { prompt, ...extra }, null);
  const entry = (history.json as Record<string, Entry>)[promptId];
  if (entry === undefined) throw new Error('no history entry');
  return entry;
};

const failureOf = ({ status }: Entry): Record<string, unknown> | undefined =>
  status.messages.find(([event]) => event === 'execution_error')?.[1];

const picture = (color: number) => ({
  class_type: 'EmptyImage',
  inputs: { width: 8, height: 8, batch_size: 1, color },
});
const preview = (id: string) => ({ class_type: 'PreviewImage', inputs: { images: [id, 0] } });

it('the history names the node that made a result, not the one that repeats it', async () => {
  await run({ '1': picture(1), '3': preview('1') });
  const repeated = await run({ '7': picture(1), '11': preview('7') });
  expect(Object.keys(repeated.outputs)).toEqual(['11']);
  const first = { node_id: '3', display_node: '3', parent_node: null, real_node_id: '3' };
  expect(repeated.meta).toEqual({ '11': first });
});

it('a cached output does not count as executed when another node fails', async () => {
  const failing = { class_type: 'RFail', inputs: { image: ['1', 0], message: 'boom' } };
  const prompt = { '1': picture(2), '2': failing, '3': preview('2'), '4': preview('1') };
  expect(failureOf(await run(prompt))?.executed).toEqual(['1', '4']);
  expect(failureOf(await run(prompt))?.executed).toEqual([]);
});

it('the inputs of a failed node include those that it gets from the server', async () => {
  const save = { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: '../out' } };
  const entry = await run({ '1': picture(3), '2': save }, { extra_data: { extra_pnginfo: { workflow: { id: 'w' } } } });
  const inputs = failureOf(entry)?.current_inputs as Record<string, string[]>;
  expect(Object.keys(inputs)).toEqual(['images', 'filename_prefix', 'prompt', 'extra_pnginfo']);
  expect(inputs.prompt?.[0]).toContain("'2': {'class_type': 'SaveImage', 'inputs': {'images': ['1', 0], 'filename");
  expect(inputs.extra_pnginfo).toEqual(["{'workflow': {'id': 'w'}}"]);
});

it('a picture of no size cannot be written', async () => {
  const prompt = {
    '1': { class_type: 'PrimitiveInt', inputs: { value: 0 } },
    '2': { class_type: 'EmptyImage', inputs: { width: ['1', 0], height: 3, batch_size: 1, color: 0 } },
    '3': preview('2'),
  };
  expect(failureOf(await run(prompt))).toMatchObject({
    exception_type: 'ValueError',
    exception_message: 'cannot write empty image\n',
  });
});

it('freeing memory makes PreviewImage forget its names', async () => {
  const prompt = (color: number) => ({ '1': picture(color), '9': preview('1') });
  const nameOf = ({ outputs }: Entry): string => outputs['9']?.images[0]?.filename ?? '';
  const prefixOf = (name: string): string => name.slice(0, 'ComfyUI_temp_xxxxx'.length);
  const first = nameOf(await run(prompt(4)));
  expect(prefixOf(nameOf(await run(prompt(5))))).toBe(prefixOf(first));
  await postJson(sandbox.port, '/free', { free_memory: true });
  const fresh = nameOf(await run(prompt(6)));
  expect(prefixOf(fresh)).not.toBe(prefixOf(first));
  expect(fresh).toMatch(/_00001_\.png$/);
});

it.each([
  ['1_000', 1000],
  [' 2.5 ', 2.5],
])('a number may be the text %j', async (number, expected) => {
  const prompt = { '1': picture(7), '2': preview('1') };
  const { status, json } = await postJson(sandbox.port, '/prompt', { prompt, number });
  expect([status, json]).toMatchObject([200, { number: expected }]);
});

it.each([
  [['2'], 200],
  ['2', 200],
  [{ '2': true }, 200],
  [['1'], 400],
  [[2], 400],
  [5, 500],
])('partial_execution_targets %j', async (targets, status) => {
  const prompt = { '1': picture(8), '2': preview('1') };
  const answer = await postJson(sandbox.port, '/prompt', { prompt, partial_execution_targets: targets });
  expect(answer.status).toBe(status);
});
