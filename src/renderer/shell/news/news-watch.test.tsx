import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fleetContents } from '../../testing/fleet-scenario.ts';
import { fixtureNow } from '../../testing/instance-fixtures.ts';
import { doneJob, job, jobId, pictures, runningJob } from '../../testing/job-fixtures.ts';
import { cleanUpApps, inputsOf, renderApp } from '../../testing/render-app.fixture.tsx';

cleanUpApps();

const ready = (): Promise<HTMLElement> => screen.findByRole('heading', { name: 'ComfyUI Instances' });
const message = async (text: string | RegExp): Promise<HTMLElement> => {
  const title = await screen.findByText(text);
  const alert = title.closest<HTMLElement>('[role=alert]');
  if (alert === null) throw new Error('it is no message');
  return alert;
};
/** The part that watches comes after the page; until then nothing is news. */
const watching = (app: ReturnType<typeof renderApp>): Promise<void> =>
  waitFor(() => expect([...app.fixture.watching]).toContain('batches:'));

const open = async (running = 1) => {
  const jobs = Array.from({ length: running }, (_, index) =>
    runningJob(500 + index, 'character-gen', { title: 'fox' }),
  );
  const app = renderApp({ contents: { ...fleetContents, jobs } });
  await ready();
  await watching(app);
  return app;
};

describe('messages', () => {
  it('say that a job is done, with its picture, and lead to it', async () => {
    const app = await open();
    act(() =>
      app.fixture.jobs.publish({
        type: 'changed',
        job: doneJob(500, 'character-gen', { title: 'fox', outputs: pictures(1), finishedAt: fixtureNow }),
      }),
    );
    const shown = await message('Done: fox');
    expect(shown.querySelector('img')?.getAttribute('src')).toBe(`/content/outputs/${jobId(500)}/0`);
    fireEvent.click(within(shown).getByRole('button', { name: 'Show result' }));
    await waitFor(() => expect(app.router.state.location.search).toMatchObject({ job: jobId(500) }));
  });

  it('are one for many jobs, which counts', async () => {
    const app = await open(40);
    act(() =>
      app.fixture.jobs.publishAll(
        Array.from({ length: 40 }, (_, index) => ({
          type: 'changed' as const,
          job: doneJob(500 + index, 'character-gen', { finishedAt: fixtureNow + index }),
        })),
      ),
    );
    expect(await message('40 jobs are done')).toBeTruthy();
    expect(screen.getAllByRole('alert')).toHaveLength(1);
  });

  it('say why a job failed, and try it again', async () => {
    const app = await open();
    act(() =>
      app.fixture.jobs.publish({
        type: 'changed',
        job: job(500, {
          title: 'fox',
          state: 'failed',
          finishedAt: fixtureNow,
          error: { code: 'GPU_OUT_OF_MEMORY', message: '', details: {}, retryable: true },
        }),
      }),
    );
    const shown = await message('Failed: fox');
    fireEvent.click(within(shown).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(inputsOf(app, 'jobs.retry')).toEqual([{ jobIds: [jobId(500)] }]));
  });

  it('are not shown for kinds that were turned off', async () => {
    const app = await open();
    app.services.view.getState().chooseNotifications({ jobDone: false });
    act(() =>
      app.fixture.jobs.publishAll([
        { type: 'changed', job: doneJob(500, 'character-gen', { title: 'fox', finishedAt: fixtureNow }) },
        { type: 'changed', job: job(501, { title: 'owl', state: 'failed', finishedAt: fixtureNow + 1 }) },
      ]),
    );
    expect(await message('Failed: owl')).toBeTruthy();
    expect(screen.queryByText('Done: fox')).toBeNull();
  });

  it('002-D1 say that the active instance was deleted, and that work is balanced', async () => {
    const app = await open();
    act(() => {
      app.fixture.instances.publish({ type: 'removed', instanceId: 'character-gen' });
      app.fixture.instances.publish({ type: 'active', instanceId: null });
    });
    const shown = await message('The active instance Character Gen was deleted');
    expect(shown.textContent).toContain('balanced over all instances');
  });

  it('002-F4 say that an instance ended by itself, and show its log', async () => {
    const app = await open();
    const view = app.fixture.instances.state().instances.find(({ configuration }) => configuration.id === 'batch');
    if (view === undefined) throw new Error('there is a batch instance');
    act(() =>
      app.fixture.instances.publish({
        type: 'changed',
        instance: {
          ...view,
          status: 'error',
          health: null,
          state: {
            kind: 'failed',
            reason: { code: 'PROCESS_EXITED', details: {}, evidence: [] },
            lastExit: null,
            since: fixtureNow,
          },
        },
      }),
    );
    const shown = await message(/^Batch Processing.* ended by itself and stays down$/);
    fireEvent.click(within(shown).getByRole('button', { name: 'Show the log' }));
    expect(app.services.view.getState().logInstanceId).toBe('batch');
  });
});
