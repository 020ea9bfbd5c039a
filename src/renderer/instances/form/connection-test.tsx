import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionCheck, ConnectionReport } from '#contract/models/connection.ts';
import { StateGlyph, type StateShape } from '../../components/state-glyph.tsx';
import { formatResponseTime } from '../../text/format.ts';
import type { StateColour } from '../../theme/tokens.ts';
import { describeCheck } from './describe-check.ts';
import classes from './instance-form.module.css';

const looks: Readonly<Record<ConnectionCheck['outcome'], { shape: StateShape; colour: StateColour }>> = {
  passed: { shape: 'tick', colour: 'running' },
  warning: { shape: 'triangle', colour: 'paused' },
  failed: { shape: 'cross', colour: 'error' },
  skipped: { shape: 'hollow', colour: 'stopped' },
};

const CheckRow = ({ check }: { check: ConnectionCheck }): ReactNode => {
  const { t } = useTranslation();
  const { shape, colour } = looks[check.outcome];
  const { found, advice } = describeCheck(check);
  return (
    <li className={classes.check}>
      <StateGlyph shape={shape} colour={colour} label={t(`connectionTest.${check.outcome}`)} />
      <span className={classes.checkName}>{t(`connectionTest.names.${check.name}`)}</span>
      <span className={classes.checkText}>
        {found.join(' ')}
        {advice === '' ? null : <span className={classes.advice}>{advice}</span>}
      </span>
      <span className={classes.checkTime}>{check.durationMs > 0 ? formatResponseTime(check.durationMs) : ''}</span>
    </li>
  );
};

/** The named checks of "Test connection", each with its outcome and advice. */
export const ConnectionTest = ({ report }: { report: ConnectionReport }): ReactNode => {
  const { t } = useTranslation();
  const failed = report.checks.some(({ outcome }) => outcome === 'failed');
  return (
    // A region that scrolls must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={classes.test} aria-label={t('connectionTest.title')} aria-live="polite" tabIndex={0}>
      <Text fw={600} mb="xs">
        {failed ? t('connectionTest.someFailed') : t('connectionTest.allGood')}
      </Text>
      <ul className={classes.checks}>
        {report.checks.map((check) => (
          <CheckRow key={check.name} check={check} />
        ))}
      </ul>
    </section>
  );
};
