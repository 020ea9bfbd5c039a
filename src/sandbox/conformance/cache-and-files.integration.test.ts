import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPrompt } from './conversation.ts';
import { exchange, postJson } from './http-client.ts';
import { normalise } from './normalise.ts';
import { loadRecording } from './recording.ts';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';

interface Entry {
  readonly prompt: readonly [number, string, Record<string, unknown>];
  readonly outputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly status: {
    readonly status_str: string;
    readonly messages: readonly (readonly [string, Record<string, unknown>])[];
  };
}

const run = async (sandbox: SandboxProcess, prompt: unknown, extra: object = {}): Promise<Entry> => {
  const { promptId, history } = await runPrompt(sandbox.port, { prompt, ...extra }, null);
  const entry = (history.json as Record<string, Entry>)[promptId];
  if (entry === undefined) throw new Error('no history entry');
  return entry;
};

const messageOf = (entry: Entry, event: string): unknown => entry.status.messages.find(([name]) => name === event);

const picture = (color: number, prefix: string) => ({
  '1': { class_type: 'EmptyImage', inputs: { width: 8, height: 8, batch_size: 1, color } },
  '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: prefix } },
});

interface Chunk {
  readonly type: string;
  readonly len: number;
  readonly text: string | null;
}

const chunksOf = (png: Buffer): Chunk[] => {
  const chunks: Chunk[] = [];
  for (let offset = 8; offset < png.length; ) {
    const len = png.readUInt32BE(offset);
    const type = png.toString('latin1', offset + 4, offset + 8);
    const text = type === 'tEXt' ? png.toString('latin1', offset + 8, offset + 8 + len) : null;
    chunks.push({ type, len, text });
    offset += 12 + len;
  }
  return chunks;
};

/** How well pixels are packed is the encoder's business. */
const comparableChunks = (chunks: readonly Chunk[]): unknown =>
  chunks.map(({ type, len, text }) => (type === 'IDAT' ? { type } : { type, len, text }));

describe('cache-modes-ABAA: what is cached of prompts A, B, A, A', () => {
  const { by_mode: byMode } = loadRecording('cache-modes-ABAA') as {
    by_mode: Record<string, readonly (readonly string[])[]>;
  };
  const flags: Record<string, readonly string[]> = {
    default: [],
    classic: ['--cache-classic'],
    lru10: ['--cache-lru', '10'],
    cache_ram_1_1: ['--cache-ram', '1', '1'],
  };
  const graph = (color: number) => ({
    '1': { class_type: 'EmptyImage', inputs: { width: 8, height: 8, batch_size: 1, color } },
    '2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
    '3': { class_type: 'PreviewImage', inputs: { images: ['2', 0] } },
  });

  it.each(Object.keys(byMode))('%s', async (mode) => {
    const sandbox = await startSandboxProcess({ args: flags[mode] ?? [] });
    try {
      const cached: unknown[] = [];
      for (const color of [1, 2, 1, 1]) {
        const [, data] = messageOf(await run(sandbox, graph(color)), 'execution_cached') as [
          string,
          { nodes: unknown },
        ];
        cached.push(data.nodes);
      }
      expect(cached).toEqual(byMode[mode]);
    } finally {
      await sandbox.dispose();
    }
  });

  it('an equal node of the same prompt is not run twice', async () => {
    const sandbox = await startSandboxProcess();
    try {
      const twin = picture(1, 'twin')['2'];
      const entry = await run(sandbox, { ...picture(1, 'twin'), '3': twin });
      const file = { filename: 'twin_00001_.png', subfolder: '', type: 'output' };
      expect(entry.outputs).toEqual({ '2': { images: [file] }, '3': { images: [file] } });
    } finally {
      await sandbox.dispose();
    }
  });

  it('--cache-none: everything runs again, and a second file is written', async () => {
    const sandbox = await startSandboxProcess({ args: ['--cache-none'] });
    try {
      await run(sandbox, picture(1, 'a'));
      const again = await run(sandbox, picture(1, 'a'));
      expect(again.outputs['2']?.images).toEqual([{ filename: 'a_00002_.png', subfolder: '', type: 'output' }]);
    } finally {
      await sandbox.dispose();
    }
  });
});

describe('cache-free-png', () => {
  const recording = loadRecording('cache-free-png') as {
    before_free_cached: unknown;
    after_unload_models_cached: unknown;
    after_free_memory_cached: unknown;
    png_chunks: readonly Chunk[];
    cached_after_file_deleted: { outputs: unknown; file_exists: boolean; view_status: number };
    counter: { existing: readonly string[]; next: unknown };
    prefix_escape: { status: string; message: string };
  };
  let sandbox: SandboxProcess;
  beforeAll(async () => {
    sandbox = await startSandboxProcess();
  });
  afterAll(() => sandbox.dispose());

  const cachedNow = async (): Promise<unknown> =>
    normalise(messageOf(await run(sandbox, picture(1, 'free/x')), 'execution_cached'));

  it('/free: unload_models keeps results, free_memory forgets them', async () => {
    await run(sandbox, picture(1, 'free/x'));
    expect(await cachedNow()).toEqual(normalise(recording.before_free_cached));
    await postJson(sandbox.port, '/free', { unload_models: true });
    expect(await cachedNow()).toEqual(normalise(recording.after_unload_models_cached));
    await postJson(sandbox.port, '/free', { free_memory: true });
    expect(await cachedNow()).toEqual(normalise(recording.after_free_memory_cached));
  });

  it('a saved PNG carries the prompt and every key of extra_pnginfo, in order', async () => {
    const extra = { extra_data: { extra_pnginfo: { workflow: { id: 'w1', nodes: [] }, custom_key: { a: 1 } } } };
    await run(sandbox, picture(2, 'del/x'), extra);
    const file = join(sandbox.base, 'output', 'del', 'x_00001_.png');
    expect(comparableChunks(chunksOf(readFileSync(file)))).toEqual(comparableChunks(recording.png_chunks));
  });

  it('a cached SaveImage repeats its name even when the file is gone', async () => {
    const file = join(sandbox.base, 'output', 'del', 'x_00001_.png');
    rmSync(file);
    const again = await run(sandbox, picture(2, 'del/x'));
    const view = await exchange(sandbox.port, { path: '/view?filename=x_00001_.png&subfolder=del' });
    expect({ outputs: again.outputs, file_exists: existsSync(file), view_status: view.status }).toEqual(
      recording.cached_after_file_deleted,
    );
  });

  it('the counter goes on behind whatever files are there', async () => {
    const folder = join(sandbox.base, 'output', 'cnt');
    mkdirSync(folder, { recursive: true });
    for (const name of recording.counter.existing) writeFileSync(join(folder, name), '');
    const entry = await run(sandbox, picture(3, 'cnt/a'));
    expect(entry.outputs['2']?.images).toEqual(recording.counter.next);
  });

  it('a prefix that leads out of the output folder fails the prompt', async () => {
    const entry = await run(sandbox, picture(4, '../x'));
    const [, data] = messageOf(entry, 'execution_error') as [string, { exception_message: string }];
    expect(entry.status.status_str).toBe(recording.prefix_escape.status);
    expect(data.exception_message.replaceAll(sandbox.base, '/srv/inst1').trimEnd().split('\n')[0]).toBe(
      recording.prefix_escape.message.trimEnd().split('\n')[0],
    );
  });
});

describe('extra-observations', () => {
  const recording = loadRecording('extra-observations') as {
    png_prompt_with_is_changed: {
      prompt: Record<string, { class_type: string; inputs: unknown; is_changed?: unknown }>;
    };
    history_prompt_inputs_after_coercion: Record<string, unknown>;
    ui_outputs: Record<string, { outputs: unknown; st: string }>;
  };
  let sandbox: SandboxProcess;
  beforeAll(async () => {
    sandbox = await startSandboxProcess();
    const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    writeFileSync(join(sandbox.base, 'input', 'example.png'), bytes);
  });
  afterAll(() => sandbox.dispose());

  it('the prompt in a file has is_changed, the one in the history has not', async () => {
    const { prompt } = recording.png_prompt_with_is_changed;
    const submitted = Object.fromEntries(
      Object.entries(prompt).map(([id, { is_changed: _isChanged, ...node }]) => [id, node]),
    );
    const entry = await run(sandbox, submitted);
    const text = chunksOf(readFileSync(join(sandbox.base, 'output', 'md', 'x_00001_.png'))).find(
      ({ type }) => type === 'tEXt',
    )?.text;
    const written: unknown = JSON.parse(text?.slice('prompt\0'.length) ?? '');
    const hashed = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value).replace(/"[0-9a-f]{64}"/, '"<sha256>"'));
    expect(hashed(written)).toEqual(hashed(prompt));
    expect(JSON.stringify(hashed(written))).toContain('<sha256>');
    expect(entry.prompt[2]).toEqual(recording.history_prompt_inputs_after_coercion);
  });

  it('a replaced input file is noticed, since its hash is part of the key', async () => {
    const prompt = {
      '1': { class_type: 'LoadImage', inputs: { image: 'example.png' } },
      '2': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
    };
    await run(sandbox, prompt);
    const bytes = await sharp({ create: { width: 32, height: 32, channels: 3, background: 'blue' } })
      .png()
      .toBuffer();
    writeFileSync(join(sandbox.base, 'input', 'example.png'), bytes);
    const [, data] = messageOf(await run(sandbox, prompt), 'execution_cached') as [string, { nodes: unknown }];
    expect(data.nodes).toEqual([]);
  });

  it('PreviewAny shows text', async () => {
    const entry = await run(sandbox, {
      '1': { class_type: 'PrimitiveInt', inputs: { value: 3 } },
      '2': { class_type: 'PreviewAny', inputs: { source: ['1', 0] } },
    });
    const expected = recording.ui_outputs.PreviewAny;
    expect({ outputs: entry.outputs, st: entry.status.status_str }).toEqual({
      outputs: expected?.outputs,
      st: expected?.st,
    });
  });

  it('--disable-metadata leaves the chunks out', async () => {
    const bare = await startSandboxProcess({ args: ['--disable-metadata'] });
    try {
      await run(bare, picture(1, 'bare'));
      const types = chunksOf(readFileSync(join(bare.base, 'output', 'bare_00001_.png'))).map(({ type }) => type);
      expect(types).not.toContain('tEXt');
    } finally {
      await bare.dispose();
    }
  });
});
