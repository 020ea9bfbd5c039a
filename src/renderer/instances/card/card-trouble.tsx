import { Anchor, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceReason, InstanceView } from '#contract/models/instance.ts';
import { useNow, useViewState } from '../../state/app-context.tsx';
import { describeCode } from '../../text/describe-error.ts';
import { formatDuration } from '../../text/format.ts';
import classes from './instance-card.module.css';

interface TroubleProps {
  readonly view: InstanceView;
  readonly reason: InstanceReason;
  /** Set when it is started again by itself. */
  readonly restartAt?: number;
  readonly attempt?: number;
  /** Set when it does not answer. */
  readonly since?: number;
}

const Countdown = ({ restartAt, attempt }: { restartAt: number; attempt: number }): ReactNode => {
  const { t } = useTranslation();
  const left = restartAt - useNow();
  return left > 0
    ? t('instances.middle.restartsIn', { time: formatDuration(left + 999), attempt })
    : t('instances.middle.restartsNow', { attempt });
};

const Silence = ({ since }: { since: number }): ReactNode => {
  const { t } = useTranslation();
  return t('instances.middle.unresponsive', { time: formatDuration(useNow() - since) });
};

/** Cause, advice and where to look, at the height of the part that it replaces. */
export const CardTrouble = ({ view, reason, restartAt, attempt = 1, since }: TroubleProps): ReactNode => {
  const { t } = useTranslation();
  const showLog = useViewState(({ showLog }) => showLog);
  const text = describeCode(reason.code, reason.details);
  const evidence = reason.evidence.at(-1) ?? '';
  return (
    <div className={classes.trouble} role="status">
      <Tooltip label={`${text.happened}\n${text.means}`}>
        <div className={classes.cause}>{text.happened}</div>
      </Tooltip>
      <div className={classes.advice}>{text.do}</div>
      <div className={classes.troubleFoot}>
        {restartAt === undefined ? null : (
          <span className={classes.countdown}>
            <Countdown restartAt={restartAt} attempt={attempt} />
          </span>
        )}
        {since === undefined ? null : (
          <span className={classes.countdown}>
            <Silence since={since} />
          </span>
        )}
        {restartAt === undefined && since === undefined && evidence !== '' ? (
          <Tooltip label={reason.evidence.slice(-6).join('\n')}>
            <code className={classes.evidence}>{evidence}</code>
          </Tooltip>
        ) : null}
        {view.configuration.kind === 'remote' ? null : (
          <Anchor
            component="button"
            size="xs"
            className={classes.logLink ?? ''}
            onClick={() => showLog(view.configuration.id)}
          >
            {t('instances.actions.showLog')}
          </Anchor>
        )}
      </div>
    </div>
  );
};
