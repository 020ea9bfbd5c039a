import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { toJsonLine, toPlain, toTextLine } from './log-record.ts';
import { redactText } from './redact.ts';
import { createStudioLogger, type StudioLoggerOptions } from './studio-logger.ts';

const record = (message: string, fields: Record<string, unknown> = {}) =>
  ({ at: 0, level: 'info', message, fields }) as const;

describe('redaction', () => {
  it.each([
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer [redacted]'],
    ['basic dXNlcjpwYXNz', 'basic [redacted]'],
    ['GET http://anna:hunter2@10.0.0.5:8188/prompt', 'GET http://anna:[redacted]@10.0.0.5:8188/prompt'],
    ['/ws?clientId=1&token=abcdef&x=1', '/ws?clientId=1&token=[redacted]&x=1'],
    ['{"api_key": "abcdef", "seed": 5}', '{"api_key": "[redacted]", "seed": 5}'],
    ['main.py --password geheim --port 8188', 'main.py --password [redacted] --port 8188'],
    ['key hf_AbCdEfGhIjKlMnOpQrSt is set', 'key hf_[redacted] is set'],
    ['the known one: s3cr3t!', 'the known one: [redacted]'],
    ['nothing here: port 8188, http://127.0.0.1:8188/', 'nothing here: port 8188, http://127.0.0.1:8188/'],
    ['tokenizer loaded in 3 s', 'tokenizer loaded in 3 s'],
  ])('%s', (text, expected) => {
    expect(redactText(text, ['s3cr3t!', 'x'])).toBe(expected);
  });
});

describe('what is written of a value', () => {
  it('hides secrets by the names of fields, at any depth', () => {
    const value = { accessToken: 'a', headers: { Authorization: 'b', Cookie: 'c' }, list: [{ apiKey: 1 }], port: 8188 };
    expect(toPlain(value, [])).toEqual({
      accessToken: '[redacted]',
      headers: { Authorization: '[redacted]', Cookie: '[redacted]' },
      list: [{ apiKey: '[redacted]' }],
      port: 8188,
    });
  });

  it('is bounded whatever it is', () => {
    const loop: Record<string, unknown> = { name: 'loop' };
    loop['self'] = loop;
    const text = JSON.stringify(toPlain({ loop, list: Array.from({ length: 10_000 }, () => 'x'.repeat(10_000)) }, []));
    expect(text.length).toBeLessThan(300_000);
    expect(text).toContain('[deeper]');
  });

  it('takes every kind of value', () => {
    const values = [
      undefined,
      null,
      Number.NaN,
      5n,
      () => 1,
      new Date(0),
      new Date(Number.NaN),
      Buffer.alloc(3),
      new Map([['a', 1]]),
      new Set([2]),
    ];
    expect(toPlain(values, [])).toEqual([
      null,
      null,
      'NaN',
      '5',
      '[function]',
      '1970-01-01T00:00:00.000Z',
      'Invalid Date',
      '[3 bytes]',
      { a: 1 },
      [2],
    ]);
  });

  it('tells an error with its code and cause', () => {
    const cause = new Error('ENOSPC: token=abcdef');
    const error = new StudioError('STORE_WRITE_FAILED', undefined, { cause, details: { path: '/x' } });
    expect(toPlain(error, [])).toMatchObject({
      name: 'StudioError',
      code: 'STORE_WRITE_FAILED',
      details: { path: '/x' },
      cause: { message: 'ENOSPC: token=[redacted]' },
    });
  });

  it('stays on one line', () => {
    const forged = 'a\nb\r\nc';
    expect(toTextLine(record(forged, { value: 'd\ne', error: new Error('f\ng') }), [])).toBe(
      '1970-01-01T00:00:00.000Z info  a\\nb\\nc value="d\\ne" error="f\\ng"\n',
    );
    expect(toJsonLine(record(forged, { value: forged, level: 'fake' }), [])).toBe(
      '{"value":"a\\nb\\r\\nc","level":"info","time":"1970-01-01T00:00:00.000Z","message":"a\\nb\\r\\nc"}\n',
    );
  });
});

describe('studio logger', () => {
  let folder: string;
  let console: string[];
  const clock = { now: () => 0, schedule: () => () => undefined };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atelier-logger-'));
    console = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const create = (options: Partial<StudioLoggerOptions> = {}) =>
    createStudioLogger({
      logFolder: join(folder, 'logs'),
      clock,
      format: 'text',
      level: 'warn',
      write: (line) => console.push(line),
      knownSecrets: () => ['hunter2'],
      ...options,
    });
  const file = (suffix = ''): string => readFileSync(join(folder, 'logs', `atelier.log${suffix}`), 'utf8');

  it('writes to the console from its level on, to the file from info on', () => {
    const logger = create();
    logger.debug('one');
    logger.info('two');
    logger.warn('three hunter2', { port: 8188 });
    logger.close();
    logger.error('late');
    expect(console).toEqual(['1970-01-01T00:00:00.000Z warn  three [redacted] port=8188\n']);
    const lines = file()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['info', 'two'],
      ['warn', 'three [redacted]'],
    ]);
    expect(statSync(join(folder, 'logs', 'atelier.log')).mode & 0o077).toBe(0);
  });

  it('writes debug lines when asked to, as JSON when asked to', () => {
    const logger = create({ level: 'debug', format: 'json' });
    logger.debug('one', { a: 1 });
    logger.close();
    expect(console).toEqual([file()]);
    expect(JSON.parse(file())).toEqual({ time: '1970-01-01T00:00:00.000Z', level: 'debug', message: 'one', a: 1 });
  });

  it('keeps files of a bounded size and number', () => {
    const logger = create({ limits: { maxFileBytes: 1000, filesKept: 2 } });
    for (let index = 0; index < 50; index += 1) logger.info(`line ${index} ${'x'.repeat(80)}`);
    logger.close();
    const sizes = ['', '.1', '.2'].map((suffix) => file(suffix).length);
    expect(sizes.every((size) => size > 0 && size <= 1000)).toBe(true);
    expect(existsSync(join(folder, 'logs', 'atelier.log.3'))).toBe(false);
    expect(file()).toContain('line 49');
    expect((file('.2') + file('.1') + file()).split('\n').filter(Boolean).length).toBeGreaterThan(12);
  });

  it('goes on where an earlier studio stopped', () => {
    for (const message of ['first', 'second']) {
      const logger = create();
      logger.info(message);
      logger.close();
    }
    expect(file().trim().split('\n')).toHaveLength(2);
  });

  it('goes on without a disk, and says how many lines are missing when it is back', () => {
    const blocked = join(folder, 'logs', 'atelier.log');
    mkdirSync(blocked, { recursive: true });
    const logger = create();
    logger.warn('one');
    logger.warn('two');
    rmSync(blocked, { recursive: true });
    logger.warn('three');
    logger.warn('four');
    logger.close();
    expect(console).toHaveLength(4);
    const lines = file()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ message, missingLines }) => [message, missingLines])).toEqual([
      ['three', 2],
      ['four', undefined],
    ]);
    chmodSync(blocked, 0o600);
  });
});
