import { ActionIcon, Button, Group, Menu, Skeleton, Text, Title, Tooltip } from '@mantine/core';
import { IconDots, IconPlayerPlay, IconPlayerStop, IconPlus, IconRefresh } from '@tabler/icons-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { TopicState } from '#contract/topics.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { useRunCommand } from '../shell/use-commands.ts';
import { useInstances } from '../studio-client/queries.ts';
import { frame } from '../theme/tokens.ts';
import { InstanceCard } from './card/instance-card.tsx';
import { FilterBar } from './filter-bar.tsx';
import { type InstanceFilter, isFiltering, matchesFilter } from './instance-filter.ts';
import classes from './instances-page.module.css';
import { FilteredOut, NoInstances } from './no-instances.tsx';

interface InstancesPageProps {
  readonly filter: InstanceFilter;
  readonly onFilter: (filter: InstanceFilter) => void;
}

const PageHead = ({ data }: { data: TopicState<'instances'> | undefined }): ReactNode => {
  const { t } = useTranslation();
  const run = useRunCommand();
  const some = (data?.instances.length ?? 0) > 0;
  return (
    <Group justify="space-between" wrap="nowrap" gap="md">
      <Title order={1}>{t('instances.title')}</Title>
      <Group gap="xs" wrap="nowrap">
        {some ? (
          <Menu>
            <Menu.Target>
              <ActionIcon size="lg" aria-label={t('instances.more')}>
                <IconDots size={frame.icon} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={<IconPlayerPlay size={frame.iconSmall} />}
                onClick={() => run('instances.startAll')}
              >
                {t('instances.startAll')}
              </Menu.Item>
              <Menu.Item
                leftSection={<IconPlayerStop size={frame.iconSmall} />}
                onClick={() => run('instances.stopAll')}
              >
                {t('instances.stopAll')}
              </Menu.Item>
              <Menu.Item leftSection={<IconRefresh size={frame.iconSmall} />} onClick={() => run('instances.refresh')}>
                {t('instances.refresh')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        ) : null}
        <Tooltip label={t('instances.create')}>
          <Button leftSection={<IconPlus size={frame.icon} aria-hidden />} onClick={() => run('instance.create')}>
            {t('instances.create')}
          </Button>
        </Tooltip>
      </Group>
    </Group>
  );
};

const skeletons = ['a', 'b', 'c'] as const;

/** Placeholders of the size of what comes, so that nothing jumps. */
const LoadingCards = (): ReactNode => {
  const { t } = useTranslation();
  return (
    <div className={classes.grid} role="status" aria-label={t('instances.loading')}>
      {skeletons.map((key) => (
        <Skeleton key={key} className={classes.skeleton ?? ''} radius="md" />
      ))}
    </div>
  );
};

const arrowSteps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Arrow keys go from card to card while a card itself has the focus. */
const moveFocus = (event: KeyboardEvent<HTMLDivElement>): void => {
  const step = arrowSteps[event.key];
  if (step === undefined || !(event.target instanceof HTMLElement) || event.target.tagName !== 'ARTICLE') return;
  const cards = [...event.currentTarget.querySelectorAll<HTMLElement>('article')];
  cards[cards.indexOf(event.target) + step]?.focus();
  event.preventDefault();
};

const Cards = ({ data, filter, onFilter }: InstancesPageProps & { data: TopicState<'instances'> }): ReactNode => {
  const { t } = useTranslation();
  const shown = data.instances.filter((view) => matchesFilter(view, filter));
  const active = data.instances.find(({ configuration }) => configuration.id === data.activeInstanceId);
  return (
    <>
      <Group justify="space-between" gap="sm" mt="md" mb="md">
        <FilterBar filter={filter} onFilter={onFilter} />
        <Text c="dimmed" size="xs" aria-live="polite">
          {t('instances.summary', { shown: shown.length, total: data.instances.length })}
          {' · '}
          {active === undefined
            ? t('instances.balancedSummary')
            : t('instances.activeSummary', { name: active.configuration.name })}
        </Text>
      </Group>
      {shown.length === 0 && isFiltering(filter) ? (
        <FilteredOut onFilter={onFilter} />
      ) : (
        <div className={classes.grid} role="presentation" onKeyDown={moveFocus}>
          {shown.map(({ configuration }) => (
            <InstanceCard key={configuration.id} instanceId={configuration.id} />
          ))}
        </div>
      )}
    </>
  );
};

/** The fleet at a glance. */
export const InstancesPage = ({ filter, onFilter }: InstancesPageProps): ReactNode => {
  const { t } = useTranslation();
  const query = useInstances();
  const { data } = query;
  return (
    <>
      <PageHead data={data} />
      {data === undefined && query.error !== null ? (
        <div className={classes.failed}>
          <ErrorPanel error={query.error} title={t('instances.failed.title')}>
            <Button onClick={() => void query.refetch()} loading={query.isFetching}>
              {t('frame.actions.retry')}
            </Button>
          </ErrorPanel>
        </div>
      ) : null}
      {data === undefined && query.error === null ? (
        <div className={classes.failed}>
          <LoadingCards />
        </div>
      ) : null}
      {data !== undefined && data.instances.length === 0 ? <NoInstances /> : null}
      {data !== undefined && data.instances.length > 0 ? (
        <Cards data={data} filter={filter} onFilter={onFilter} />
      ) : null}
    </>
  );
};
