import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { FixtureApp } from '../../testing/fixture-app.tsx';
import { fleetContents } from '../../testing/fleet-scenario.ts';
import { cleanUpApps, inputsOf, renderApp } from '../../testing/render-app.fixture.tsx';

cleanUpApps();

const openEdit = async (name: string): Promise<{ app: FixtureApp; dialog: HTMLElement }> => {
  const app = renderApp({ contents: fleetContents });
  const card = await screen.findByRole('article', { name: new RegExp(`^${name}`) });
  fireEvent.click(within(card).getByRole('button', { name: 'Edit' }));
  const dialog = await screen.findByRole('dialog', { name: `Edit ${name}` });
  await within(dialog).findByRole('tab', { name: /^Basic/ });
  return { app, dialog };
};
const type = (dialog: HTMLElement, label: RegExp | string, value: string): void => {
  fireEvent.change(within(dialog).getByLabelText(label), { target: { value } });
};
const valueOf = (dialog: HTMLElement, label: RegExp | string): string =>
  within(dialog).getByLabelText<HTMLInputElement>(label).value;
const storeElsewhere = (app: FixtureApp, instanceId: string, changes: Partial<InstanceConfiguration>): void => {
  const view = app.fixture.instances.state().instances.find(({ configuration }) => configuration.id === instanceId);
  if (view === undefined) throw new Error(`there is no ${instanceId}`);
  const instance = { ...view, configuration: { ...view.configuration, ...changes } };
  act(() => app.fixture.instances.publish({ type: 'changed', instance }));
};

describe('changes of a running instance', () => {
  it('say before saving which of them need a restart, and restart it when its jobs are done', async () => {
    const { app, dialog } = await openEdit('Character Gen');
    type(dialog, /^Description/, 'Holds at once');
    await waitFor(() => expect(inputsOf(app, 'instances.validate').length).toBeGreaterThan(1));
    expect(within(dialog).queryByText(/After a restart only/)).toBeNull();
    type(dialog, /^Port/, '8301');
    await within(dialog).findByText(/After a restart only: Port\./);
    fireEvent.click(within(dialog).getByRole('button', { name: 'Save and restart' }));
    fireEvent.click(await screen.findByRole('menuitem', { name: 'When its running job is done' }));
    await waitFor(() =>
      expect(inputsOf(app, 'instances.drain')).toEqual([{ instanceId: 'character-gen', afterwards: 'restart' }]),
    );
    expect(inputsOf(app, 'instances.update')).toMatchObject([{ changes: { port: 8301 } }]);
  });

  it('offer the restart after saving too, by the names that the form uses', async () => {
    const { app, dialog } = await openEdit('Character Gen');
    type(dialog, /^Port/, '8301');
    await within(dialog).findByText(/After a restart only/);
    fireEvent.click(within(dialog).getByRole('button', { name: 'Save changes' }));
    await screen.findByText('Restart it to apply: Port.');
    fireEvent.click(screen.getByRole('button', { name: 'When its jobs are done' }));
    await waitFor(() => expect(inputsOf(app, 'instances.drain')).toHaveLength(1));
  });
});

describe('two windows that edit one instance', () => {
  it('take over what was not touched here, and let the user choose where both changed the same', async () => {
    const { app, dialog } = await openEdit('Spare');
    type(dialog, /^Port/, '8400');
    storeElsewhere(app, 'spare', { port: 8401, description: 'From the other window' });
    await within(dialog).findByText('This instance was changed in another window.');
    expect(valueOf(dialog, /^Description/)).toBe('From the other window');
    expect(valueOf(dialog, /^Port/)).toBe('8400');
    const row = within(dialog).getByRole('row', { name: /^Port/ });
    expect(row.textContent).toContain('8400');
    expect(row.textContent).toContain('8401');
    const save = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Save changes' });
    expect(save.disabled).toBe(true);
    fireEvent.click(within(dialog).getByRole('button', { name: 'Keep mine: Port' }));
    await waitFor(() => expect(save.disabled).toBe(false));
    fireEvent.click(save);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(inputsOf(app, 'instances.update')).toMatchObject([
      { changes: { port: 8400, description: 'From the other window' }, basis: { port: 8401 } },
    ]);
  });

  it('take the stored value where the user prefers it', async () => {
    const { app, dialog } = await openEdit('Spare');
    type(dialog, /^Port/, '8400');
    type(dialog, /^Description/, 'Mine');
    storeElsewhere(app, 'spare', { port: 8401 });
    fireEvent.click(await within(dialog).findByRole('button', { name: 'Take this: Port, stored now' }));
    await waitFor(() => expect(valueOf(dialog, /^Port/)).toBe('8401'));
    expect(valueOf(dialog, /^Description/)).toBe('Mine');
    await waitFor(() => expect(within(dialog).queryByText('This instance was changed in another window.')).toBeNull());
  });

  it('lose nothing when the instance is deleted: it can be created anew', async () => {
    const { app, dialog } = await openEdit('Spare');
    type(dialog, /^Description/, 'Half an hour of work');
    act(() => app.fixture.instances.publish({ type: 'removed', instanceId: 'spare' }));
    await within(dialog).findByText('This instance was deleted in another window.');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Create instance' }));
    await waitFor(() =>
      expect(inputsOf(app, 'instances.create')).toMatchObject([
        { draft: { name: 'Spare', description: 'Half an hour of work' } },
      ]),
    );
  });
});

describe('a studio that is away while one edits', () => {
  it('loses nothing typed, and saving is possible again when it is back', async () => {
    const { app, dialog } = await openEdit('Spare');
    type(dialog, /^Description/, 'Before');
    act(() => app.server.drop({ down: true }));
    await within(dialog).findByText(/The studio is away/);
    expect(within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Save changes' }).disabled).toBe(true);
    type(dialog, /^Description/, 'While it was away');
    app.server.up();
    act(() => app.client.reconnect());
    const save = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Save changes' });
    await waitFor(() => expect(save.disabled).toBe(false));
    expect(valueOf(dialog, /^Description/)).toBe('While it was away');
    fireEvent.click(save);
    await waitFor(() =>
      expect(inputsOf(app, 'instances.update')).toMatchObject([{ changes: { description: 'While it was away' } }]),
    );
  });
});
