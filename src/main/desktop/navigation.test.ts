import { describe, expect, it } from 'vitest';
import { decideNavigation, mayUseWire } from './navigation.ts';

describe('decideNavigation', () => {
  it.each([
    ['atelier://app/', 'stay'],
    ['atelier://app/run?workflow=1', 'stay'],
    ['atelier://app.evil/', 'refuse'],
    ['atelier://other/', 'refuse'],
    ['https://docs.comfy.org/', 'open-outside'],
    ['http://127.0.0.1:8188/', 'open-outside'],
    ['file:///etc/passwd', 'refuse'],
    ['javascript:alert(1)', 'refuse'],
    ['data:text/html,x', 'refuse'],
    ['not an address', 'refuse'],
  ])('%s: %s', (address, decision) => {
    expect(decideNavigation(address)).toBe(decision);
  });
});

describe('mayUseWire', () => {
  it('lets only the main frame of our own page through', () => {
    expect(mayUseWire({ url: 'atelier://app/', isMainFrame: true })).toBe(true);
    expect(mayUseWire({ url: 'atelier://app/', isMainFrame: false })).toBe(false);
    expect(mayUseWire({ url: 'https://app/', isMainFrame: true })).toBe(false);
  });
});
