import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { FixtureApp } from '../../testing/fixture-app.tsx';
import { fleetContents } from '../../testing/fleet-scenario.ts';
import { cleanUpApps, inputsOf, renderApp } from '../../testing/render-app.fixture.tsx';

cleanUpApps();

const openCreate = async (): Promise<{ app: FixtureApp; dialog: HTMLElement }> => {
  const app = renderApp({ contents: fleetContents });
  fireEvent.click(await screen.findByRole('button', { name: 'New instance' }));
  const dialog = await screen.findByRole('dialog', { name: 'New instance' });
  await within(dialog).findByRole('tab', { name: 'Basic' });
  return { app, dialog };
};
const type = (dialog: HTMLElement, label: RegExp | string, value: string): void => {
  fireEvent.change(within(dialog).getByLabelText(label), { target: { value } });
};
const show = (dialog: HTMLElement, tab: string): void => {
  fireEvent.click(within(dialog).getByRole('tab', { name: new RegExp(`^${tab}`) }));
};
const valueOf = (dialog: HTMLElement, label: RegExp | string): string =>
  within(dialog).getByLabelText<HTMLInputElement>(label).value;

describe('the form, as the guide describes it', () => {
  it('002-C1: is a dialog with the tabs of the guide, and one for experts', async () => {
    const { dialog } = await openCreate();
    expect(
      within(dialog)
        .getAllByRole('tab')
        .map(({ textContent }) => textContent),
    ).toEqual(['Basic', 'Resources', 'Runtime', 'Environment variables', 'Advanced']);
  });

  it('002-C2, 002-C5: has every field of the guide, with its defaults', async () => {
    const { dialog } = await openCreate();
    expect(valueOf(dialog, /^Name/)).toBe('');
    expect(valueOf(dialog, /^Host/)).toBe('127.0.0.1');
    expect(valueOf(dialog, /^Port/)).toBe('8196');
    within(dialog).getByLabelText(/^Description/);
    show(dialog, 'Resources');
    within(dialog).getByRole('combobox', { name: 'GPU device' });
    expect(valueOf(dialog, 'Custom nodes path')).toBe('');
    expect(valueOf(dialog, 'Max concurrent workflows')).toBe('1');
    show(dialog, 'Runtime');
    expect(within(dialog).getByRole<HTMLInputElement>('switch', { name: /Auto-start/ }).checked).toBe(false);
    expect(within(dialog).getByRole<HTMLInputElement>('switch', { name: /Queue monitoring/ }).checked).toBe(true);
    expect(valueOf(dialog, 'Timeout (ms)').replace(/\D/g, '')).toBe('300000');
    within(dialog).getByText(/Now 5 m/);
  });

  it('002-C3: suggests the next free port with every click', async () => {
    const { dialog } = await openCreate();
    const suggest = within(dialog).getByRole('button', { name: 'Suggest a free port' });
    fireEvent.click(suggest);
    await waitFor(() => expect(valueOf(dialog, /^Port/)).toBe('8197'));
    type(dialog, /^Port/, '8188');
    fireEvent.click(suggest);
    await waitFor(() => expect(valueOf(dialog, /^Port/)).toBe('8196'));
  });

  it('002-C4: offers the GPUs of the machine with name, memory, bus and who uses them', async () => {
    const { dialog } = await openCreate();
    show(dialog, 'Resources');
    fireEvent.click(within(dialog).getByRole('combobox', { name: 'GPU device' }));
    const first = await screen.findByRole('option', { name: /bus 41:00/ });
    expect(first.textContent).toMatch(/RTX 4090 · 24(?:\.0)?\sGB · bus 41:00/);
    expect(first.textContent).toContain('Used by Character Gen');
    for (const name of [/^Automatic/, /^CPU/, /^Other/]) expect(screen.getByRole('option', { name })).toBeTruthy();
    fireEvent.click(screen.getByRole('option', { name: /^Other/ }));
    type(dialog, 'Another device', 'cuda:7');
    await within(dialog).findByText("GPU device 'cuda:7' not available on this system");
  });

  it('002-C6: tests the connection without saving', async () => {
    const { app, dialog } = await openCreate();
    fireEvent.click(within(dialog).getByRole('button', { name: 'Test connection' }));
    await within(dialog).findByText('ComfyUI is in /home/mara/ComfyUI');
    within(dialog).getByRole('button', { name: 'Cancel' });
    within(dialog).getByRole('button', { name: 'Create instance' });
    expect(inputsOf(app, 'instances.create')).toEqual([]);
  });

  it('002-C7: has help at every field', async () => {
    const { dialog } = await openCreate();
    for (const tab of within(dialog).getAllByRole('tab')) {
      fireEvent.click(tab);
      const inputs = [...dialog.querySelectorAll<HTMLElement>('.mantine-InputWrapper-root, .mantine-Switch-root')];
      for (const input of inputs) {
        const help = input.querySelector('.mantine-InputWrapper-description, .mantine-Switch-description');
        // The rows of variables share one line above them.
        if (input.querySelector('label') !== null) expect(help?.textContent, input.outerHTML).toBeTruthy();
      }
    }
  });

  it('002-C8, 002-C11: finds wrong values while one types, in the words of the guide', async () => {
    const { dialog } = await openCreate();
    type(dialog, /^Port/, '8190');
    await within(dialog).findByText('Port 8190 is already used by instance "Batch Processing - RTX 3080"');
    type(dialog, /^Port/, '0');
    await within(dialog).findByText('Port must be between 1 and 65535');
    show(dialog, 'Resources');
    type(dialog, 'Custom nodes path', '/missing');
    await within(dialog).findByText('Custom nodes path does not exist or is not accessible');
  });

  it('002-C9: starts from the examples of the guide, with a port that is free, and goes back', async () => {
    const { app, dialog } = await openCreate();
    type(dialog, /^Name/, 'Typed before');
    fireEvent.click(await within(dialog).findByRole('button', { name: /^Batch Processing - RTX 3080/ }));
    await waitFor(() => expect(valueOf(dialog, /^Name/)).toBe('Batch Processing - RTX 3080 (2)'));
    expect(valueOf(dialog, /^Port/)).toBe('8196');
    fireEvent.click(within(dialog).getByRole('button', { name: /^Character Gen - RTX 4090/ }));
    await within(dialog).findByText(/It is meant to have its own: Custom nodes path/);
    fireEvent.click(within(dialog).getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(valueOf(dialog, /^Name/)).toBe('Typed before'));
    fireEvent.click(within(dialog).getByRole('button', { name: /^Default Instance/ }));
    await waitFor(() => expect(valueOf(dialog, /^Name/)).toMatch(/^Default Instance/));
    fireEvent.click(within(dialog).getByRole('button', { name: 'Create instance' }));
    await waitFor(() => expect(inputsOf(app, 'instances.create')).toHaveLength(1));
    expect(inputsOf(app, 'instances.create')).toMatchObject([{ draft: { gpuDevice: 'auto', autoStart: true } }]);
  });

  it('002-C10: offers the variables of the guide with what they do', async () => {
    const { dialog } = await openCreate();
    show(dialog, 'Environment');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Add a known one' }));
    await screen.findByRole('menuitem', { name: /CUDA_VISIBLE_DEVICES/ });
    expect(screen.getByRole('menuitem', { name: /COMFYUI_CUSTOM_NODES/ })).toBeTruthy();
    fireEvent.click(screen.getByRole('menuitem', { name: /PYTORCH_CUDA_ALLOC_CONF=max_split_size_mb:512/ }));
    await waitFor(() => expect(valueOf(dialog, 'Value')).toBe('max_split_size_mb:512'));
  });

  it('says that only the last of two equal variables is kept', async () => {
    const { dialog } = await openCreate();
    show(dialog, 'Environment');
    const add = within(dialog).getByRole('button', { name: 'Add variable' });
    fireEvent.click(add);
    fireEvent.click(add);
    for (const input of within(dialog).getAllByLabelText('Name'))
      fireEvent.change(input, { target: { value: 'TWICE' } });
    await within(dialog).findByText('TWICE stands here twice. Only the last one is kept.');
  });

  it('takes long names, emoji, right-to-left and markup as text', async () => {
    const { app, dialog } = await openCreate();
    type(dialog, /^Name/, 'x'.repeat(501));
    await within(dialog).findByText('Name must have at most 500 characters; it has 501.');
    const name = `مثال 🎨 <script>alert(1)</script> ${'x'.repeat(450)}`;
    type(dialog, /^Name/, name);
    fireEvent.click(within(dialog).getByRole('button', { name: 'Create instance' }));
    await waitFor(() => expect(inputsOf(app, 'instances.create')).toMatchObject([{ draft: { name } }]));
  });
});

describe('the flags of the install', () => {
  it('are searched, explained, picked and given a value; what is set already cannot be picked', async () => {
    const { app, dialog } = await openCreate();
    type(dialog, /^Name/, 'With flags');
    show(dialog, 'Advanced');
    const search = await within(dialog).findByLabelText('Add a flag of this ComfyUI');
    await within(dialog).findByText(/flags to choose from/);
    fireEvent.focus(search);
    fireEvent.change(search, { target: { value: 'port' } });
    // Found letters are marked, which the names of roles tear apart.
    const optionOf = (flag: string): Promise<HTMLElement> =>
      waitFor(() => {
        const found = screen.getAllByRole('option').find(({ textContent }) => textContent.startsWith(flag));
        if (found === undefined) throw new Error(`${flag} is not offered`);
        return found;
      });
    const port = await optionOf('--port');
    expect(port.getAttribute('data-combobox-disabled')).toBe('true');
    expect(port.textContent).toContain('set by "Port"');
    fireEvent.change(search, { target: { value: 'previ method' } });
    fireEvent.click(await optionOf('--preview-method'));
    await waitFor(() => expect(valueOf(dialog, 'Extra arguments')).toBe('--preview-method none'));
    within(dialog).getByText('How pictures are shown while they are made.');
    within(dialog).getByRole('combobox', { name: 'Value of --preview-method' });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Remove --preview-method' }));
    await waitFor(() => expect(valueOf(dialog, 'Extra arguments')).toBe(''));
    expect(inputsOf(app, 'instances.flags').length).toBeGreaterThan(0);
  });

  it('are known by a slip of the keyboard', async () => {
    const { dialog } = await openCreate();
    show(dialog, 'Advanced');
    await within(dialog).findByText(/flags to choose from/);
    type(dialog, 'Extra arguments', '--lowvramm');
    await within(dialog).findByText('This ComfyUI does not know --lowvramm. Did you mean --lowvram?');
    within(dialog).getByText('This ComfyUI does not know it and would not start.');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Use --lowvram' }));
    await waitFor(() => expect(valueOf(dialog, 'Extra arguments')).toBe('--lowvram'));
  });
});

describe('own templates', () => {
  it('are saved from the form, refused under a taken name, replaced and deleted with a way back', async () => {
    const { app, dialog } = await openCreate();
    type(dialog, /^Name/, 'Night shift, little memory');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Save as template' }));
    const asking = await screen.findByRole('dialog', { name: 'Save as template' });
    fireEvent.click(within(asking).getByRole('button', { name: 'Save template' }));
    await within(asking).findByText('There is a template named "Night shift, little memory" already.');
    fireEvent.click(within(asking).getByRole('button', { name: 'Replace the old one' }));
    await screen.findByText('Template "Night shift, little memory" was saved.');
    expect(inputsOf(app, 'templates.save')).toMatchObject([{}, { replaces: 'template-night' }]);
    fireEvent.click(await within(dialog).findByRole('button', { name: 'Delete template Night shift, little memory' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(inputsOf(app, 'templates.save')).toHaveLength(3));
    await within(dialog).findByRole('button', { name: /^Night shift, little memory/ });
    expect(inputsOf(app, 'instances.create')).toEqual([]);
  });
});
