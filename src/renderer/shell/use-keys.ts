import { useViewState } from '../state/app-context.tsx';
import { type CommandId, keysAsText } from './command-table.ts';
import { isMac } from './platform.ts';
import { keysOfCommand } from './shortcut-keys.ts';

/** The first keys of a command as people read them, their own choice included; empty where it has none. */
export const useKeysText = (): ((id: CommandId) => string) => {
  const own = useViewState(({ shortcuts }) => shortcuts);
  return (id) => {
    const [keys] = keysOfCommand(id, own);
    return keys === undefined ? '' : keysAsText(keys, isMac());
  };
};
