import { describe, expect, test } from 'vitest';
import { createLineSplitter, plainLine, readLogLine, stripAnsi } from './log-progress.ts';

const escape = String.fromCodePoint(27);
const info = `${escape}[32m[INFO]${escape}[0m `;

describe('a line of the log', () => {
  test.each([
    [`${info}[Prompt Server] web root: /srv/frontend`, { kind: 'phase', phase: 'custom-nodes' }],
    ['Import times for custom nodes:', { kind: 'phase', phase: 'custom-nodes' }],
    [`${info}Starting server`, { kind: 'phase', phase: 'server' }],
    ['Starting server', { kind: 'phase', phase: 'server' }],
    [`${info}To see the GUI go to: http://127.0.0.1:18188`, { kind: 'phase', phase: 'verifying' }],
    ['To see the GUI go to: https://[::1]:18190', { kind: 'phase', phase: 'verifying' }],
    [`${info}ComfyUI version: 0.33.0`, { kind: 'version', version: '0.33.0' }],
    ['Restarting... [Legacy Mode]', { kind: 'rebooting' }],
    ['Restarting...', { kind: 'rebooting' }],
    [`${info}got prompt`, { kind: 'prompt' }],
    ['Prompt executed in 0.52 seconds', { kind: 'prompt' }],
    [`${info}Prompt executed in 00:12:31`, { kind: 'prompt' }],
    [' 35%|███▌      | 7/20 [00:03<00:05,  2.31it/s]', { kind: 'sampling', active: true }],
    ['100%|██████████| 20/20 [00:08<00:00,  2.40it/s]', { kind: 'sampling', active: false }],
    ['  0%|          | 0/4 [00:00<?, ?it/s]', { kind: 'sampling', active: true }],
  ])('%j tells %j', (line, signal) => {
    expect(readLogLine(line)).toEqual(signal);
  });

  test.each([
    `${info}Starting server again`,
    'Not Starting server',
    `${info}pytorch version: 2.13.0+cpu`,
    'custom node: Restarting... in 5 s',
    `${info}got prompted`,
    'my node got prompt',
    '',
  ])('%j tells nothing', (line) => {
    expect(readLogLine(line)).toBeNull();
  });
});

describe('plain text', () => {
  test('has no colours, titles or links', () => {
    expect(stripAnsi(`${escape}[1m${escape}[31mred${escape}[0m and ${escape}[38;5;12mblue${escape}[K`)).toBe(
      'red and blue',
    );
    const link = `${escape}]8;;http://example.test${escape}\\text${escape}]8;;${String.fromCodePoint(7)}`;
    expect(stripAnsi(link)).toBe('text');
  });

  test('has no level in front and no blanks behind', () => {
    expect(plainLine(`${escape}[1m${escape}[33m[WARNING]${escape}[0m careful  `)).toBe('careful');
    expect(plainLine('[ERROR] bad')).toBe('bad');
    expect(plainLine('a [INFO] b')).toBe('a [INFO] b');
  });
});

describe('the line splitter', () => {
  test('puts pieces together and takes each rewrite of a progress bar as a line', () => {
    const splitter = createLineSplitter(100);
    expect(splitter.push('one\ntw')).toEqual(['one']);
    expect(splitter.rest()).toEqual(['tw']);
    expect(splitter.push('o\r\nthree\r50%\r100%')).toEqual(['two', 'three', '50%']);
    expect(splitter.rest()).toEqual(['100%']);
    expect(splitter.rest()).toEqual(['100%']);
    expect(splitter.push('\n')).toEqual(['100%']);
    expect(splitter.rest()).toEqual([]);
  });

  test('bounds what has no line break', () => {
    const splitter = createLineSplitter(4);
    expect(splitter.push('123456')).toEqual([]);
    expect(splitter.rest()).toEqual(['3456']);
    expect(splitter.push('abcdef\n')).toEqual(['3456']);
  });
});
