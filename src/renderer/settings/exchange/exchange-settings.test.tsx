import { fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { cleanUpApps, inputsOf, renderApp } from '../../testing/render-app.fixture.tsx';
import { type Scenario, scenarios } from '../../testing/scenarios.ts';

cleanUpApps();

const open = async (changes: Partial<Scenario> = {}) => {
  const scenario = scenarios['fleet'];
  if (scenario === undefined) throw new Error('no scenario');
  const app = renderApp({ ...scenario, ...changes }, '/settings?section=exchange');
  await screen.findByRole('region', { name: 'Import' });
  return app;
};

const drop = (text: string, name = 'instances.json'): void => {
  const input = document.querySelector('input[type=file]');
  if (input === null) throw new Error('no place for a file');
  fireEvent.change(input, { target: { files: [new File([text], name, { type: 'application/json' })] } });
};

describe('importing', () => {
  it('shows the plan first, and imports what is left in it', async () => {
    const app = await open();
    drop('{"instances": []}');
    expect(await screen.findByText('2 new')).toBeDefined();
    expect(screen.getByText('Port 8190 belongs to “comfyui-backup”.')).toBeDefined();
    expect(screen.getByText('ComfyUI folder does not exist or is not accessible')).toBeDefined();
    expect(
      screen.getByText('Logs and pid files stand in the data folder of Atelier, not in /workspace/logs.'),
    ).toBeDefined();
    expect(inputsOf(app, 'configuration.import')).toEqual([]);

    fireEvent.click(screen.getByRole('switch', { name: 'Import “Night renders”' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Import 2 instances' }));
    const sent = { text: '{"instances": []}', choices: { 'instances/2': { action: 'skip' } }, basis: 'fixture' };
    await waitFor(() => expect(inputsOf(app, 'configuration.import')).toEqual([sent]));
    expect(await screen.findByText('2 instances were created.')).toBeDefined();
    expect(screen.getByText('1 running instance needs a restart.')).toBeDefined();
  });

  it('keeps the ways out of a clash when one of them was taken', async () => {
    const app = await open();
    drop('{"instances": []}');
    fireEvent.click(await screen.findByRole('radio', { name: 'Change “comfyui-backup” to this' }));
    await waitFor(() =>
      expect(inputsOf(app, 'configuration.previewImport').at(-1)).toEqual({
        text: '{"instances": []}',
        choices: { 'instances/1': { action: 'update', instanceId: 'batch' } },
      }),
    );
    expect(screen.getByRole('radio', { name: 'Leave it out' })).toBeDefined();
  });

  it('can be taken back with one click', async () => {
    const app = await open();
    drop('{"instances": []}');
    fireEvent.click(await screen.findByRole('button', { name: 'Import 3 instances' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(await screen.findByText('The import was taken back.')).toBeDefined();
    expect(inputsOf(app, 'configuration.restore')).toMatchObject([{ removeOthers: true }]);
  });

  it('says why a file is none, and takes the next one', async () => {
    await open();
    drop('hello', 'notes.txt');
    expect(await screen.findByText('This file is not JSON.')).toBeDefined();
    drop('{"instances": []}');
    expect(await screen.findByText('2 new')).toBeDefined();
    expect(screen.queryByText('This file is not JSON.')).toBeNull();
  });

  it('shows the new plan when the instances changed in between', async () => {
    await open({
      handlers: {
        'configuration.import': () => {
          throw new StudioError('CONFIGURATION_OUTDATED');
        },
      },
    });
    drop('{"instances": []}');
    fireEvent.click(await screen.findByRole('button', { name: 'Import 3 instances' }));
    expect(await screen.findByText('The instances or settings have changed since the preview.')).toBeDefined();
    expect(screen.getByRole('button', { name: 'Import 3 instances' })).toBeDefined();
  });
});

describe('exporting', () => {
  it('says what stays here', async () => {
    const app = await open();
    fireEvent.click(screen.getByRole('radio', { name: /^instances\.json/ }));
    fireEvent.click(screen.getByRole('button', { name: 'Copy text' }));
    expect(
      await screen.findByText('Character Gen: environmentVariables.HF_TOKEN is left out, since it is a secret.'),
    ).toBeDefined();
    expect(inputsOf(app, 'configuration.export')).toEqual([{ format: 'instances-json', asTemplate: false }]);
  });

  it('makes templates in the own format only', async () => {
    const app = await open();
    fireEvent.click(screen.getByRole('switch', { name: /^As templates/ }));
    fireEvent.click(screen.getByRole('radio', { name: /^Creative studio/ }));
    expect(screen.queryByRole('switch', { name: /^As templates/ })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Copy text' }));
    await waitFor(() =>
      expect(inputsOf(app, 'configuration.export')).toEqual([{ format: 'instances-config', asTemplate: false }]),
    );
  });
});
