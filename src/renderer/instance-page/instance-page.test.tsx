import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { fleetContents } from '../testing/fleet-scenario.ts';
import { instanceStory } from '../testing/instance-event-fixtures.ts';
import { fixtureNow, minutes } from '../testing/instance-fixtures.ts';
import { cleanUpApps, inputsOf, renderApp } from '../testing/render-app.fixture.tsx';
import { scenarios } from '../testing/scenarios.ts';

interface DrawnPlot {
  readonly data: readonly (readonly (number | null)[])[];
  destroyed: boolean;
}
const plots: DrawnPlot[] = [];

// happy-dom has no canvas; what would be drawn is looked at instead.
vi.mock('uplot', () => ({
  default: class {
    data: readonly (readonly (number | null)[])[];
    destroyed = false;
    constructor(_options: unknown, data: readonly (readonly (number | null)[])[]) {
      this.data = data;
      plots.push(this);
    }
    setData(data: readonly (readonly (number | null)[])[]): void {
      this.data = data;
    }
    setSize(): void {}
    destroy(): void {
      this.destroyed = true;
    }
  },
}));

cleanUpApps();

const fleet = scenarios['fleet'] ?? { contents: fleetContents };
const open = (path: string, scenario = fleet) => renderApp(scenario, `/instances/${path}`);
const tab = (name: string): Promise<HTMLElement> => screen.findByRole('tab', { name });

describe('the page of an instance', () => {
  it('is reached by the name on its card, and says what it is and how it is', async () => {
    const app = renderApp(fleet);
    const card = await screen.findByRole('article', { name: /^Character Gen/ });
    fireEvent.click(within(card).getByRole('link', { name: 'Character Gen' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Character Gen' })).toBeTruthy();
    expect(app.router.state.location.pathname).toBe('/instances/character-gen');
    const main = within(screen.getByRole('main'));
    expect(main.getByText('Running')).toBeTruthy();
    expect(main.getByText('healthy')).toBeTruthy();
    expect(main.getByText(/RTX 4090 · GPU 0 · bus 41:00 · Portraits and turnarounds/)).toBeTruthy();
  });

  it('does what the card does, with the same words', async () => {
    const app = open('character-gen');
    const main = within(await screen.findByRole('main'));
    fireEvent.click(await main.findByRole('button', { name: 'Pause' }));
    await waitFor(() => expect(inputsOf(app, 'instances.pause')).toEqual([{ instanceId: 'character-gen' }]));
    await main.findByRole('button', { name: 'Resume' });
  });

  it('leads to the next and the previous instance, on the same tab', async () => {
    const app = open('batch/events');
    fireEvent.click(await screen.findByRole('link', { name: 'Next instance: Default Instance' }));
    await screen.findByRole('heading', { level: 1, name: 'Default Instance' });
    expect(app.router.state.location.pathname).toBe('/instances/default/events');
    expect(screen.getByText('3 of 9')).toBeTruthy();
  });

  it('is what Ctrl+E and Delete mean while it is open', async () => {
    open('batch');
    await screen.findByRole('heading', { level: 1, name: /^Batch/ });
    fireEvent.keyDown(document.body, { key: 'e', code: 'KeyE', ctrlKey: true });
    await screen.findByRole('dialog', { name: /^Edit Batch/ });
  });

  it('keeps its tab in the address, and takes an unknown one for the first', async () => {
    const app = open('character-gen/nonsense');
    expect((await tab('Overview')).getAttribute('aria-selected')).toBe('true');
    fireEvent.click(await tab('Files'));
    await waitFor(() => expect(app.router.state.location.pathname).toBe('/instances/character-gen/files'));
  });

  it('says that an instance is gone, with a way back, also while one looks at it', async () => {
    const app = open('character-gen');
    await screen.findByRole('heading', { level: 1, name: 'Character Gen' });
    act(() => app.fixture.instances.publish({ type: 'removed', instanceId: 'character-gen' }));
    await screen.findByText('This instance is gone');
    fireEvent.click(screen.getByRole('link', { name: 'See all instances' }));
    await screen.findByRole('heading', { name: 'ComfyUI Instances' });
  });

  it('leaves markup, emoji and very long names harmless', async () => {
    const name = `<script>alert(1)</script> 🦊 ${'long '.repeat(90)}شبكة`;
    const [first, ...others] = fleetContents.instances;
    if (first === undefined) throw new Error('the scenario has no instance');
    const named = { ...first, configuration: { ...first.configuration, name } };
    open('character-gen', { contents: { ...fleetContents, instances: [named, ...others] } });
    const heading = await screen.findByRole('heading', { level: 1 });
    expect(heading.textContent).toBe(name);
    expect(heading.querySelector('script')).toBeNull();
  });
});

describe('the overview', () => {
  it('draws a chart of every measure, with its gap, and says it in words', async () => {
    plots.length = 0;
    open('character-gen');
    const chart = await screen.findByRole('img', { name: /^GPU load: now \d+.%, lowest \d+.%, highest \d+.%\.$/ });
    expect(within(chart).getByText('GPU load')).toBeTruthy();
    for (const name of ['VRAM', 'Temperature', 'Power', 'RAM', 'CPU', 'Queue', 'Response time']) {
      expect(screen.getByRole('img', { name: new RegExp(`^${name}:`) })).toBeTruthy();
    }
    await waitFor(() => expect(plots.length).toBeGreaterThanOrEqual(8));
    const [moments = [], values = []] = plots.at(-1)?.data ?? [];
    expect(moments).toHaveLength(values.length);
    // The time in which nothing ran is a hole, not a line over it.
    expect(values.filter((value) => value === null)).toHaveLength(1);
  });

  it('grows with every sample of the telemetry', async () => {
    plots.length = 0;
    const app = open('character-gen');
    await waitFor(() => expect(plots.length).toBeGreaterThanOrEqual(8));
    const lengthBefore = plots[0]?.data[0]?.length ?? 0;
    const lastBefore = plots[0]?.data[0]?.at(-1) ?? 0;
    act(() => app.fixture.telemetry.publish({ ...fleetContents.telemetry, at: fixtureNow + 10_000 }));
    await waitFor(() => expect(plots[0]?.data[0]?.at(-1)).toBe(lastBefore + 10));
    // What is older than an hour goes as the new comes.
    expect(plots[0]?.data[0]?.length).toBeLessThanOrEqual(lengthBefore + 1);
  });

  it('shows the last day, and the numbers as a table', async () => {
    const app = open('character-gen?as=table');
    const table = await screen.findByRole('table', { name: 'Measurements as averages, newest first' });
    expect(within(table).getAllByRole('row').length).toBeGreaterThan(10);
    expect(within(table).getByRole('columnheader', { name: 'Power' })).toBeTruthy();
    fireEvent.click(screen.getByRole('radio', { name: 'Last day' }));
    await waitFor(() => expect(app.router.state.location.search).toMatchObject({ range: 'day', as: 'table' }));
    await waitFor(() =>
      expect(inputsOf(app, 'telemetry.series')).toContainEqual({
        instanceId: 'character-gen',
        gpuIndexes: [0],
        range: 'day',
      }),
    );
  });

  it('says that nothing was measured yet, and why a card is not shown', async () => {
    open('spare');
    await screen.findByText('Nothing measured yet');
  });

  it('says why measurements cannot be loaded, with a way to try again', async () => {
    let failures = 0;
    open('character-gen', {
      ...fleet,
      handlers: {
        'telemetry.series': () => {
          failures += 1;
          throw new StudioError('INTERNAL');
        },
      },
    });
    fireEvent.click(within(await screen.findByRole('alert')).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(failures).toBeGreaterThanOrEqual(2));
  });
});

describe('the events', () => {
  it('tell crashes with cause and advice, and show what the log said', async () => {
    open('character-gen/events');
    expect((await screen.findAllByText('Crashed')).length).toBe(2);
    expect(screen.getByText('ComfyUI was killed from outside by SIGKILL.')).toBeTruthy();
    expect(screen.getByText('Check free memory, then start it again.')).toBeTruthy();
    expect(screen.getByText('Ready after 24 s')).toBeTruthy();
    const [show] = screen.getAllByRole('button', { name: 'Show what its log said' });
    if (show === undefined) throw new Error('no evidence is offered');
    fireEvent.click(show);
    expect(show.getAttribute('aria-expanded')).toBe('true');
    expect(screen.getByText(/Requested to load SDXL/)).toBeTruthy();
    expect(screen.getByText('Lost 3 jobs')).toBeTruthy();
  });

  it('can be cut down to problems, in the address', async () => {
    const app = open('character-gen/events');
    await screen.findAllByText('Crashed');
    fireEvent.click(screen.getByRole('radio', { name: 'Problems' }));
    await waitFor(() => expect(screen.queryByText('Created')).toBeNull());
    expect(app.router.state.location.search).toEqual({ only: 'problems' });
    expect(screen.getByText('Hung')).toBeTruthy();
  });

  it('come in as they happen, and older ones on request', async () => {
    const many = Array.from({ length: 120 }, (_, index) => ({
      id: index + 1,
      at: fixtureNow - minutes(200 - index),
      event: { type: 'resumed', by: 'user' } as const,
    }));
    const app = open('batch/events', { contents: { ...fleetContents, instanceEvents: { batch: many } } });
    expect(await screen.findAllByText('Resumed by you')).toHaveLength(120);
    act(() =>
      app.fixture.instanceEvents('batch').publish({
        id: 121,
        at: fixtureNow,
        event: { type: 'stopped', by: 'idle', exit: null, ranMs: 61_000 },
      }),
    );
    await screen.findByText('Stopped for want of work');
  });

  it('leave unfolded what is being read while others come in', async () => {
    const app = open('character-gen/events');
    const [show] = await screen.findAllByRole('button', { name: 'Show what its log said' });
    if (show === undefined) throw new Error('no evidence is offered');
    fireEvent.click(show);
    act(() =>
      app.fixture.instanceEvents('character-gen').publish({
        id: 100_000,
        at: fixtureNow,
        event: { type: 'stopped', by: 'idle', exit: null, ranMs: 61_000 },
      }),
    );
    await screen.findByText('Stopped for want of work');
    expect(screen.getByRole('button', { name: 'Hide what its log said', expanded: true })).toBe(show);
  });

  it('say so when there are none', async () => {
    open('spare/events');
    await screen.findByText('Nothing happened yet');
  });

  it('have words for everything that may happen', async () => {
    open('character-gen/events', {
      contents: { ...fleetContents, instanceEvents: { 'character-gen': instanceStory } },
    });
    await screen.findAllByText('Crashed');
    expect(screen.queryByText(/instanceEvents\.|instancePage\./)).toBeNull();
  });
});

describe('the other tabs', () => {
  it('show every value of the configuration, what waits for a start, and the exact command', async () => {
    const app = open('batch/configuration');
    await screen.findByText('batch');
    expect(await screen.findByText(/2 changes take effect at the next start: Port, Extra arguments\./)).toBeTruthy();
    expect(screen.getAllByText('not in effect yet').length).toBeGreaterThanOrEqual(2);
    await screen.findByText(/main\.py --listen/);
    const alert = screen.getByText(/2 changes take effect/).closest('[role="status"]');
    if (!(alert instanceof HTMLElement)) throw new Error('the note is no status');
    fireEvent.click(within(alert).getByRole('button', { name: 'Restart now' }));
    await waitFor(() => expect(inputsOf(app, 'instances.restart')).toEqual([{ instanceId: 'batch' }]));
  });

  it('show the places on the disk with what is wrong with them and who shares them', async () => {
    const withDesktop = { ...fleet.contents, description: { capabilities: ['open-path' as const] } };
    const app = open('character-gen/files', {
      contents: withDesktop,
      handlers: { 'host.openPath': () => ({}) },
    });
    const list = await screen.findByRole('list', { name: 'Files' });
    expect(within(list).getByText('/mnt/models')).toBeTruthy();
    expect(within(list).getByText(/also used by Batch Processing - RTX 3080, Default Instance, Flux/)).toBeTruthy();
    expect(within(list).getByText('too large to count quickly')).toBeTruthy();
    expect(within(list).getByText('read-only')).toBeTruthy();
    expect(within(list).getAllByText('not there yet')).toHaveLength(2);
    fireEvent.click(within(list).getByRole('button', { name: 'Open Outputs' }));
    await waitFor(() =>
      expect(inputsOf(app, 'host.openPath')).toEqual([{ path: '/home/mara/Pictures/character-gen' }]),
    );
  });

  it('list the jobs with it and those that wait for it, and open one beside the page', async () => {
    const app = open('character-gen/jobs');
    const withIt = await screen.findByRole('list', { name: 'With this instance' });
    expect(within(withIt).getByText('portrait of a fox in a red coat')).toBeTruthy();
    const waiting = await screen.findByRole('list', { name: 'Waiting for it' });
    expect(within(waiting).getAllByRole('listitem')).toHaveLength(3);
    fireEvent.click(within(withIt).getByRole('link', { name: /portrait of a fox/ }));
    await screen.findByRole('dialog', { name: /portrait of a fox/ });
    expect(app.router.state.location.pathname).toBe('/instances/character-gen/jobs');
  });

  it('say that the log and the files of a remote instance are elsewhere', async () => {
    open('studio-b/logs');
    await screen.findByText('A remote instance writes its log elsewhere.');
    fireEvent.click(await tab('Files'));
    await screen.findByText('The files of a remote instance are elsewhere.');
  });
});
