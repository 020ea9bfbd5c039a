import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparableAnswer } from './comparable-answer.ts';
import { exchange, formOf } from './http-client.ts';
import { shapeOf } from './normalise.ts';
import { loadRecording, type RecordedAnswer, type RecordedExchange } from './recording.ts';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';
import { withoutTexts } from './without-texts.ts';

const exchangesOf = (name: string): readonly RecordedExchange[] => loadRecording(name) as RecordedExchange[];

const titleOf = ({ method, path, note }: RecordedExchange): string =>
  `${method} ${path}${note === undefined ? '' : ` (${note})`}`;

const placeholder = '<!doctype html><title>placeholder</title>\n';

const createFrontEnd = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'front-end-'));
  writeFileSync(join(folder, 'index.html'), placeholder);
  return folder;
};

describe('get-routes-idle: every GET of a server that has done nothing yet', () => {
  const frontEnd = createFrontEnd();
  let sandbox: SandboxProcess;
  beforeAll(async () => {
    sandbox = await startSandboxProcess({ args: ['--cpu', '--front-end-root', frontEnd] });
  });
  afterAll(async () => {
    await sandbox.dispose();
    rmSync(frontEnd, { recursive: true });
  });

  /** Figures, versions and log lines: their shape is compared, not their values. */
  const byShape: ReadonlySet<string> = new Set(['/system_stats', '/internal/logs', '/internal/logs/raw']);

  /** Content of packages that the sandbox does not have: status and headers are compared. */
  const byHead: ReadonlySet<string> = new Set(['/global_subgraphs', '/node_replacements']);

  const compared = (path: string, answer: RecordedAnswer, base: string): unknown => {
    const whole = comparableAnswer({ ...answer, json: withoutTexts(answer.json) }, { base }) as { body: unknown };
    if (byShape.has(path)) return { ...whole, body: shapeOf(answer.json) };
    return byHead.has(path) ? { ...whole, body: '<its own>' } : whole;
  };

  // One after the other, in the recorded order: reading the settings makes the folder that /users asks for.
  it.each(exchangesOf('get-routes-idle').map((recorded) => [titleOf(recorded), recorded] as const))(
    '%s',
    async (_, recorded) => {
      const answer = await exchange(sandbox.port, { path: recorded.path });
      expect(compared(recorded.path, answer, sandbox.base)).toEqual(compared(recorded.path, recorded, '/srv/inst1'));
    },
  );

  it('features', async () => {
    const answer = await exchange(sandbox.port, { path: '/features' });
    expect(comparableAnswer(answer)).toEqual(comparableAnswer(loadRecording('features') as RecordedAnswer));
  });

  it('system_stats: every field and its type', async () => {
    const answer = await exchange(sandbox.port, { path: '/system_stats' });
    expect(shapeOf(answer.json)).toEqual(shapeOf((loadRecording('system_stats') as RecordedAnswer).json));
  });
});

describe('http-middleware: origin check, methods, HEAD', () => {
  let sandbox: SandboxProcess;
  beforeAll(async () => {
    sandbox = await startSandboxProcess({ args: ['--cpu'] });
  });
  afterAll(() => sandbox.dispose());

  const exchanges = exchangesOf('http-middleware');
  const titles = exchanges.map(
    (recorded) => [`${titleOf(recorded)} ${JSON.stringify(recorded.request_headers ?? {})}`, recorded] as const,
  );
  it.each(titles)('%s', async (_, recorded) => {
    // The preflight was sent by a page of another origin; the recording names the header in its note only.
    const headers =
      recorded.note === 'preflight, cross origin'
        ? { Origin: 'http://evil.example' }
        : (recorded.request_headers ?? {});
    const own = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('18188', String(sandbox.port))]),
    );
    const answer = await exchange(sandbox.port, { method: recorded.method, path: recorded.path, headers: own });
    expect(comparableAnswer(answer)).toEqual(comparableAnswer(recorded));
  });
});

describe('other-routes: settings, user data, users, and bodies that cannot be read', () => {
  let sandbox: SandboxProcess;
  beforeAll(async () => {
    sandbox = await startSandboxProcess({ args: ['--cpu'] });
  });
  afterAll(() => sandbox.dispose());

  it.each(exchangesOf('other-routes').map((recorded) => [titleOf(recorded), recorded] as const))(
    '%s',
    async (_, recorded) => {
      const { request = {} } = recorded;
      const body = request.data ?? (request.json === undefined ? undefined : JSON.stringify(request.json));
      const sent = { method: recorded.method, path: recorded.path, ...(body === undefined ? {} : { body }) };
      const answer = await exchange(sandbox.port, sent);
      expect(comparableAnswer(answer)).toEqual(comparableAnswer(recorded));
    },
  );
});

describe('upload, then view', () => {
  let sandbox: SandboxProcess;
  let pictures: { first: Buffer; second: Buffer };
  let etag = '';

  const picture = (red: number): Promise<Buffer> =>
    sharp({ create: { width: 8, height: 8, channels: 4, background: { r: red, g: 9, b: 9, alpha: 0.5 } } })
      .png()
      .toBuffer();

  beforeAll(async () => {
    sandbox = await startSandboxProcess({ args: ['--cpu'] });
    pictures = { first: await picture(200), second: await picture(20) };
    mkdirSync(join(sandbox.base, 'output'), { recursive: true });
  });
  afterAll(() => sandbox.dispose());

  const bytesFor = ({ note = '' }: RecordedExchange): Uint8Array => {
    if (note.startsWith('101 MB')) return Buffer.alloc(101 * 1024 * 1024);
    if (note.startsWith('non image')) return Buffer.from('hello');
    return note.startsWith('different') || note.startsWith('overwrite') ? pictures.second : pictures.first;
  };

  it.each(exchangesOf('upload').map((recorded) => [recorded.note ?? '', recorded] as const))(
    'upload: %s',
    async (note, recorded) => {
      // The recording client escaped the file name before it sent it.
      const name = recorded.filename?.replaceAll('/', '%2F') ?? '';
      const form = formOf(
        recorded.fields ?? {},
        note === 'no image field' ? null : { name, bytes: bytesFor(recorded) },
      );
      const answer = await exchange(sandbox.port, { method: 'POST', path: recorded.path, ...form });
      expect(comparableAnswer(answer)).toEqual(comparableAnswer(recorded));
    },
  );

  it.each(exchangesOf('view').map((recorded) => [titleOf(recorded), recorded] as const))(
    'view: %s',
    async (_, recorded) => {
      const { note } = recorded;
      const conditions: Record<string, Record<string, string>> = {
        Range: { Range: 'bytes=0-9' },
        'If-None-Match': { 'If-None-Match': etag },
      };
      const headers = conditions[note ?? ''] ?? {};
      const answer = await exchange(sandbox.port, { method: recorded.method, path: recorded.path, headers });
      expect(comparableAnswer(answer)).toEqual(comparableAnswer(recorded));
      if (note === 'Range') expect(answer.binary?.len).toBe(recorded.binary?.len);
      if (recorded.path === '/view?filename=a.png&type=input') etag = answer.headers.ETag ?? etag;
    },
  );
});

describe('object_info-full: the classes that the sandbox has', () => {
  let sandbox: SandboxProcess;
  let infos: Record<string, unknown>;
  beforeAll(async () => {
    sandbox = await startSandboxProcess({ args: ['--cpu'] });
    writeFileSync(
      join(sandbox.base, 'input', 'example.png'),
      await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
    );
    infos = (await exchange(sandbox.port, { path: '/object_info' })).json as Record<string, unknown>;
  });
  afterAll(() => sandbox.dispose());

  const recorded = loadRecording('object-info') as Record<string, unknown>;

  it('has the classes of the recording and those of the suite, no others', () => {
    const own = ['RSteps', 'RFail', 'RText', 'RColour'];
    expect(Object.keys(infos).toSorted()).toEqual([...Object.keys(recorded), ...own].toSorted());
  });

  it.each(Object.keys(recorded))('%s', (classType) => {
    expect(withoutTexts(infos[classType])).toEqual(withoutTexts(recorded[classType]));
  });

  const loaders = loadRecording('model-loader-inputs') as Record<
    string,
    Record<string, { folder: readonly string[]; style: string }>
  >;

  it.each(Object.keys(loaders))('model-loader-inputs: %s offers the files of its folder', async (classType) => {
    for (const [input, { folder, style }] of Object.entries(loaders[classType] ?? {})) {
      const [place = ''] = folder;
      mkdirSync(join(sandbox.base, 'models', place), { recursive: true });
      const name = `${classType}-${input}.safetensors`;
      writeFileSync(join(sandbox.base, 'models', place, name), '');
      const { json } = await exchange(sandbox.port, { path: `/object_info/${classType}` });
      const info = (json as Record<string, { input: { required: Record<string, [unknown, { options?: unknown }]> } }>)[
        classType
      ];
      const declared = info?.input.required[input];
      const options = style === 'list' ? declared?.[0] : declared?.[1].options;
      expect(options).toContain(name);
    }
  });
});
