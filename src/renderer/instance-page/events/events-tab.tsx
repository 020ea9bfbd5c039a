import { Button, Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { IconHistory, IconShieldCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import type { InstanceEvent } from '#contract/models/instance-event.ts';
import { EmptyPage } from '../../components/empty-page.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { formatDay } from '../../text/format.ts';
import { usePageAddress } from '../page-address.ts';
import { EventItem } from './event-item.tsx';
import { isProblem } from './event-words.ts';
import classes from './events.module.css';
import { useInstanceEvents } from './use-instance-events.ts';

interface Day {
  /** Stays the same while entries come at either end: what is unfolded stays so. */
  readonly key: string;
  readonly name: string;
  readonly entries: readonly InstanceEvent[];
}

const byDays = (entries: readonly InstanceEvent[]): readonly Day[] => {
  const days: { key: string; name: string; entries: InstanceEvent[] }[] = [];
  for (const entry of entries) {
    const name = formatDay(entry.at);
    const day = days.at(-1);
    if (day?.name === name) day.entries.push(entry);
    else {
      // A clock that was set back brings a day a second time.
      const times = days.filter((other) => other.name === name).length;
      days.push({ key: `${name} ${times}`, name, entries: [entry] });
    }
  }
  return days;
};

const Timeline = ({ entries }: { entries: readonly InstanceEvent[] }): ReactNode =>
  byDays(entries).map(({ key, name, entries: ofDay }) => (
    <section key={key} aria-label={name}>
      <Text className={classes.day ?? ''}>{name}</Text>
      <ol className={classes.list}>
        {ofDay.map((entry) => (
          <EventItem key={entry.id} entry={entry} />
        ))}
      </ol>
    </section>
  ));

const Nothing = ({ onlyProblems }: { onlyProblems: boolean }): ReactNode => {
  const { t } = useTranslation();
  return onlyProblems ? (
    <EmptyPage
      icon={IconShieldCheck}
      title={t('instanceEvents.noProblems.title')}
      means={t('instanceEvents.noProblems.means')}
    />
  ) : (
    <EmptyPage icon={IconHistory} title={t('instanceEvents.empty.title')} means={t('instanceEvents.empty.means')} />
  );
};

/** What happened to the instance, newest first, with causes and advice in words. */
export const EventsTab = ({ view }: { view: InstanceView }): ReactNode => {
  const { t } = useTranslation();
  const { search, change } = usePageAddress();
  const book = useInstanceEvents(view.configuration.id);
  const onlyProblems = search.only === 'problems';
  const shown = book.events?.filter(({ event }) => !onlyProblems || isProblem(event));
  return (
    <Stack gap="md" className={classes.tab ?? ''}>
      <Group justify="space-between">
        <SegmentedControl
          size="xs"
          aria-label={t('instanceEvents.show')}
          value={search.only ?? 'all'}
          data={(['all', 'problems'] as const).map((value) => ({ value, label: t(`instanceEvents.${value}`) }))}
          onChange={(value) => change({ only: value === 'problems' ? 'problems' : undefined })}
        />
      </Group>
      {book.error === null ? null : (
        <ErrorPanel error={book.error} title={t('instanceEvents.failed')}>
          <Button onClick={book.retry}>{t('frame.actions.retry')}</Button>
        </ErrorPanel>
      )}
      {shown === undefined ? book.error === null ? <Skeleton className={classes.skeleton ?? ''} /> : null : null}
      {shown === undefined ? null : (
        <div aria-label={t('instanceEvents.list')} role="region">
          {shown.length === 0 && !book.more ? <Nothing onlyProblems={onlyProblems} /> : <Timeline entries={shown} />}
        </div>
      )}
      {book.more ? (
        <Button variant="default" loading={book.loadingMore} onClick={() => void book.loadMore()}>
          {t('instanceEvents.older')}
        </Button>
      ) : shown !== undefined && shown.length > 0 ? (
        <Text size="xs" c="dimmed" ta="center">
          {t('instanceEvents.beginning')}
        </Text>
      ) : null}
    </Stack>
  );
};
