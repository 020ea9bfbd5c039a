import { Button, Group, Image, Stack, Text } from '@mantine/core';
import { notifications, notificationsStore } from '@mantine/notifications';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '../../instances/use-instance-actions.tsx';
import { useServices } from '../../state/app-context.tsx';
import type { NotificationChoices } from '../../state/preferences.ts';
import { useCapability } from '../../studio-client/host.ts';
import { useBatches, useInstances } from '../../studio-client/queries.ts';
import { useTopic } from '../../studio-client/use-topic.ts';
import { describeCode } from '../../text/describe-error.ts';
import { formatCount } from '../../text/format.ts';
import classes from './news.module.css';
import { batchNews, type FleetState, fleetNews, jobNews, type News, type SeenJobs } from './news.ts';
import { createNewsDesk, type NewsDesk, type NewsGroup } from './news-desk.ts';
import { useTellSystem } from './tell-system.ts';

const shownForMs = { good: 6000, bad: 20_000 } as const;

/** Whether one wants to be told about this. What became of the active instance decides where new work goes, so it is always told. */
const isWanted = ({ kind }: News, choices: NotificationChoices): boolean => {
  switch (kind) {
    case 'job-done':
    case 'batch-done':
      return choices.jobDone;
    case 'job-failed':
      return choices.jobFailed;
    case 'instance-died':
    case 'instance-back':
      return choices.instanceDied;
    case 'active-deleted':
    case 'active-stopped':
      return true;
  }
};

interface Message {
  readonly title: string;
  readonly body: string;
  readonly colour: string;
  readonly picture: string | null;
  readonly actions: readonly { readonly label: string; readonly run: () => void }[];
}

/** A group of news as sentences, and what can be done about it. */
const useWrite = (): ((group: NewsGroup) => Message) => {
  const { t } = useTranslation();
  const { view } = useServices();
  const navigate = useNavigate();
  const send = useSend();
  const openJobs = (search: { job?: string; batch?: string; show?: 'done' | 'parked' }): void =>
    void navigate({ to: '/jobs', search });
  const good = { colour: 'green', picture: null };
  const bad = { colour: 'red', picture: null };
  return ({ latest, count }) => {
    const title = latest.title || t('jobs.untitled');
    switch (latest.kind) {
      case 'job-done':
        return {
          ...good,
          title: t('news.jobDone', { count, title }),
          body: count === 1 ? '' : t('news.latest', { title }),
          picture: latest.picture,
          actions: [
            count === 1
              ? { label: t('news.showResult'), run: () => openJobs({ job: latest.jobId }) }
              : { label: t('news.showDone'), run: () => openJobs({ show: 'done' }) },
          ],
        };
      case 'job-failed': {
        const { error, state } = latest.job;
        const cause = error === null ? '' : describeCode(error.code, error.details).happened;
        return {
          ...bad,
          title: t(state === 'parked' ? 'news.jobParked' : 'news.jobFailed', { count, title }),
          body: count === 1 ? cause : t('news.latest', { title: `${title}. ${cause}` }),
          actions: [
            { label: t('news.showCause'), run: () => openJobs({ job: latest.jobId }) },
            ...(count === 1
              ? [{ label: t('news.retry'), run: () => void send('jobs.retry', { jobIds: [latest.jobId] }) }]
              : []),
          ],
        };
      }
      case 'batch-done': {
        const { failed, parked } = latest.batch.counts;
        const body = failed + parked === 0 ? '' : t('news.batchFailed', { count: failed + parked });
        return {
          ...good,
          title: t('news.batchDone', { count, title, total: formatCount(latest.batch.total) }),
          body,
          actions: [{ label: t('news.showBatch'), run: () => openJobs({ batch: latest.batchId }) }],
        };
      }
      case 'instance-died': {
        const { happened, do: advice } = describeCode(latest.reason.code, latest.reason.details);
        const { instanceId } = latest;
        return {
          ...bad,
          title: t(latest.restarts ? 'news.instanceRestarts' : 'news.instanceFailed', { title }),
          body: `${happened} ${advice}`,
          actions: [
            { label: t('news.showLog'), run: () => view.getState().showLog(instanceId) },
            ...(latest.restarts
              ? []
              : [{ label: t('news.startAgain'), run: () => void send('instances.start', { instanceId }) }]),
          ],
        };
      }
      case 'instance-back':
        return { ...good, title: t('news.instanceBack', { title }), body: '', actions: [] };
      case 'active-deleted':
        return {
          ...good,
          colour: 'yellow',
          title: t('news.activeDeleted', { title }),
          body: t('news.balanced'),
          actions: [],
        };
      case 'active-stopped':
        return {
          ...good,
          colour: 'yellow',
          title: t('news.activeStopped', { title }),
          body: t('news.balancedUntil'),
          actions: [
            { label: t('news.clearActive'), run: () => void send('instances.setActive', { instanceId: null }) },
          ],
        };
    }
  };
};

const Words = ({ message, onDone }: { message: Message; onDone: () => void }): ReactNode => (
  <Group gap="sm" wrap="nowrap" align="flex-start">
    {message.picture === null ? null : <Image src={message.picture} alt="" className={classes.picture ?? ''} />}
    <Stack gap="xs" className={classes.words ?? ''}>
      {message.body === '' ? null : (
        <Text size="sm" c="dimmed" lineClamp={4}>
          {message.body}
        </Text>
      )}
      {message.actions.length === 0 ? null : (
        <Group gap="xs">
          {message.actions.map(({ label, run }) => (
            <Button
              key={label}
              size="compact-xs"
              variant="default"
              onClick={() => {
                run();
                onDone();
              }}
            >
              {label}
            </Button>
          ))}
        </Group>
      )}
    </Stack>
  </Group>
);

/** Whether the page shows by itself what the news say. */
const isOnScreen = ({ kind }: News, path: string): boolean =>
  !document.hidden &&
  ((kind === 'job-done' && (path === '/jobs' || path === '/run')) || (kind === 'batch-done' && path === '/jobs'));

const useTell = (): { tell: (group: NewsGroup) => void; onDismissed: { current: (key: string) => void } } => {
  const { view } = useServices();
  const router = useRouter();
  const write = useWrite();
  const tellSystem = useTellSystem();
  const canNotify = useCapability('notify');
  const onDismissed = useRef<(key: string) => void>(() => undefined);
  return {
    onDismissed,
    tell: (group) => {
      const { key, latest } = group;
      const choices = view.getState().notificationChoices;
      if (!isWanted(latest, choices)) return onDismissed.current(key);
      if (isOnScreen(latest, router.state.location.pathname)) return onDismissed.current(key);
      const message = write(group);
      const id = `news:${key}`;
      const isBad = latest.kind === 'job-failed' || latest.kind === 'instance-died';
      const shown = {
        id,
        color: message.colour,
        title: message.title,
        autoClose: isBad ? shownForMs.bad : shownForMs.good,
        message: <Words message={message} onDone={() => notifications.hide(id)} />,
        onClose: () => onDismissed.current(key),
      };
      const { notifications: visible, queue } = notificationsStore.getState();
      const isThere = [...visible, ...queue].some((one) => one.id === id);
      if (isThere) notifications.update(shown);
      else notifications.show(shown);
      if (choices.bySystem && !document.hasFocus()) {
        tellSystem({ key, title: message.title, body: message.body, byHost: canNotify }, () =>
          message.actions[0]?.run(),
        );
      }
    },
  };
};

/** So long after it was cleared, an instance that is deleted counts as the active one. */
const justClearedMs = 2000;

/** Tells of what happens while one looks elsewhere. Draws nothing itself. */
export const NewsWatch = (): ReactNode => {
  const jobs = useTopic('jobs', { select: (state) => state.jobs }).data;
  const batches = useBatches();
  const fleet = useInstances().data;
  const { tell, onDismissed } = useTell();
  const latestTell = useRef(tell);
  const desk = useRef<NewsDesk>(undefined);
  const seen = useRef<SeenJobs>(null);
  const openBatches = useRef<ReadonlySet<string>>(null);
  const lastFleet = useRef<FleetState>(null);
  const died = useRef(new Set<string>());
  const lastActive = useRef<{ readonly id: string | null; readonly at: number }>({ id: null, at: 0 });
  const { clock } = useServices();

  useEffect(() => {
    latestTell.current = tell;
  });
  useEffect(() => {
    const made = createNewsDesk(
      (delayMs, task) => {
        const timer = setTimeout(task, delayMs);
        return () => clearTimeout(timer);
      },
      (group) => latestTell.current(group),
    );
    desk.current = made;
    onDismissed.current = made.dismissed;
    return made.close;
  }, [onDismissed]);

  useEffect(() => {
    if (jobs === undefined) return;
    const next = jobNews(seen.current, jobs);
    seen.current = next.seen;
    desk.current?.add(next.news);
  }, [jobs]);
  useEffect(() => {
    desk.current?.add(batchNews(openBatches.current, batches));
    openBatches.current = new Set(batches.filter(({ finishedAt }) => finishedAt === null).map(({ id }) => id));
  }, [batches]);
  useEffect(() => {
    if (fleet === undefined) return;
    const at = clock.now();
    if (fleet.activeInstanceId !== null) lastActive.current = { id: fleet.activeInstanceId, at };
    const before = lastFleet.current;
    const { id, at: activeAt } = lastActive.current;
    // Deleting the active one clears it first, a moment before it is gone.
    const isJustCleared = id !== null && before?.activeInstanceId === null && at - activeAt < justClearedMs;
    if (before?.activeInstanceId === id) lastActive.current = { id, at };
    const seenBefore = before !== null && isJustCleared ? { ...before, activeInstanceId: id } : before;
    const news = fleetNews(seenBefore, fleet, died.current);
    for (const one of news) {
      if (one.kind === 'instance-died') died.current.add(one.instanceId);
      if (one.kind === 'instance-back') died.current.delete(one.instanceId);
    }
    lastFleet.current = fleet;
    desk.current?.add(news);
  }, [fleet, clock]);
  return null;
};
