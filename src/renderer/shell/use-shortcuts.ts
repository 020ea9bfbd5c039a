import { useEffect } from 'react';
import type { InstanceView } from '#contract/models/instance.ts';
import { isSelectable } from '../instances/instance-presentation.ts';
import { useSend } from '../instances/use-instance-actions.tsx';
import { useServices } from '../state/app-context.tsx';
import { useInstances } from '../studio-client/queries.ts';
import { activeInstanceKeys, commandTable } from './command-table.ts';
import { matchesKeys } from './key-match.ts';
import { keysOfCommand } from './shortcut-keys.ts';
import { useRunCommand } from './use-commands.ts';

/** Inputs that are pressed or moved, not written in. */
const pressedInputs: readonly string[] = ['checkbox', 'radio', 'button', 'submit', 'reset', 'range', 'color', 'file'];

const typesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    ['TEXTAREA', 'SELECT'].includes(target.tagName) ||
    (target instanceof HTMLInputElement && !pressedInputs.includes(target.type)));

/**
 * Whether a key press is for the focused element rather than for a command: whatever is pressed while somebody types, but for keys
 * that never write or edit anything, and for the search of commands, which leads out of any field.
 */
const isForElement = (event: KeyboardEvent, keys: string): boolean =>
  typesText(event.target) && !/^F\d+$/.test(keys) && keys !== 'mod+K';

/** Listens to the keys of the command table and to Ctrl+1 … Ctrl+9 for the whole window. */
export const useShortcuts = (): void => {
  const run = useRunCommand();
  const send = useSend();
  const { view } = useServices();
  const instances = useInstances().data?.instances;

  useEffect(() => {
    const makeActive = (view: InstanceView | undefined): void => {
      if (view !== undefined && isSelectable(view)) {
        void send('instances.setActive', { instanceId: view.configuration.id });
      }
    };
    const handle = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      const own = view.getState().shortcuts;
      for (const command of commandTable) {
        const pressed = keysOfCommand(command.id, own).find(
          (keys) => matchesKeys(event, keys) && !isForElement(event, keys),
        );
        if (pressed === undefined) continue;
        if (run(command.id)) event.preventDefault();
        return;
      }
      for (let position = 1; position <= 9; position += 1) {
        const keys = activeInstanceKeys(position);
        if (keys === null || !matchesKeys(event, keys) || isForElement(event, keys)) continue;
        event.preventDefault();
        makeActive(instances?.[position - 1]);
        return;
      }
    };
    document.addEventListener('keydown', handle);
    return () => document.removeEventListener('keydown', handle);
  }, [run, send, instances, view]);
};
