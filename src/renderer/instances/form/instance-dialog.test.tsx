import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { FixtureApp } from '../../testing/fixture-app.tsx';
import { fleetContents } from '../../testing/fleet-scenario.ts';
import { cleanUpApps, inputsOf, renderApp } from '../../testing/render-app.fixture.tsx';
import type { HandlerChanges } from '../../testing/studio-fixture.ts';

cleanUpApps();

const openCreate = async (handlers: HandlerChanges = {}): Promise<{ app: FixtureApp; dialog: HTMLElement }> => {
  const app = renderApp({ contents: fleetContents, handlers });
  fireEvent.click(await screen.findByRole('button', { name: 'New instance' }));
  const dialog = await screen.findByRole('dialog', { name: 'New instance' });
  // The form comes over the wire after the dialog.
  await within(dialog).findByRole('tab', { name: 'Basic' });
  return { app, dialog };
};
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

describe('the dialog for a new instance', () => {
  it('has the five tabs, a help line at every field, and a free port', async () => {
    const { dialog } = await openCreate();
    expect(
      within(dialog)
        .getAllByRole('tab')
        .map(({ textContent }) => textContent),
    ).toEqual(['Basic', 'Resources', 'Runtime', 'Environment variables', 'Advanced']);
    expect(within(dialog).getByLabelText<HTMLInputElement>(/^Port/).value).toBe('8196');
    for (const tab of within(dialog).getAllByRole('tab')) {
      fireEvent.click(tab);
      const inputs = [...dialog.querySelectorAll<HTMLElement>('input:not([type=hidden]):not([type=radio]), textarea')];
      for (const input of inputs.filter((one) => !one.closest('[aria-hidden]'))) {
        expect(
          input.getAttribute('aria-describedby') ?? input.closest('label, div')?.textContent,
          input.outerHTML,
        ).toBeTruthy();
      }
    }
  });

  it('does not complain about what nobody touched yet', async () => {
    const { dialog } = await openCreate();
    await within(dialog).findByText('1 problem');
    expect(within(dialog).queryByText('Give it a name.')).toBeNull();
  });

  it('says while one types that a port belongs to another instance, in the words of the guide (002-C11)', async () => {
    const { dialog } = await openCreate();
    type(dialog, /^Port/, '8190');
    await within(dialog).findByText('Port 8190 is already used by instance "Batch Processing - RTX 3080"');
    type(dialog, /^Port/, '70000');
    await within(dialog).findByText('Port must be between 1 and 65535');
    type(dialog, /^Port/, '8300');
    await waitFor(() => expect(within(dialog).queryByText('Port must be between 1 and 65535')).toBeNull());
  });

  it('creates what was typed and closes', async () => {
    const { app, dialog } = await openCreate();
    type(dialog, /^Name/, '  Fresh one ');
    fireEvent.click(within(dialog).getByRole('tab', { name: /Environment/ }));
    fireEvent.click(within(dialog).getByRole('button', { name: 'Add a known one' }));
    fireEvent.click(await screen.findByRole('menuitem', { name: /PYTORCH_CUDA_ALLOC_CONF/ }));
    fireEvent.click(within(dialog).getByRole('button', { name: 'Create instance' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(inputsOf(app, 'instances.create')).toMatchObject([
      {
        draft: {
          name: 'Fresh one',
          port: 8196,
          gpuDevice: 'auto',
          environmentVariables: { PYTORCH_CUDA_ALLOC_CONF: 'max_split_size_mb:512' },
        },
      },
    ]);
    await screen.findByRole('article', { name: 'Fresh one' });
  });

  it('goes to the tab of the first problem when saving is refused', async () => {
    const { dialog } = await openCreate();
    fireEvent.click(within(dialog).getByRole('tab', { name: 'Advanced' }));
    fireEvent.click(within(dialog).getByRole('button', { name: 'Create instance' }));
    await within(dialog).findByText('Give it a name.');
    expect(
      within(dialog)
        .getByRole('tab', { name: /^Basic/ })
        .getAttribute('aria-selected'),
    ).toBe('true');
  });

  it('tests without saving and lists every check with its advice', async () => {
    const { app, dialog } = await openCreate();
    fireEvent.click(within(dialog).getByRole('button', { name: 'Test connection' }));
    await within(dialog).findByText('ComfyUI is in /home/mara/ComfyUI');
    expect(within(dialog).getByText('Choose one of the GPUs in the list, or auto.')).toBeTruthy();
    expect(within(dialog).getByRole('img', { name: 'failed' })).toBeTruthy();
    expect(inputsOf(app, 'instances.create')).toEqual([]);
  });

  it('asks for an address and a log-in instead of a port when it runs elsewhere', async () => {
    const { app, dialog } = await openCreate();
    fireEvent.click(within(dialog).getByRole('radio', { name: 'Elsewhere (remote)' }));
    type(dialog, /^Name/, 'Studio C');
    type(dialog, /^Address/, 'http://192.168.1.30:8188');
    expect(within(dialog).queryByLabelText(/^Port/)).toBeNull();
    fireEvent.click(within(dialog).getByRole('button', { name: 'Create instance' }));
    await waitFor(() => expect(inputsOf(app, 'instances.create')).toHaveLength(1));
    expect(inputsOf(app, 'instances.create')).toMatchObject([
      { draft: { kind: 'remote', url: 'http://192.168.1.30:8188', authentication: { type: 'none' } } },
    ]);
  });
});

describe('the dialog for an existing instance', () => {
  it('shows what is stored and sends what changed, without a secret nobody typed', async () => {
    const { app, dialog } = await openEdit('Spare');
    expect(within(dialog).getByLabelText<HTMLInputElement>(/^Name/).value).toBe('Spare');
    type(dialog, /^Description/, 'Night shift');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Save changes' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const [input] = inputsOf(app, 'instances.update');
    expect(input).toMatchObject({ instanceId: 'spare', changes: { description: 'Night shift', gpuDevice: 'cpu' } });
    expect(input).not.toHaveProperty('secret');
  });

  it('offers the restart that a running one needs', async () => {
    const { app, dialog } = await openEdit('Character Gen');
    type(dialog, /^Port/, '8301');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Save changes' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Restart now' }));
    await waitFor(() => expect(inputsOf(app, 'instances.restart')).toEqual([{ instanceId: 'character-gen' }]));
  });

  it('asks before changes are lost', async () => {
    const { dialog } = await openEdit('Spare');
    type(dialog, /^Name/, 'Changed');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    await screen.findByText('Close without saving? Your changes are lost.');
    fireEvent.click(screen.getByRole('button', { name: 'Discard changes' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });
});
