import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionCheck, ConnectionReport } from '#contract/models/instance.ts';
import { StateGlyph, type StateShape } from '../../components/state-glyph.tsx';
import { en } from '../../text/en/index.ts';
import { formatResponseTime } from '../../text/format.ts';
import type { StateColour } from '../../theme/tokens.ts';
import classes from './instance-form.module.css';

const looks: Readonly<Record<ConnectionCheck['outcome'], { shape: StateShape; colour: StateColour }>> = {
  passed: { shape: 'tick', colour: 'running' },
  warning: { shape: 'triangle', colour: 'paused' },
  failed: { shape: 'cross', colour: 'error' },
  skipped: { shape: 'hollow', colour: 'stopped' },
};

type CheckName = keyof (typeof en)['instanceForm']['checks']['names'];
const isCheckName = (name: string): name is CheckName => Object.hasOwn(en.instanceForm.checks.names, name);

const CheckRow = ({ check }: { check: ConnectionCheck }): ReactNode => {
  const { t } = useTranslation();
  const { shape, colour } = looks[check.outcome];
  return (
    <li className={classes.check}>
      <StateGlyph shape={shape} colour={colour} label={t(`instanceForm.checks.${check.outcome}`)} />
      <span className={classes.checkName}>
        {isCheckName(check.name) ? t(`instanceForm.checks.names.${check.name}`) : check.name}
      </span>
      <span className={classes.checkText}>
        {check.message}
        {check.advice === '' ? null : <span className={classes.advice}>{check.advice}</span>}
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
    <section className={classes.test} aria-label={t('instanceForm.checks.title')} aria-live="polite">
      <Text fw={600} mb="xs">
        {failed ? t('instanceForm.checks.someFailed') : t('instanceForm.checks.allGood')}
      </Text>
      <ul className={classes.checks}>
        {report.checks.map((check) => (
          <CheckRow key={check.name} check={check} />
        ))}
      </ul>
    </section>
  );
};
