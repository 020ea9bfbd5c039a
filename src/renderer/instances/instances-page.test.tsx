import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { fleetContents } from '../testing/fleet-scenario.ts';
import { instance, ready, stopped } from '../testing/instance-fixtures.ts';
import { cleanUpApps, inputsOf, renderApp } from '../testing/render-app.fixture.tsx';
import { emptyContents } from '../testing/studio-fixture.ts';

cleanUpApps();
const fleet = { contents: fleetContents };
const card = (name: string): Promise<HTMLElement> => screen.findByRole('article', { name: new RegExp(`^${name}`) });

describe('the instance panel', () => {
  it('shows every instance with its state in words, and who is active', async () => {
    renderApp(fleet);
    expect(await screen.findByRole('heading', { name: 'ComfyUI Instances' })).toBeTruthy();
    expect(await screen.findAllByRole('article')).toHaveLength(9);
    expect(screen.getByText(/9 of 9 instances/).textContent).toBe('9 of 9 instances · Active: Character Gen');
    expect(within(await card('Character Gen')).getByText('healthy')).toBeTruthy();
    expect(within(await card('Default Instance')).getByText('Paused')).toBeTruthy();
    expect(within(await card('Spare')).getByText('Stopped')).toBeTruthy();
  });

  it('shows the running job with node, step, progress, time left and what waits', async () => {
    renderApp(fleet);
    const busy = await card('Character Gen');
    await within(busy).findByText('KSampler');
    expect(within(busy).getByText('14/20')).toBeTruthy();
    expect(within(busy).getByRole('progressbar').getAttribute('aria-valuenow')).toBe('70');
    expect(within(busy).getByText('0:10 left')).toBeTruthy();
    expect(within(busy).getByText('then 3 waiting')).toBeTruthy();
    const picture = await within(busy).findByRole('img', { name: /Preview of/ });
    expect(picture.getAttribute('src')).toMatch(/^data:image\/svg\+xml;base64,/);
  });

  it('says cause, advice and countdown in place of the job when there is trouble', async () => {
    renderApp(fleet);
    const waiting = await card('Flux');
    expect(within(waiting).getByText('ComfyUI ended by itself with code 1.')).toBeTruthy();
    expect(within(waiting).getByText(/Restarts in 12.s, attempt 3/)).toBeTruthy();
    const failed = await card('Custom node lab');
    expect(within(failed).getByText('The Python module insightface is missing.')).toBeTruthy();
    expect(within(failed).getByText(/Choose another Python/)).toBeTruthy();
    expect(within(failed).getByRole('button', { name: 'Retry' })).toBeTruthy();
  });

  it('shows warnings of a working instance in words', async () => {
    renderApp(fleet);
    const warned = within(await card('Default Instance')).getByRole('button', { name: /^1 warning/ });
    expect(warned.getAttribute('aria-label')).toContain('The instance runs on RTX 4090 instead of cuda:1.');
  });

  it('filters by text, says so, and offers the way back', async () => {
    const app = renderApp(fleet);
    const search = await screen.findByRole('textbox', { name: 'Search by name, id or description' });
    fireEvent.change(search, { target: { value: 'turnarounds' } });
    await screen.findByText(/1 of 9 instances/);
    expect(screen.getAllByRole('article')).toHaveLength(1);
    expect(app.router.state.location.search).toEqual({ search: 'turnarounds' });
    fireEvent.change(search, { target: { value: 'no such thing' } });
    await screen.findByText('No instances match your filters');
    fireEvent.click(screen.getAllByRole('button', { name: 'Clear filters' })[0] as HTMLElement);
    await screen.findByText(/9 of 9 instances/);
  });

  it('takes filters from the address and ignores nonsense there', async () => {
    renderApp(fleet, '/instances?status=error&health=purple');
    await screen.findByText(/2 of 9 instances/);
  });

  it('offers first steps when there is none, and makes three sandbox instances at a click', async () => {
    const app = renderApp({ contents: emptyContents });
    await screen.findByText('No instances found');
    expect(screen.getByRole('button', { name: 'Create your first instance' })).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Try it with three sandbox instances' }));
    await waitFor(() => expect(inputsOf(app, 'instances.startAll')).toHaveLength(1));
    const ports = app.fixture.instances.state().instances.map(({ configuration }) => configuration.port);
    expect(ports).toEqual([8188, 8189, 8190]);
    expect(await screen.findAllByRole('article')).toHaveLength(3);
  });

  it('shows placeholders until the first answer', async () => {
    renderApp({ contents: emptyContents, answers: false });
    expect(await screen.findByRole('status', { name: 'Loading instances' })).toBeTruthy();
    expect(screen.queryByText('No instances found')).toBeNull();
  });
});

describe('the quick actions', () => {
  it('start a stopped instance and follow what the studio says', async () => {
    const app = renderApp(fleet);
    fireEvent.click(within(await card('Spare')).getByRole('button', { name: 'Start' }));
    await within(await card('Spare')).findByText('Starting');
    expect(inputsOf(app, 'instances.start')).toEqual([{ instanceId: 'spare' }]);
  });

  it('say in words why something was refused', async () => {
    renderApp({
      contents: fleetContents,
      handlers: {
        'instances.start': () => {
          throw new StudioError('LAUNCH_PORT_TAKEN', undefined, {
            details: { port: 8193, ownerName: 'python', ownerPid: 4120 },
          });
        },
      },
    });
    fireEvent.click(within(await card('Spare')).getByRole('button', { name: 'Start' }));
    await screen.findByText('Port 8193 is used by python (pid 4120), not started by this app.');
    expect(screen.getByText('Pick another port or stop that program.')).toBeTruthy();
  });

  it('delete only after a question, and say what stays', async () => {
    const app = renderApp(fleet);
    fireEvent.click(within(await card('Character Gen')).getByRole('button', { name: 'Delete' }));
    const dialog = await screen.findByRole('dialog', { name: 'Delete instance' });
    expect(within(dialog).getByText('Delete "Character Gen"?')).toBeTruthy();
    expect(within(dialog).getByText(/Its running job is given up\./)).toBeTruthy();
    expect(inputsOf(app, 'instances.delete')).toEqual([]);
    fireEvent.click(within(dialog).getByRole('button', { name: 'Delete instance' }));
    await screen.findByText(/8 of 8 instances/);
  });

  it('make an instance the active one, and take that back', async () => {
    const contents = {
      ...emptyContents,
      instances: [instance({ configuration: { id: 'a', name: 'A' }, state: ready() })],
    };
    const app = renderApp({ contents });
    fireEvent.click(within(await card('A')).getByRole('button', { name: 'Set active' }));
    await screen.findByRole('article', { name: 'A, Active instance' });
    fireEvent.click(within(await card('A')).getByRole('button', { name: 'Clear active' }));
    await waitFor(() => expect(app.fixture.instances.state().activeInstanceId).toBeNull());
  });
});

describe('live data', () => {
  it('changes one card and leaves the elements of the others alone', async () => {
    const app = renderApp(fleet);
    const spare = await card('Spare');
    const batch = await card('Batch Processing');
    const changes: MutationRecord[] = [];
    const observer = new MutationObserver((records) => changes.push(...records));
    observer.observe(batch, { subtree: true, childList: true, attributes: true, characterData: true });
    const next = instance({ configuration: { id: 'spare', name: 'Spare', port: 8193 }, state: ready() });
    act(() => app.fixture.instances.publish({ type: 'changed', instance: next }));
    await within(spare).findByText('Running');
    changes.push(...observer.takeRecords());
    observer.disconnect();
    expect(changes).toEqual([]);
  });

  it('says that the connection is gone, keeps the cards, and catches up by itself', async () => {
    const app = renderApp(fleet);
    await card('Spare');
    act(() => app.server.drop({ down: true }));
    await screen.findByText('The connection to the studio is gone.');
    expect(screen.getAllByRole('article')).toHaveLength(9);
    app.fixture.instances.publish({ type: 'removed', instanceId: 'spare' });
    app.server.up();
    await screen.findByText(/8 of 8 instances/, undefined, { timeout: 4000 });
    await waitFor(() => expect(screen.queryByText('The connection to the studio is gone.')).toBeNull());
  });

  it('drops a card whose instance is gone', async () => {
    const app = renderApp({
      contents: { ...emptyContents, instances: [instance({ configuration: { id: 'a' }, state: stopped })] },
    });
    await card('a');
    act(() => app.fixture.instances.publish({ type: 'removed', instanceId: 'a' }));
    await screen.findByText('No instances found');
  });
});
