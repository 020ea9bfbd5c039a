import { fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { GatewayPortFinding } from '#contract/models/gateway.ts';
import { cleanUpApps, inputsOf, renderApp } from '../testing/render-app.fixture.tsx';
import { scenarios } from '../testing/scenarios.ts';
import { portStepOf } from './gateway-port.tsx';

cleanUpApps();

const open = async () => {
  const scenario = scenarios['fleet'];
  if (scenario === undefined) throw new Error('no scenario');
  const app = renderApp(scenario, '/settings?section=gateway');
  await screen.findByRole('region', { name: 'Gateway' });
  return app;
};

describe('what can be done about a port', () => {
  it.each<[string, GatewayPortFinding, string]>([
    ['the gateway is there', { kind: 'gateway' }, 'stay'],
    ['nobody', { kind: 'free' }, 'move'],
    ['an idle instance', { kind: 'instance', instanceId: 'a', name: 'A', runningJobs: 0 }, 'take-over'],
    ['a busy instance', { kind: 'instance', instanceId: 'a', name: 'A', runningJobs: 1 }, 'wait'],
    ['an idle ComfyUI', { kind: 'comfyui', version: '1', queueRemaining: 0, pid: 1, importable: true }, 'take-over'],
    ['a busy ComfyUI', { kind: 'comfyui', version: '1', queueRemaining: 2, pid: 1, importable: true }, 'wait'],
    [
      'a ComfyUI that cannot be brought back',
      { kind: 'comfyui', version: '1', queueRemaining: 0, pid: null, importable: false },
      'none',
    ],
    ['a stranger', { kind: 'other', pid: null, name: null }, 'none'],
  ])('%s', (_name, finding, step) => {
    expect(portStepOf(finding)).toBe(step);
  });
});

describe('the settings of the gateway', () => {
  it('move it to another port only after saying who is there', async () => {
    const app = await open();
    fireEvent.change(await screen.findByLabelText('Port'), { target: { value: '8188' } });
    fireEvent.click(screen.getByRole('button', { name: 'Check' }));
    const button = await screen.findByRole('button', { name: 'Take over port 8188' });
    expect(screen.getByText(/A ComfyUI 0\.33\.0 that Atelier did not start uses port 8188/u)).toBeDefined();
    expect(inputsOf(app, 'gateway.move')).toEqual([]);
    fireEvent.click(button);
    await waitFor(() => expect(inputsOf(app, 'gateway.move')).toEqual([{ port: 8188, takeOver: true }]));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Take over port 8188' })).toBeNull());
  });

  it('store an origin as browsers send it, and none that is wrong', async () => {
    const app = await open();
    const field = screen.getByLabelText('Web pages that may use the gateway');
    fireEvent.change(field, { target: { value: 'app.example/page' } });
    fireEvent.blur(field);
    expect(screen.getByText('Write it with its scheme, such as https://app.example')).toBeDefined();
    expect(inputsOf(app, 'settings.update')).toEqual([]);
    fireEvent.change(field, { target: { value: 'https://App.example/' } });
    fireEvent.blur(field);
    const stored = [{ changes: { gatewayCorsOrigin: 'https://app.example' } }];
    await waitFor(() => expect(inputsOf(app, 'settings.update')).toEqual(stored));
  });

  it('warn of what letting every page in means', async () => {
    await open();
    const field = screen.getByLabelText('Web pages that may use the gateway');
    fireEvent.change(field, { target: { value: '*' } });
    fireEvent.blur(field);
    expect(await screen.findByText(/Every page that you open in a browser can use your GPUs/u)).toBeDefined();
  });
});
