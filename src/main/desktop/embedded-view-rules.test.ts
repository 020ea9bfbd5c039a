import { describe, expect, it } from 'vitest';
import { decideViewNavigation, embeddedViewOptions } from './embedded-view-rules.ts';

it('gives a page of ComfyUI no preload, no Node and a partition of its own', () => {
  const { webPreferences } = embeddedViewOptions('character-gen');
  expect(webPreferences).toMatchObject({
    partition: 'persist:comfyui-character-gen',
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
  });
  expect(webPreferences).not.toHaveProperty('preload');
  expect(embeddedViewOptions('other').webPreferences?.partition).not.toBe(webPreferences?.partition);
});

describe('a page of ComfyUI', () => {
  it.each([
    ['http://127.0.0.1:8189/', 'stay'],
    ['http://127.0.0.1:8189/view?filename=a.png', 'stay'],
    ['http://127.0.0.1:8001/', 'open-outside'],
    ['http://127.0.0.1.example.org:8189/', 'open-outside'],
    ['https://docs.comfy.org/', 'open-outside'],
    ['atelier://app/', 'refuse'],
    ['file:///etc/passwd', 'refuse'],
    ['javascript:alert(1)', 'refuse'],
    ['', 'refuse'],
  ])('that goes to %s: %s', (address, decision) => {
    expect(decideViewNavigation(address, 'http://127.0.0.1:8189/')).toBe(decision);
  });
});
