import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { PlanEdit } from '#contract/models/migration.ts';
import type { FixtureApp } from '../testing/fixture-app.tsx';
import { gpus } from '../testing/fleet-scenario.ts';
import { findings } from '../testing/migration-findings.ts';
import { applying, heldPort, missingModels, plan } from '../testing/migration-plans.ts';
import { cleanUpApps, inputsOf, renderApp } from '../testing/render-app.fixture.tsx';
import { emptyContents, type HandlerChanges } from '../testing/studio-fixture.ts';

cleanUpApps();
afterEach(() => sessionStorage.clear());

const contents = { ...emptyContents, gpus };
const usual: HandlerChanges = {
  'migration.scan': () => ({ findings: [...findings], durationMs: 840 }),
  'migration.plan': (choices) => plan(choices),
};
const showing = (handlers: HandlerChanges = {}) =>
  renderApp({ contents, handlers: { ...usual, ...handlers } }, '/migration?step=plan');

const type = (field: HTMLElement, value: string): void => void fireEvent.change(field, { target: { value } });
const field = (name: string): Promise<HTMLElement> => screen.findByRole('textbox', { name });
const applyButton = (name = 'Make 2 instances'): Promise<HTMLElement> => screen.findByRole('button', { name });
const isDisabled = (element: HTMLElement): boolean => element.hasAttribute('disabled');

const lastEdits = (app: FixtureApp, edits: readonly Partial<PlanEdit>[]): Promise<void> =>
  waitFor(() => expect(inputsOf(app, 'migration.plan').at(-1)).toMatchObject({ edits }));

describe('the plan', () => {
  it('says what becomes which instance on which GPU and port, and that nothing was done (001-D3)', async () => {
    const app = showing();
    const table = await screen.findByRole('region', { name: 'What would become of it' });
    expect(within(table).getByText('2 instances')).toBeTruthy();
    expect(screen.getByText('This is a dry run. Nothing has been done.')).toBeTruthy();
    expect(await field('Name: Legacy Instance')).toHaveProperty('value', 'Legacy Instance');
    expect(await screen.findByRole('combobox', { name: 'GPU: Legacy Instance' })).toHaveProperty(
      'value',
      'GPU 0 · RTX 4090',
    );
    expect(await field('Port: ComfyUI - RTX 3080')).toHaveProperty('value', '8190');
    expect(within(table).getByText('what you had')).toBeTruthy();
    expect(inputsOf(app, 'migration.apply')).toEqual([]);
  });

  it('names every folder with its treatment, its size and why, and promises to change nothing (001-A3)', async () => {
    showing();
    const table = await screen.findByRole('table', { name: 'Folders of Legacy Instance' });
    const row = (name: string): HTMLElement => within(table).getByRole('row', { name: new RegExp(`^${name}`) });
    expect(row('Models').textContent).toContain('stays, is read');
    expect(row('Models').textContent).toContain('384.0\u00a0GB');
    expect(row('Results').textContent).toContain('A new folder of its own');
    expect(row('Workflows and settings').textContent).toContain('/home/mara/ComfyUI/user');
    expect(row('Workflows and settings').textContent).toContain('63 files');
    expect(screen.getByText('In the old place nothing is changed')).toBeTruthy();
    expect(screen.getByText(/Except what you share: .*\/home\/mara\/ComfyUI\/custom_nodes/)).toBeTruthy();
    fireEvent.click(screen.getByRole('radio', { name: 'ComfyUI - RTX 3080' }));
    expect(await screen.findByRole('table', { name: 'Folders of ComfyUI - RTX 3080' })).toBeTruthy();
  });

  it('says each clash with what is done about it', async () => {
    showing();
    const list = await screen.findByRole('region', { name: 'Conflicts and what is done about them' });
    expect(list.textContent).toContain('Your ComfyUI runs on port 8188 and keeps it. It gets port 8189.');
    expect(list.textContent).toContain('Each writes into folders of its own.');
  });

  it('takes other names, ports and GPUs, and is made anew with them', async () => {
    const app = showing();
    type(await field('Name: Legacy Instance'), 'Portraits');
    type(await field('Port: Portraits'), '9001');
    fireEvent.click(await screen.findByRole('combobox', { name: 'GPU: Portraits' }));
    const [cpu] = await screen.findAllByRole('option', { name: 'CPU' });
    if (cpu !== undefined) fireEvent.click(cpu);
    await lastEdits(app, [{ instanceId: 'legacy-instance-1a2b3c', name: 'Portraits', port: 9001, gpuDevice: 'cpu' }]);
    expect(await screen.findByRole('table', { name: 'Folders of Portraits' })).toBeTruthy();
  });

  it('leaves out an instance and takes it in again', async () => {
    const app = showing();
    fireEvent.click(await screen.findByRole('checkbox', { name: 'Make ComfyUI - RTX 3080' }));
    await lastEdits(app, [{ instanceId: 'comfyui-rtx-3080-4d5e6f', isIncluded: false }]);
    expect(isDisabled(await applyButton('Bring it in'))).toBe(false);
    expect(screen.getByText('left out')).toBeTruthy();
    fireEvent.click(screen.getByRole('checkbox', { name: 'Make ComfyUI - RTX 3080' }));
    expect(isDisabled(await applyButton())).toBe(false);
  });

  it('waits for a whole name and a possible port before it is made anew', async () => {
    const app = showing();
    type(await field('Name: Legacy Instance'), ' ');
    expect(await screen.findByText('A name is needed.')).toBeTruthy();
    type(await field('Port: ComfyUI - RTX 3080'), '70000');
    expect(await screen.findByText('A port is a number from 1 to 65535.')).toBeTruthy();
    expect(isDisabled(await applyButton())).toBe(true);
    type(await field('Port: ComfyUI - RTX 3080'), '9002');
    await lastEdits(app, [{ instanceId: 'comfyui-rtx-3080-4d5e6f', port: 9002 }]);
    expect(inputsOf(app, 'migration.plan').some((input) => JSON.stringify(input).includes('70000'))).toBe(false);
    expect(isDisabled(await applyButton())).toBe(true);
  });

  it('is held up by what only the user can settle', async () => {
    showing();
    type(await field('Port: Legacy Instance'), '8001');
    expect(await screen.findByText('Give it another port.')).toBeTruthy();
    expect(screen.getByText('First solve what only you can decide.')).toBeTruthy();
    expect(isDisabled(await applyButton())).toBe(true);
    type(await field('Port: Legacy Instance'), '8300');
    await waitFor(async () => expect(isDisabled(await applyButton())).toBe(false));
  });

  it('goes on without models that cannot be reached only when told so (complaint 8)', async () => {
    const app = showing({
      'migration.plan': (choices) =>
        plan(choices, choices.acceptMissingModels === true ? [heldPort] : [missingModels, heldPort]),
    });
    expect(isDisabled(await applyButton())).toBe(true);
    expect(screen.getByText(/reads models from \/mnt\/library\/checkpoints, which cannot be reached now/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Go on without these models' }));
    await waitFor(async () => expect(isDisabled(await applyButton())).toBe(false));
    expect(inputsOf(app, 'migration.plan').at(-1)).toMatchObject({ acceptMissingModels: true });
  });

  it.each([
    ['Share inputs', { shareInput: true }],
    ['Copy workflows and settings', { copyUserFolder: false }],
    ['Share custom nodes', { shareCustomNodes: false }],
    ['Take over port 8188', { takeOverPort: true }],
    ['Start now', { startAfterwards: false }],
  ])('is made anew when "%s" is switched', async (name, choice) => {
    const app = showing();
    fireEvent.click(await screen.findByRole('switch', { name }));
    await waitFor(() => expect(inputsOf(app, 'migration.plan').at(-1)).toMatchObject(choice));
  });

  it('runs on the GPUs that are ticked, at least on one', async () => {
    const app = showing();
    fireEvent.click(await screen.findByRole('checkbox', { name: 'GPU 1 · RTX 3080' }));
    await waitFor(() => expect(inputsOf(app, 'migration.plan').at(-1)).toMatchObject({ gpuIndexes: [0] }));
    await applyButton('Bring it in');
    expect(isDisabled(screen.getByRole('checkbox', { name: 'GPU 0 · RTX 4090' }))).toBe(true);
    fireEvent.click(screen.getByRole('checkbox', { name: 'GPU 1 · RTX 3080' }));
    await waitFor(() => expect(inputsOf(app, 'migration.plan').at(-1)).toMatchObject({ gpuIndexes: null }));
  });
});

describe('a studio that forgot or moved on', () => {
  it('looks again by itself when it was started anew, and the plan goes on', async () => {
    let forgot = true;
    let scans = 0;
    showing({
      'migration.scan': () => {
        scans += 1;
        return { findings: [...findings], durationMs: 1 };
      },
      'migration.plan': (choices) => {
        if (forgot) {
          forgot = false;
          throw new StudioError('MIGRATION_FINDING_GONE');
        }
        return plan(choices);
      },
    });
    expect(isDisabled(await applyButton())).toBe(false);
    expect(scans).toBe(2);
  });

  it('keeps what was typed while it is away, and plans with it when it is back', async () => {
    const app = showing();
    await applyButton();
    app.server.drop({ down: true });
    type(await field('Name: Legacy Instance'), 'Typed meanwhile');
    app.server.up();
    app.client.reconnect();
    await lastEdits(app, [{ instanceId: 'legacy-instance-1a2b3c', name: 'Typed meanwhile' }]);
    expect(await screen.findByRole('table', { name: 'Folders of Typed meanwhile' })).toBeTruthy();
  });

  it('shows the new plan when the machine changed meanwhile', async () => {
    const app = showing({
      'migration.apply': () => {
        throw new StudioError('MIGRATION_PLAN_OUTDATED');
      },
    });
    fireEvent.click(await applyButton());
    expect(await screen.findByText('The machine changed since the plan was made. This is the new plan.')).toBeTruthy();
    expect(inputsOf(app, 'migration.plan').length).toBeGreaterThan(1);
  });

  it('goes back to the look when nothing is chosen any more', async () => {
    const app = showing({ 'migration.scan': () => ({ findings: [], durationMs: 1 }) });
    await waitFor(() => expect(app.router.state.location.search).toEqual({ step: 'look' }));
  });
});

it('carries out exactly the plan that is shown, and then shows how it goes', async () => {
  const app = showing({
    'migration.apply': () => {
      app.fixture.migration.publish(applying);
      return applying;
    },
  });
  const shown = plan({ findingIds: ['running-8188'] });
  fireEvent.click(await applyButton());
  expect(await screen.findByRole('heading', { name: 'Bringing it in' })).toBeTruthy();
  expect(inputsOf(app, 'migration.apply')).toEqual([{ planId: shown.id }]);
  expect(app.router.state.location.search).toEqual({ run: applying.id });
});
