import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparableAnswer } from '#sandbox/conformance/comparable-answer.ts';
import { formOf } from '#sandbox/conformance/http-client.ts';
import { shapeOf } from '#sandbox/conformance/normalise.ts';
import { loadRecording, type RecordedAnswer, type RecordedExchange } from '#sandbox/conformance/recording.ts';
import { withoutTexts } from '#sandbox/conformance/without-texts.ts';
import { expectedAnswer, routeDeviations } from './gateway/deviations.ts';
import { type GatewayFleet, shareFleet } from './gateway/fleet.ts';
import { exchangeWith, titleOf } from './gateway/replay.ts';

/* Every recorded route of a real ComfyUI, asked of a gateway with one sandbox behind it; what is meant to differ stands in deviations.ts. */

const fullySame = ['--sandbox-test-nodes', '--cpu'];

const exchangesOf = (name: string): readonly RecordedExchange[] => loadRecording(name) as RecordedExchange[];

/** Each recorded exchange by its name. */
const named = (name: string) => exchangesOf(name).map((recorded) => [titleOf(recorded), recorded] as const);

/** The recorded answer, or what the table of deviations says of it. */
const expectedOf = (recorded: RecordedExchange): unknown =>
  expectedAnswer(recorded, routeDeviations[titleOf(recorded)]);

const baseOf = ({ dataFolder }: GatewayFleet): string => join(dataFolder, 'instances', 'gpu0');

describe('get-routes-idle: every GET of a server that has done nothing yet', () => {
  const frontEnd = mkdtempSync(join(tmpdir(), 'front-end-'));
  const models = mkdtempSync(join(tmpdir(), 'no-models-'));
  writeFileSync(join(frontEnd, 'index.html'), '<!doctype html><title>placeholder</title>\n');
  writeFileSync(join(models, 'put-models-here'), '');
  const fleet = shareFleet({
    count: 1,
    switches: [...fullySame, '--front-end-root', frontEnd],
    draft: { folders: { models } },
  });
  afterAll(() => {
    rmSync(frontEnd, { recursive: true });
    rmSync(models, { recursive: true });
  });

  /** Figures, versions, folders and log lines: their shape is compared, not their values. */
  const byShape: ReadonlySet<string> = new Set(['/system_stats', '/internal/logs', '/internal/logs/raw']);

  /** Content of packages that the sandbox does not have, and folders of one machine: status and headers are compared. */
  const byHead: ReadonlySet<string> = new Set([
    '/global_subgraphs',
    '/node_replacements',
    '/internal/folder_paths',
    '/experiment/models',
    '/models',
  ]);

  const compared = (path: string, answer: RecordedAnswer): unknown => {
    const whole = comparableAnswer({ ...answer, json: withoutTexts(answer.json) }, { base: baseOf(fleet()) });
    if (byShape.has(path)) return { ...(whole as object), body: shapeOf(answer.json) };
    return byHead.has(path) ? { ...(whole as object), body: '<its own>' } : whole;
  };

  it.each(named('get-routes-idle'))('%s', async (_, recorded) => {
    const answer = await exchangeWith(fleet().port, { path: recorded.path });
    if (recorded.status >= 400) expect(comparableAnswer(answer)).toEqual(expectedOf(recorded));
    else expect(compared(recorded.path, answer)).toEqual(compared(recorded.path, recorded));
  });
});

describe('http-middleware: origin check, methods, HEAD', () => {
  const fleet = shareFleet({ count: 1, switches: fullySame });

  it.each(named('http-middleware'))('%s', async (_, recorded) => {
    // The preflight was sent by a page of another origin; the recording names the header in its note only.
    const headers =
      recorded.note === 'preflight, cross origin'
        ? { Origin: 'http://evil.example' }
        : (recorded.request_headers ?? {});
    const own = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('18188', String(fleet().port))]),
    );
    const answer = await exchangeWith(fleet().port, { method: recorded.method, path: recorded.path, headers: own });
    expect(comparableAnswer(answer)).toEqual(expectedOf(recorded));
  });
});

describe('other-routes: settings, user data, users, and bodies that cannot be read', () => {
  const fleet = shareFleet({ count: 1, switches: fullySame });

  it.each(named('other-routes'))('%s', async (_, recorded) => {
    const { request = {} } = recorded;
    const body = request.data ?? (request.json === undefined ? undefined : JSON.stringify(request.json));
    const sent = { method: recorded.method, path: recorded.path, ...(body === undefined ? {} : { body }) };
    const answer = await exchangeWith(fleet().port, sent);
    expect(comparableAnswer(answer)).toEqual(expectedOf(recorded));
  });
});

describe('upload, then view', () => {
  const fleet = shareFleet({ count: 1, switches: fullySame });
  let pictures: { first: Buffer; second: Buffer };
  let etag = '';

  const picture = (red: number): Promise<Buffer> =>
    sharp({ create: { width: 8, height: 8, channels: 4, background: { r: red, g: 9, b: 9, alpha: 0.5 } } })
      .png()
      .toBuffer();

  beforeAll(async () => {
    pictures = { first: await picture(200), second: await picture(20) };
  });

  const bytesFor = ({ note = '' }: RecordedExchange): Uint8Array => {
    if (note.startsWith('101 MB')) return Buffer.alloc(101 * 1024 * 1024);
    if (note.startsWith('non image')) return Buffer.from('hello');
    return note.startsWith('different') || note.startsWith('overwrite') ? pictures.second : pictures.first;
  };

  it.each(named('upload'))('upload: %s', async (_, recorded) => {
    const { note = '' } = recorded;
    // The recording client escaped the file name before it sent it.
    const name = recorded.filename?.replaceAll('/', '%2F') ?? '';
    const form = formOf(recorded.fields ?? {}, note === 'no image field' ? null : { name, bytes: bytesFor(recorded) });
    const answer = await exchangeWith(fleet().port, { method: 'POST', path: recorded.path, ...form });
    expect(comparableAnswer(answer)).toEqual(expectedOf(recorded));
  });

  it.each(named('view'))('view: %s', async (_, recorded) => {
    const { note } = recorded;
    const conditions: Record<string, Record<string, string>> = {
      Range: { Range: 'bytes=0-9' },
      'If-None-Match': { 'If-None-Match': etag },
    };
    const headers = conditions[note ?? ''] ?? {};
    const answer = await exchangeWith(fleet().port, { method: recorded.method, path: recorded.path, headers });
    expect(comparableAnswer(answer)).toEqual(expectedOf(recorded));
    if (note === 'Range') expect(answer.binary?.len).toBe(recorded.binary?.len);
    if (recorded.path === '/view?filename=a.png&type=input') etag = answer.headers['ETag'] ?? etag;
  });
});

describe('object_info-full: the classes that the sandbox has', () => {
  const models = mkdtempSync(join(tmpdir(), 'no-models-'));
  writeFileSync(join(models, 'put-models-here'), '');
  const fleet = shareFleet({ count: 1, switches: fullySame, draft: { folders: { models } } });
  afterAll(() => rmSync(models, { recursive: true }));
  let infos: Record<string, unknown>;

  beforeAll(async () => {
    const { port } = fleet();
    const bytes = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    await exchangeWith(port, { method: 'POST', path: '/upload/image', ...formOf({}, { name: 'example.png', bytes }) });
    infos = (await exchangeWith(port, { path: '/object_info' })).json as Record<string, unknown>;
  });

  const recorded = loadRecording('object-info') as Record<string, unknown>;

  it('has the classes of the recording and those of the suite, no others', () => {
    const own = ['RSteps', 'RFail', 'RText', 'RColour'];
    expect(Object.keys(infos).toSorted()).toEqual([...Object.keys(recorded), ...own].toSorted());
  });

  it.each(Object.keys(recorded))('%s', (classType) => {
    expect(withoutTexts(infos[classType])).toEqual(withoutTexts(recorded[classType]));
  });
});
