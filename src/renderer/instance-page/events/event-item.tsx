import { Anchor, Button, Code, Collapse, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceEvent } from '#contract/models/instance-event.ts';
import { StateGlyph } from '../../components/state-glyph.tsx';
import { useNow } from '../../state/app-context.tsx';
import { formatAgo, formatMoment } from '../../text/format.ts';
import { type EventWords, eventWords } from './event-words.ts';
import classes from './events.module.css';

const When = ({ at }: { at: number }): ReactNode => {
  const now = useNow();
  return (
    <Tooltip label={formatMoment(at)}>
      <time className={classes.when} dateTime={new Date(at).toISOString()}>
        {formatAgo(at, now)}
      </time>
    </Tooltip>
  );
};

const Evidence = ({ lines }: { lines: readonly string[] }): ReactNode => {
  const { t } = useTranslation();
  const [open, { toggle }] = useDisclosure(false);
  return (
    <div>
      <Button size="xs" variant="subtle" color="gray" onClick={toggle} aria-expanded={open}>
        {open ? t('instanceEvents.hideEvidence') : t('instanceEvents.showEvidence')}
      </Button>
      <Collapse expanded={open}>
        <Code
          block
          className={classes.evidence ?? ''}
          role="group"
          aria-label={t('instanceEvents.evidence')}
          // What scrolls within itself must be reachable by keyboard.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
        >
          {lines.join('\n')}
        </Code>
      </Collapse>
    </div>
  );
};

const shortIdLength = 8;

const Jobs = ({ words }: { words: EventWords }): ReactNode => {
  const { t } = useTranslation();
  return (
    <div className={classes.jobs}>
      {words.jobIds.map((jobId) => (
        <Anchor key={jobId} size="xs" renderRoot={(props) => <Link {...props} to="/jobs" search={{ job: jobId }} />}>
          {t('instanceEvents.jobLink', { id: jobId.slice(-shortIdLength) })}
        </Anchor>
      ))}
      {words.moreJobs === 0 ? null : (
        <Text size="xs" c="dimmed" span>
          {t('instanceEvents.moreJobs', { count: words.moreJobs })}
        </Text>
      )}
    </div>
  );
};

/** One thing that happened: what, when, why, and what to do about it. */
export const EventItem = memo(({ entry }: { entry: InstanceEvent }): ReactNode => {
  const { t } = useTranslation();
  const words = eventWords(entry.event, t);
  return (
    <li className={classes.item} data-problem={words.cause !== null}>
      <span className={classes.glyph}>
        <StateGlyph shape={words.shape} colour={words.colour} />
      </span>
      <div className={classes.body}>
        <div className={classes.line}>
          <span className={classes.title}>{words.title}</span>
          <When at={entry.at} />
        </div>
        {words.cause === null ? null : (
          <div className={classes.cause}>
            <Text>{words.cause.happened}</Text>
            <Text c="dimmed" size="xs">
              {words.cause.means}
            </Text>
            <Text size="xs">{words.cause.advice}</Text>
          </div>
        )}
        {words.details.length === 0 ? null : (
          <Text c="dimmed" size="xs">
            {words.details.join(' ')}
          </Text>
        )}
        {words.jobIds.length === 0 ? null : <Jobs words={words} />}
        {words.evidence.length === 0 ? null : <Evidence lines={words.evidence} />}
      </div>
    </li>
  );
});
EventItem.displayName = 'EventItem';
