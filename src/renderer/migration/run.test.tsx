import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { MigrationRun } from '#contract/models/migration.ts';
import { gpus } from '../testing/fleet-scenario.ts';
import { instance, ready } from '../testing/instance-fixtures.ts';
import { applied, applying, earlierRun, failed, interrupted, run } from '../testing/migration-plans.ts';
import { cleanUpApps, inputsOf, renderApp } from '../testing/render-app.fixture.tsx';
import { emptyContents, type HandlerChanges } from '../testing/studio-fixture.ts';

cleanUpApps();
afterEach(() => sessionStorage.clear());

const legacy = instance({
  configuration: { id: 'legacy-instance-1a2b3c', name: 'Legacy Instance', port: 8189 },
  state: ready(),
});
const showing = (migration: MigrationRun, handlers: HandlerChanges = {}, path = `/migration?run=${migration.id}`) =>
  renderApp({ contents: { ...emptyContents, gpus, migration, instances: [legacy] }, handlers }, path);

const step = (name: string): Promise<HTMLElement> =>
  screen.findByText(name).then((text) => {
    const item = text.closest('li');
    if (item === null) throw new Error(`${name} is no step`);
    return item;
  });

describe('a migration under way', () => {
  it('shows every step, how far it is, and lives', async () => {
    const app = showing(applying);
    const copy = await step('Copy files');
    expect(copy.getAttribute('aria-current')).toBe('step');
    expect(within(copy).getByRole('progressbar').getAttribute('aria-valuenow')).toBe('36');
    expect((await step('Take over port 8188')).textContent).toContain('not needed');
    app.fixture.migration.publish(applied);
    expect(await screen.findByRole('heading', { name: 'Done' })).toBeTruthy();
  });

  it('can be cancelled, which takes back what was done', async () => {
    const app = showing(applying);
    fireEvent.click(await screen.findByRole('button', { name: 'Cancel and take back' }));
    expect(await screen.findByRole('heading', { name: 'Taken back' })).toBeTruthy();
    expect(inputsOf(app, 'migration.cancel')).toEqual([{ runId: applying.id }]);
  });
});

describe('a migration that is done', () => {
  it('shows the models before and now, and what was found out about each instance (002-H2)', async () => {
    showing(applied);
    const results = await screen.findByRole('region', { name: 'Verified' });
    const rows = within(results).getAllByRole('row');
    expect(rows.map((row) => row.textContent)).toEqual([
      'InstanceModels beforeModels nowTest picture',
      ' Legacy Instance214214made',
      ' ComfyUI - RTX 3080214212made',
    ]);
    expect(
      screen.getByText(
        'ComfyUI - RTX 3080 does not see 2 models that were seen before: loras/detail.safetensors, vae/old.pt',
      ),
    ).toBeTruthy();
  });

  it('leads on: a first picture, the instances, one address for everything', async () => {
    showing(applied);
    const next = await screen.findByRole('region', { name: 'Next' });
    expect(within(next).getByRole('link', { name: 'Run a workflow' }).getAttribute('href')).toContain('/run');
    expect(await within(next).findByRole('button', { name: 'Copy the address' })).toBeTruthy();
    expect(screen.getByRole('link', { name: '127.0.0.1:8189' })).toBeTruthy();
  });

  it('has a way out of what is left to do: a login to type in, a log to read', async () => {
    const about = { instanceId: 'legacy-instance-1a2b3c', name: 'Legacy Instance' };
    const remarks = ['secret-missing', 'not-ready'].map((code) => ({
      code,
      severity: 'warning' as const,
      message: code,
      details: about,
    }));
    showing({
      ...applied,
      steps: applied.steps.map((each) => ({ ...each, remarks: each.step === 'verify' ? remarks : [] })),
    });
    expect(await screen.findByRole('button', { name: 'Show the log of Legacy Instance' })).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Type in the login of Legacy Instance' }));
    expect(await screen.findByRole('dialog')).toBeTruthy();
  });

  it('is taken back by one click (001-D3)', async () => {
    const app = showing(applied);
    fireEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(await screen.findByRole('heading', { name: 'Taken back' })).toBeTruthy();
    expect(inputsOf(app, 'migration.undo')).toEqual([{ runId: applied.id }]);
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });
});

describe('a migration that did not get through', () => {
  it('says after a crash what happened, and goes on with the rest', async () => {
    const app = showing(interrupted, {
      'migration.apply': () => {
        app.fixture.migration.publish(applying);
        return applying;
      },
    });
    expect(await screen.findByText(/The studio ended in the middle of it/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Go on' }));
    expect(await screen.findByRole('heading', { name: 'Bringing it in' })).toBeTruthy();
    expect(inputsOf(app, 'migration.apply')).toEqual([{ planId: interrupted.planId }]);
  });

  it('comes before everything else at the next start', async () => {
    const app = showing(interrupted, {}, '/');
    expect(await screen.findByRole('heading', { name: 'It was interrupted' })).toBeTruthy();
    expect(app.router.state.location.search).toEqual({ run: interrupted.id });
  });

  it('is spoken of where one begins anew', async () => {
    const app = showing(interrupted, {}, '/migration');
    fireEvent.click(await screen.findByRole('button', { name: 'Look at it' }));
    expect(await screen.findByRole('heading', { name: 'It was interrupted' })).toBeTruthy();
    expect(app.router.state.location.search).toEqual({ run: interrupted.id });
  });

  it('names its cause and what was in the way', async () => {
    showing({
      ...failed,
      error: {
        code: 'MIGRATION_PLAN_OUTDATED',
        details: {
          problems: [
            { code: 'target-taken', severity: 'error', message: 'Taken.', details: { path: '/data/instances/a' } },
          ],
        },
      },
    });
    expect(await screen.findByText('There is something in /data/instances/a already.')).toBeTruthy();
    expect((await step('Copy files')).textContent).toContain('failed');
  });

  it('says when an undo is refused', async () => {
    showing(failed, {
      'migration.undo': () => {
        throw new StudioError('MIGRATION_BUSY');
      },
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(await screen.findByText('Another migration is under way.')).toBeTruthy();
  });

  it('can be tried to be undone again', async () => {
    showing(run('undo-failed', { error: { code: 'STORE_WRITE_FAILED', details: {} } }));
    expect(await screen.findByRole('button', { name: 'Try to undo again' })).toBeTruthy();
    expect(screen.getByText('Check free space and permissions, then go on. Or take it back.')).toBeTruthy();
  });

  it('says so when it is not known', async () => {
    showing(applied, {}, '/migration?run=another');
    expect(await screen.findByText('This migration is not known')).toBeTruthy();
  });
});

describe('earlier migrations', () => {
  const runs = (list: readonly MigrationRun[]): HandlerChanges => ({ 'migration.runs': () => ({ runs: [...list] }) });

  it('stand in a list with their undo', async () => {
    const app = showing(applied, runs([applied, earlierRun]), '/migration/history');
    const rows = await screen.findAllByRole('listitem');
    const shown = rows.filter((row) => within(row).queryByRole('link', { name: 'Show' }) !== null);
    expect(shown.map((row) => row.textContent)).toMatchObject([
      expect.stringMatching(/^in place.*2 instances: Legacy Instance, comfyui-rtx-3080-4d5e6fShowUndo$/),
      expect.stringMatching(/^taken back.*Show$/),
    ]);
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(inputsOf(app, 'migration.undo')).toEqual([{ runId: applied.id }]));
    expect(await screen.findAllByText('taken back')).toHaveLength(2);
  });

  it('are explained where there are none', async () => {
    showing(applied, runs([]), '/migration/history');
    expect(await screen.findByText('Nothing was brought in yet')).toBeTruthy();
  });

  it('can be looked at one by one', async () => {
    showing(applied, runs([applied, earlierRun]), `/migration?run=${earlierRun.id}`);
    expect(await screen.findByRole('heading', { name: 'Taken back' })).toBeTruthy();
  });
});
