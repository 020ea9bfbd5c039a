import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fleetContents } from '../testing/fleet-scenario.ts';
import { fixtureNow } from '../testing/instance-fixtures.ts';
import { libraryContents } from '../testing/library-scenario.ts';
import { cleanUpApps, inputsOf, renderApp } from '../testing/render-app.fixture.tsx';

cleanUpApps();
const fleet = { contents: fleetContents };
const library = { contents: libraryContents };
const ctrl = (key: string, changes: KeyboardEventInit = {}): void => {
  fireEvent.keyDown(document.body, { key, ctrlKey: true, ...changes });
};
const ready = (): Promise<HTMLElement> => screen.findByRole('article', { name: /^Spare/ });

describe('shortcuts (002-G)', () => {
  it('Ctrl+I opens the instances from anywhere', async () => {
    renderApp(fleet, '/settings');
    await screen.findByRole('heading', { name: 'Settings' });
    ctrl('i');
    await screen.findByRole('heading', { name: 'ComfyUI Instances' });
  });

  it('Ctrl+Shift+N opens the dialog for a new one, on the instances page', async () => {
    renderApp(fleet, '/jobs');
    await screen.findByRole('heading', { name: 'Queue' });
    ctrl('N', { shiftKey: true });
    await screen.findByRole('dialog', { name: 'New instance' });
    expect(await screen.findByRole('heading', { name: 'ComfyUI Instances', hidden: true })).toBeTruthy();
  });

  it('Ctrl+E edits the focused card', async () => {
    renderApp(fleet);
    (await ready()).focus();
    ctrl('e');
    await screen.findByRole('dialog', { name: 'Edit Spare' });
  });

  it('Delete asks about the focused card, but not while one types', async () => {
    renderApp(fleet);
    (await ready()).focus();
    const search = screen.getByRole('textbox', { name: 'Search by name, id or description' });
    fireEvent.keyDown(search, { key: 'Delete' });
    expect(screen.queryByRole('dialog')).toBeNull();
    fireEvent.keyDown(await ready(), { key: 'Delete' });
    await screen.findByText('Delete "Spare"?');
  });

  it('does nothing to any card while none has the focus', async () => {
    renderApp(fleet);
    await ready();
    ctrl('e');
    fireEvent.keyDown(document.body, { key: 'Delete' });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('Ctrl+1 to 9 choose the active instance where it may be one, Ctrl+0 clears it', async () => {
    const app = renderApp({ contents: { ...fleetContents, activeInstanceId: null } });
    await ready();
    ctrl('3', { code: 'Digit3' });
    ctrl('6', { code: 'Digit6' });
    ctrl('1', { code: 'Digit1' });
    await waitFor(() => expect(app.fixture.instances.state().activeInstanceId).toBe('character-gen'));
    expect(inputsOf(app, 'instances.setActive')).toEqual([{ instanceId: 'character-gen' }]);
    ctrl('0', { code: 'Digit0' });
    await waitFor(() => expect(app.fixture.instances.state().activeInstanceId).toBeNull());
  });

  it('F5 asks for everything anew instead of reloading the page', async () => {
    renderApp(fleet);
    await ready();
    const event = new KeyboardEvent('keydown', { key: 'F5', bubbles: true, cancelable: true });
    document.body.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
    await screen.findByText('Status refreshed.');
  });

  it('Ctrl+K searches commands, those of single instances too', async () => {
    const app = renderApp(fleet);
    await ready();
    ctrl('k');
    const search = await screen.findByRole('textbox', { name: 'Search commands' });
    fireEvent.change(search, { target: { value: 'start spare' } });
    const entry = await waitFor(() => {
      const found = screen.getAllByRole('button').find(({ textContent }) => textContent === 'Start Spare');
      if (found === undefined) throw new Error('not found yet');
      return found;
    });
    fireEvent.click(entry);
    await waitFor(() => expect(inputsOf(app, 'instances.start')).toEqual([{ instanceId: 'spare' }]));
  });

  it.each([
    ['page of spare', fleet, 'Open the page of Spare', '/instances/spare'],
    ['turnaround', library, 'Turnaround sheet', '/run'],
  ] as const)('Ctrl+K finds pages and saved workflows: %s', async (words, scenario, found, path) => {
    const app = renderApp(scenario);
    await ready();
    ctrl('k');
    fireEvent.change(await screen.findByRole('textbox', { name: 'Search commands' }), { target: { value: words } });
    const dialog = await screen.findByRole('dialog', { name: 'Search commands' });
    const entry = await waitFor(() => {
      const hit = within(dialog)
        .getAllByRole('button')
        .find(({ textContent }) => textContent === found);
      if (hit === undefined) throw new Error('not found yet');
      return hit;
    });
    fireEvent.click(entry);
    await waitFor(() => expect(app.router.state.location.pathname).toBe(path));
  });
});

describe('the active-instance switcher (002-D)', () => {
  it('says "Balanced" when none is active', async () => {
    renderApp({ contents: { ...fleetContents, activeInstanceId: null } });
    expect(await screen.findByRole('button', { name: /^Active instance: ?Balanced$/ })).toBeTruthy();
  });

  it('offers running, healthy instances; the others are there but not to be chosen', async () => {
    const app = renderApp(fleet);
    await ready();
    fireEvent.click(screen.getByRole('button', { name: /^Active instance: ?Character Gen/ }));
    const list = (await screen.findByText('Running instances')).closest('[role=listbox]') as HTMLElement;
    const options = within(list).getAllByRole('option', { hidden: true });
    const named = (name: string): HTMLElement | undefined =>
      options.find((option) => option.textContent?.includes(name));
    expect(options).toHaveLength(10);
    expect(named('Default Instance')?.getAttribute('data-combobox-disabled')).toBe('true');
    expect(named('Studio B')?.getAttribute('data-combobox-disabled'), 'running but unhealthy').toBe('true');
    expect(named('Batch Processing')?.getAttribute('data-combobox-disabled'), 'degraded').not.toBe('true');
    expect(named('Character Gen')?.getAttribute('data-combobox-disabled')).not.toBe('true');
    fireEvent.click(named('Clear active instance') as HTMLElement);
    await waitFor(() => expect(inputsOf(app, 'instances.setActive')).toEqual([{ instanceId: null }]));
  });
});

describe('the frame', () => {
  it('counts running and waiting jobs and shows GPUs and the gateway', async () => {
    renderApp(fleet);
    await screen.findByText('1 running · 3 waiting');
    const status = screen.getByRole('contentinfo', { name: 'Machine status' });
    expect(await within(status).findByText('GPU 1')).toBeTruthy();
    expect(within(status).getByText('18/24 GB')).toBeTruthy();
    expect(within(status).getByText('127.0.0.1:8187')).toBeTruthy();
  });

  it('shows notices until they are dismissed', async () => {
    const notice = {
      id: 'n',
      severity: 'warning' as const,
      code: 'STORE_CORRUPT' as const,
      details: { file: 'instances.json' },
      message: '',
      at: fixtureNow,
    };
    renderApp({ contents: { ...fleetContents, notices: [notice] } });
    await screen.findByText('instances.json was damaged.');
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    await waitFor(() => expect(screen.queryByText('instances.json was damaged.')).toBeNull());
  });

  it('has links only to pages that exist', async () => {
    renderApp(fleet);
    await ready();
    for (const link of within(screen.getByRole('navigation')).getAllByRole('link')) {
      fireEvent.click(link);
      await waitFor(() => expect(link.getAttribute('aria-current')).toBe('page'));
      expect(await screen.findByRole('heading', { level: 1 })).toBeTruthy();
      expect(screen.queryByText('There is no such page')).toBeNull();
    }
  });
});
