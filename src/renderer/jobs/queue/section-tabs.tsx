import { CloseButton, Select, TextInput } from '@mantine/core';
import { IconSearch, IconStack2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobCounts } from '#contract/models/queue.ts';
import { formatCount } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import classes from './queue.module.css';
import { countOf, outcomes, queueSections } from './queue-search.ts';
import { useBatch } from './use-batch.ts';
import { useQueueNavigation } from './use-queue-navigation.ts';

const Tabs = ({ counts }: { counts: JobCounts | null }): ReactNode => {
  const { t } = useTranslation();
  const { search } = useQueueNavigation();
  return (
    <nav className={classes.tabs} aria-label={t('queue.tabsLabel')}>
      {([undefined, ...queueSections] as const).map((section) => {
        const count = section === undefined || counts === null ? null : countOf(section, counts);
        return (
          <Link
            key={section ?? 'all'}
            to="/jobs"
            search={(old) => ({ ...old, show: section, outcome: undefined, job: undefined })}
            className={classes.tab}
            data-current={search.show === section}
            data-attention={section === 'parked' && count !== null && count > 0}
            {...(search.show === section ? { 'aria-current': 'page' as const } : {})}
          >
            {t(`queue.sections.${section ?? 'all'}`)}
            {count === null ? null : <span className={classes.tabCount}>{formatCount(count)}</span>}
          </Link>
        );
      })}
    </nav>
  );
};

const allOutcomes = 'all';

const OutcomeSelect = (): ReactNode => {
  const { t } = useTranslation();
  const { search, go } = useQueueNavigation();
  return (
    <Select
      size="sm"
      className={classes.outcome ?? ''}
      aria-label={t('jobs.outcome')}
      allowDeselect={false}
      value={search.outcome ?? allOutcomes}
      data={[
        { value: allOutcomes, label: t('jobs.allOutcomes') },
        ...outcomes.map((value) => ({ value, label: t(`jobs.state.${value}`) })),
      ]}
      onChange={(value) => go({ outcome: outcomes.find((one) => one === value) })}
    />
  );
};

const BatchChip = ({ batchId }: { batchId: string }): ReactNode => {
  const { t } = useTranslation();
  const { go } = useQueueNavigation();
  const batch = useBatch(batchId);
  const title = batch === null ? batchId.slice(0, 8) : batch.title || t('jobs.untitled');
  return (
    <span className={classes.chip}>
      <IconStack2 size={frame.iconSmall} aria-hidden />
      <span className={classes.chipText}>{t('queue.batchFilter', { title })}</span>
      <CloseButton size="xs" aria-label={t('queue.leaveBatch')} onClick={() => go({ batch: undefined })} />
    </span>
  );
};

/** What the jobs have to have in common: their batch, their outcome, a part of their title. */
export const Filters = (): ReactNode => {
  const { t } = useTranslation();
  const { search, go } = useQueueNavigation();
  return (
    <div role="search" className={classes.filters}>
      {search.batch === undefined ? null : <BatchChip batchId={search.batch} />}
      {search.show === 'done' && search.view === undefined ? <OutcomeSelect /> : null}
      <TextInput
        size="sm"
        className={classes.search ?? ''}
        aria-label={t('queue.search')}
        placeholder={t('queue.search')}
        leftSection={<IconSearch size={frame.iconSmall} aria-hidden />}
        value={search.search ?? ''}
        maxLength={200}
        onChange={({ currentTarget }) => go({ search: currentTarget.value || undefined })}
        rightSection={
          search.search === undefined ? null : (
            <CloseButton size="sm" aria-label={t('queue.clearSearch')} onClick={() => go({ search: undefined })} />
          )
        }
      />
    </div>
  );
};

/** Which jobs are shown; all of it stands in the address. */
export const SectionTabs = ({ counts }: { counts: JobCounts | null }): ReactNode => (
  <div className={classes.tabsBar}>
    <Tabs counts={counts} />
    <Filters />
  </div>
);
