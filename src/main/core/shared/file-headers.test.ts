import { describe, expect, it } from 'vitest';
import { answerHead, etagOf, mediaTypeOf } from './file-headers.ts';

const modifiedAtMs = Date.parse('2026-11-21T08:20:10.250Z');
const file = { name: 'a.png', sizeBytes: 100, etag: '"18ea01a5269f3c7d-64"', modifiedAtMs };
const modified = 'Sat, 21 Nov 2026 08:20:11 GMT';

describe('a plain file', () => {
  it('is described as a real server describes it', () => {
    expect(answerHead(file, {})).toEqual({
      status: 200,
      headers: {
        'content-type': 'image/png',
        'content-length': '100',
        'content-disposition': 'filename="a.png"',
        etag: '"18ea01a5269f3c7d-64"',
        'last-modified': modified,
        'accept-ranges': 'bytes',
        'x-content-type-options': 'nosniff',
      },
      bytes: { start: 0, end: 99 },
    });
    expect(etagOf(0x18ea01a5269f3c7dn, 100)).toBe(file.etag);
  });

  it.each([
    [{ 'if-none-match': file.etag }, 304],
    [{ 'if-none-match': `"x", W/${file.etag}` }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"x"', 'if-modified-since': modified }, 200],
    [{ 'if-modified-since': modified }, 304],
    [{ 'if-modified-since': 'Sat, 21 Nov 2026 08:20:10 GMT' }, 200],
    [{ 'if-modified-since': 'yesterday' }, 200],
    [{ 'if-match': file.etag }, 200],
    [{ 'if-match': '"x"' }, 412],
    [{ 'if-match': `W/${file.etag}` }, 412],
    [{ 'if-unmodified-since': 'Sat, 21 Nov 2026 08:20:10 GMT' }, 412],
    [{ 'if-unmodified-since': modified }, 200],
    [{ range: 'bytes=0-9' }, 206],
    [{ range: 'bytes=100-' }, 416],
    [{ range: 'bytes=0-9', 'if-range': '"x"' }, 200],
    [{ range: 'bytes=0-9', 'if-range': file.etag }, 206],
    [{ range: 'bytes=0-9', 'if-range': modified }, 206],
    [{ range: 'bytes=0-9', 'if-range': 'Sat, 21 Nov 2026 08:20:10 GMT' }, 200],
  ])('asked for with %j is answered with %i', (asked: Readonly<Record<string, string>>, status) => {
    const answer = answerHead(file, asked);
    expect(answer.status).toBe(status);
    if (status === 206) expect(answer.bytes).toEqual({ start: 0, end: 9 });
    else if (status !== 200) expect(answer.bytes).toBeNull();
  });

  it('that is empty has no bytes', () => {
    expect(answerHead({ ...file, sizeBytes: 0 }, {})).toMatchObject({ status: 200, bytes: null });
    expect(answerHead({ ...file, sizeBytes: 0 }, { range: 'bytes=0-' })).toMatchObject({ status: 416 });
  });
});

describe('what a browser would run', () => {
  it.each(['page.html', 'x.htm', 'x.js', 'x.mjs', 'x.css', 'x.xml', 'x.xhtml', 'x.svg'])(
    'is a download: %s',
    (name) => {
      const { headers } = answerHead({ ...file, name }, {});
      expect(headers['content-type']).toBe('application/octet-stream');
      expect(headers['content-disposition']).toBe(`attachment; filename="${name}"`);
      expect(headers['vary']).toBe('Sec-Fetch-Dest');
    },
  );

  it('may be a drawing in a page', () => {
    expect(answerHead({ ...file, name: 'x.svg' }, { 'sec-fetch-dest': 'image' }).headers['content-type']).toBe(
      'image/svg+xml',
    );
    expect(answerHead({ ...file, name: 'x.html' }, { 'sec-fetch-dest': 'image' }).headers['content-type']).toBe(
      'application/octet-stream',
    );
  });
});

describe('a name', () => {
  it.each([
    ['a"b\\c.png', 'filename="a\\"b\\\\c.png"'],
    ['ü.png', 'filename="_.png"; filename*=utf-8\'\'%C3%BC.png'],
    ['a\r\nX: y.png', 'filename="a__X: y.png"; filename*=utf-8\'\'a%0D%0AX%3A%20y.png'],
  ])('%j never breaks out of its header', (name, disposition) => {
    expect(answerHead({ ...file, name }, {}).headers['content-disposition']).toBe(disposition);
  });

  it('tells its type by its ending alone', () => {
    expect(['a.PNG', 'a.tar.webp', 'a', '.png', 'a.unknown', 'a.constructor'].map(mediaTypeOf)).toEqual([
      'image/png',
      'image/webp',
      'application/octet-stream',
      'application/octet-stream',
      'application/octet-stream',
      'application/octet-stream',
    ]);
  });
});
