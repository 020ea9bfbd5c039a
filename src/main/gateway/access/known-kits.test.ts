import { describe, expect, it } from 'vitest';
import { createKnownKits } from './known-kits.ts';

describe('a kit', () => {
  it('is known by how it asks for the log', () => {
    const kits = createKnownKits();
    kits.askedForLog('kit', { 'content-type': 'text/plain;charset=UTF-8' });
    kits.askedForLog('page', { 'content-type': 'application/json' });
    kits.askedForLog('bare', {});
    expect(['kit', 'page', 'bare', null].map((clientId) => kits.of(clientId))).toEqual([
      'comfyui-sdk',
      null,
      null,
      null,
    ]);
  });

  it('is forgotten for newer ones at some time', () => {
    const kits = createKnownKits();
    for (let index = 0; index <= 10_000; index += 1) kits.askedForLog(String(index), { 'content-type': 'text/plain' });
    expect(kits.of('0')).toBeNull();
    expect(kits.of('10000')).toBe('comfyui-sdk');
  });
});
