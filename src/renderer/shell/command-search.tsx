import { Kbd } from '@mantine/core';
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData, useSpotlight } from '@mantine/spotlight';
import { IconAppWindow, IconBooks, IconSearch, IconSettings } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StateGlyph } from '../components/state-glyph.tsx';
import { cardActions, isSelectable, presentState } from '../instances/instance-presentation.ts';
import { useInstanceActions } from '../instances/use-instance-actions.tsx';
import { presentJob } from '../jobs/job-presentation.ts';
import { sectionGroups } from '../settings/settings-sections.ts';
import { useViewState } from '../state/app-context.tsx';
import { useInstances } from '../studio-client/queries.ts';
import { useTopic } from '../studio-client/use-topic.ts';
import { frame } from '../theme/tokens.ts';
import { commandSearchStore } from './command-store.ts';
import { activeInstanceKeys, type CommandGroup, commandTable, keysAsText } from './command-table.ts';
import { isMac } from './platform.ts';
import { recentJobs } from './recent-jobs.ts';
import { keysOfCommand } from './shortcut-keys.ts';
import { useRunCommand } from './use-commands.ts';

const groups: readonly CommandGroup[] = ['pages', 'instances', 'active', 'view'];

/** The keys of a command, when it has some. */
const keysOf = (keys: string | null | undefined): ReactNode =>
  keys === undefined || keys === null ? null : <Kbd size="xs">{keysAsText(keys, isMac())}</Kbd>;

/** Commands about single instances: their pages, start, stop, edit, log, make active. */
const useInstanceCommands = (): {
  readonly instances: SpotlightActionData[];
  readonly active: SpotlightActionData[];
} => {
  const { t } = useTranslation();
  const act = useInstanceActions();
  const navigate = useNavigate();
  const data = useInstances().data;
  const instances: SpotlightActionData[] = [];
  const active: SpotlightActionData[] = [];
  for (const [index, view] of (data?.instances ?? []).entries()) {
    const { id, name, description } = view.configuration;
    const { shape, colour } = presentState(view.state);
    const glyph = <StateGlyph shape={shape} colour={colour} />;
    const possible = cardActions(view, data?.activeInstanceId ?? null);
    instances.push({
      id: `open:${id}`,
      label: t('frame.commands.openPage', { name }),
      keywords: [id, description],
      leftSection: glyph,
      onClick: () => void navigate({ to: '/instances/$instanceId/{-$tab}', params: { instanceId: id } }),
    });
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
    if (view.status === 'running') {
      instances.push({
        id: `view:${id}`,
        label: t('frame.commands.viewOf', { name }),
        keywords: [id, description],
        leftSection: <IconAppWindow size={frame.icon} stroke={1.6} aria-hidden />,
        onClick: () => void navigate({ to: '/view/$target', params: { target: id } }),
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

interface Places {
  readonly settings: SpotlightActionData[];
  readonly jobs: SpotlightActionData[];
  readonly workflows: SpotlightActionData[];
}

/** Sections of the settings, saved workflows, and jobs of late: what one looks for by its name. */
const usePlaces = (): Places => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const jobs = useTopic('jobs', { select: (state) => recentJobs(state.jobs) }).data ?? [];
  const workflows = useTopic('workflows', { select: (state) => state.workflows }).data ?? [];
  return {
    workflows: workflows.map(({ id, name, tags }) => ({
      id: `workflow:${id}`,
      label: name,
      keywords: tags,
      leftSection: <IconBooks size={frame.icon} stroke={1.6} aria-hidden />,
      onClick: () => void navigate({ to: '/run', search: { workflow: id } }),
    })),
    settings: sectionGroups.flatMap(({ sections }) =>
      sections.map((section) => ({
        id: `settings:${section}`,
        label: t('frame.commands.settings', { section: t(`settings.sections.${section}.title`) }),
        keywords: t(`settings.sections.${section}.means`),
        leftSection: <IconSettings size={frame.icon} stroke={1.6} aria-hidden />,
        onClick: () => void navigate({ to: '/settings', search: { section } }),
      })),
    ),
    jobs: jobs.map((job) => ({
      id: `job:${job.id}`,
      label: job.title || t('jobs.untitled'),
      description: t(`jobs.state.${job.state}`),
      keywords: [job.id],
      leftSection: <StateGlyph {...presentJob(job.state)} />,
      onClick: () => void navigate({ to: '/jobs', search: { job: job.id } }),
    })),
  };
};

const OpenSearch = (): ReactNode => {
  const { t } = useTranslation();
  const run = useRunCommand();
  const ofInstances = useInstanceCommands();
  const places = usePlaces();
  const own = useViewState(({ shortcuts }) => shortcuts);
  const commands: SpotlightActionGroupData[] = groups.map((group) => ({
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
  const actions: SpotlightActionGroupData[] = [
    ...commands,
    { group: t('frame.commands.groups.workflows'), actions: places.workflows },
    { group: t('frame.commands.groups.jobs'), actions: places.jobs },
    { group: t('frame.commands.groups.settings'), actions: places.settings },
  ];
  return (
    <Spotlight
      store={commandSearchStore}
      actions={actions}
      shortcut={null}
      attributes={{ content: { 'aria-label': t('frame.commands.search') } }}
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

/** How long the closed search stays, so that it is seen to close. */
const lingerMs = 400;

/** Ctrl+K: whatever the mouse can do. While it is closed nothing of it is there, so that no job of a busy fleet costs it anything. */
export const CommandSearch = (): ReactNode => {
  const { opened } = useSpotlight(commandSearchStore);
  const [isThere, setThere] = useState(opened);
  if (opened && !isThere) setThere(true);
  useEffect(() => {
    if (opened) return undefined;
    const timer = setTimeout(() => setThere(false), lingerMs);
    return () => clearTimeout(timer);
  }, [opened]);
  return isThere ? <OpenSearch /> : null;
};
