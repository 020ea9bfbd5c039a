import { fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { cleanUpApps, renderApp } from '../../testing/render-app.fixture.tsx';
import { scenarios } from '../../testing/scenarios.ts';

cleanUpApps();

const open = async () => {
  const scenario = scenarios['fleet'];
  if (scenario === undefined) throw new Error('no scenario');
  const app = renderApp(scenario, '/settings?section=shortcuts');
  await screen.findByRole('region', { name: 'Shortcuts' });
  return app;
};

const keysOf = (command: string): HTMLElement =>
  screen.getByRole('button', { name: new RegExp(`^Change the keys of “${command}”`) });

/** Presses keys on the field that waits for them. */
const record = (command: string, press: KeyboardEventInit): void => {
  fireEvent.click(keysOf(command));
  fireEvent.keyDown(keysOf(command), press);
};

describe('changing the keys of a command', () => {
  it('takes what is pressed, and the new keys work at once', async () => {
    const app = await open();
    record('Open the queue', { key: 'j', code: 'KeyJ', ctrlKey: true });
    expect(keysOf('Open the queue').textContent).toBe('Ctrl+J');
    fireEvent.keyDown(document.body, { key: 'j', code: 'KeyJ', ctrlKey: true });
    await waitFor(() => expect(app.router.state.location.pathname).toBe('/jobs'));
  });

  it('does nothing else while it waits for keys', async () => {
    const app = await open();
    record('Open the queue', { key: 'i', code: 'KeyI', ctrlKey: true });
    expect(app.router.state.location.pathname).toBe('/settings');
    expect(screen.getByRole('alert').textContent).toContain('Ctrl+I belongs to “Open instances”.');
  });

  it('takes keys away from another command when that is wanted', async () => {
    const app = await open();
    record('Open the queue', { key: 'i', code: 'KeyI', ctrlKey: true });
    fireEvent.click(screen.getByRole('button', { name: 'Use it here instead' }));
    expect(keysOf('Open the queue').textContent).toBe('Ctrl+I');
    expect(keysOf('Open instances').textContent).toBe('no keys');
    expect(app.services.view.getState().shortcuts).toEqual({ 'page.jobs': ['mod+I'], 'page.instances': [] });
  });

  it.each([
    [{ key: 'j', code: 'KeyJ' }, 'J alone would get in the way while you type. Add Ctrl or Alt.'],
    [{ key: 'c', code: 'KeyC', ctrlKey: true }, 'Ctrl+C is needed for writing and moving about.'],
    [{ key: '2', code: 'Digit2', ctrlKey: true }, 'Ctrl+2 chooses the active instance.'],
  ])('refuses %j and says why', async (press, sentence) => {
    await open();
    record('Open the queue', press);
    expect(screen.getByRole('alert').textContent).toBe(sentence);
    expect(keysOf('Open the queue').textContent).toContain('Press the new keys');
  });

  it('is left with Escape as it was', async () => {
    const app = await open();
    record('Open the queue', { key: 'Escape', code: 'Escape' });
    expect(keysOf('Open the queue').textContent).toBe('no keys');
    expect(app.services.view.getState().shortcuts).toEqual({});
  });

  it('is taken back for one command or for all', async () => {
    const app = await open();
    record('Open the queue', { key: 'F9', code: 'F9' });
    record('Open run', { key: 'F8', code: 'F8' });
    fireEvent.click(screen.getByRole('button', { name: 'Usual keys of “Open run” again' }));
    expect(app.services.view.getState().shortcuts).toEqual({ 'page.jobs': ['F9'] });
    fireEvent.click(screen.getByRole('button', { name: 'Reset all' }));
    expect(app.services.view.getState().shortcuts).toEqual({});
    fireEvent.click(screen.getByRole('button', { name: 'Remove the keys of “Refresh status”' }));
    expect(keysOf('Refresh status').textContent).toBe('no keys');
  });
});

describe('the list of commands', () => {
  it('is searched by name and by keys', async () => {
    await open();
    const search = screen.getByRole('searchbox', { name: 'Search commands or keys' });
    fireEvent.change(search, { target: { value: 'ctrl+e' } });
    expect(screen.getAllByRole('button', { name: /^Change the keys of/ })).toHaveLength(1);
    expect(keysOf('Edit the focused instance')).toBeDefined();
    fireEvent.change(search, { target: { value: 'nothing like it' } });
    expect(screen.getByText('No command matches.')).toBeDefined();
  });
});
