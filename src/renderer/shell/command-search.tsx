import { Kbd } from '@mantine/core';
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StateGlyph } from '../components/state-glyph.tsx';
import { cardActions, isSelectable, presentState } from '../instances/instance-presentation.ts';
import { useInstanceActions } from '../instances/use-instance-actions.tsx';
import { useViewState } from '../state/app-context.tsx';
import { useInstances } from '../studio-client/queries.ts';
import { frame } from '../theme/tokens.ts';
import { activeInstanceKeys, type CommandGroup, commandTable, keysAsText } from './command-table.ts';
import { isMac } from './platform.ts';
import { keysOfCommand } from './shortcut-keys.ts';
import { useRunCommand } from './use-commands.ts';

const groups: readonly CommandGroup[] = ['pages', 'instances', 'active', 'view'];

/** The keys of a command, when it has some. */
const keysOf = (keys: string | null | undefined): ReactNode =>
  keys === undefined || keys === null ? null : <Kbd size="xs">{keysAsText(keys, isMac())}</Kbd>;

/** Commands about single instances: start, stop, edit, log, make active. */
const useInstanceCommands = (): {
  readonly instances: SpotlightActionData[];
  readonly active: SpotlightActionData[];
} => {
  const { t } = useTranslation();
  const act = useInstanceActions();
  const data = useInstances().data;
  const instances: SpotlightActionData[] = [];
  const active: SpotlightActionData[] = [];
  for (const [index, view] of (data?.instances ?? []).entries()) {
    const { id, name, description } = view.configuration;
    const { shape, colour } = presentState(view.state);
    const glyph = <StateGlyph shape={shape} colour={colour} />;
    const possible = cardActions(view, data?.activeInstanceId ?? null);
    for (const action of ['start', 'stop', 'edit', 'logs'] as const) {
      if (!possible.includes(action)) continue;
      instances.push({
        id: `${action}:${id}`,
        label: t(`frame.commands.${action}`, { name }),
        keywords: [id, description],
        leftSection: glyph,
        onClick: () => act(view, action),
      });
    }
    if (isSelectable(view)) {
      active.push({
        id: `active:${id}`,
        label: t('frame.commands.active.choose', { name }),
        leftSection: glyph,
        rightSection: keysOf(activeInstanceKeys(index + 1)),
        onClick: () => act(view, 'setActive'),
      });
    }
  }
  return { instances, active };
};

/** Ctrl+K: whatever the mouse can do. */
export const CommandSearch = (): ReactNode => {
  const { t } = useTranslation();
  const run = useRunCommand();
  const ofInstances = useInstanceCommands();
  const own = useViewState(({ shortcuts }) => shortcuts);
  const actions: SpotlightActionGroupData[] = groups.map((group) => ({
    group: t(`frame.commands.groups.${group}`),
    actions: [
      ...commandTable
        .filter((command) => command.group === group && command.id !== 'view.commands')
        .map((command) => ({
          id: command.id,
          label: t(`frame.commands.${command.id}`),
          rightSection: keysOf(keysOfCommand(command.id, own)[0]),
          onClick: () => {
            run(command.id);
          },
        })),
      ...(group === 'instances' ? ofInstances.instances : []),
      ...(group === 'active' ? ofInstances.active : []),
    ],
  }));
  return (
    <Spotlight
      actions={actions}
      shortcut={null}
      scrollable
      styles={{ content: { background: 'var(--at-overlay)' } }}
      highlightQuery
      nothingFound={t('frame.commands.nothing')}
      searchProps={{
        leftSection: <IconSearch size={frame.icon} aria-hidden />,
        placeholder: t('frame.commands.search'),
        'aria-label': t('frame.commands.search'),
      }}
    />
  );
};
