import { ActionIcon, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { Meter } from '../../components/meter.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { useViewState } from '../../state/app-context.tsx';
import {
  useActiveInstanceId,
  useActiveJob,
  useGpuReading,
  useGpus,
  useInstance,
  useInstanceReading,
} from '../../studio-client/queries.ts';
import { describeCode } from '../../text/describe-error.ts';
import { formatLoad, formatResponseTime, formatUsage } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import { actionIcons } from '../action-icons.ts';
import { CardMenu } from '../card/card-menu.tsx';
import { deviceFacts } from '../device-text.ts';
import { cardActions, healthColour, isLifeCycleAction, presentInstance, readySince } from '../instance-presentation.ts';
import { MarkBox } from '../panel/mark-box.tsx';
import { useInstanceActions } from '../use-instance-actions.tsx';
import classes from './instance-row.module.css';

interface RowProps {
  readonly view: InstanceView;
  readonly active: boolean;
}

/** What it works on, or what is wrong with it, in one line. */
const Activity = ({ view }: { view: InstanceView }): ReactNode => {
  const { t } = useTranslation();
  const { state } = view;
  const job = useActiveJob(view.runningJobIds[0]);
  if (state.kind === 'unresponsive' || state.kind === 'waiting' || state.kind === 'failed') {
    const { happened } = describeCode(state.reason.code, state.reason.details);
    return (
      <span className={classes.trouble} title={happened}>
        {happened}
      </span>
    );
  }
  if (state.kind === 'starting') return <span className={classes.quiet}>{t(`instances.phase.${state.phase}`)}</span>;
  if (state.kind === 'stopping') return <span className={classes.quiet}>{t(`instances.stopStep.${state.step}`)}</span>;
  if (job === null) {
    return <span className={classes.quiet}>{readySince(state) === null ? '' : t('instances.card.noJob')}</span>;
  }
  const title = job.title || t('jobs.untitled');
  const fraction = job.progress?.fraction ?? 0;
  return (
    <span className={classes.job}>
      <span className={classes.jobTitle} title={title}>
        {title}
      </span>
      <Meter kind="progress" fraction={fraction} label={t('jobs.progressOf', { title })} />
      <span className={classes.figure}>{formatLoad(fraction * 100)}</span>
    </span>
  );
};

const Numbers = ({ view }: { view: InstanceView }): ReactNode => {
  const reading = useInstanceReading(view.configuration.id);
  const gpu = useGpuReading(deviceFacts(view, useGpus()).gpuIndex);
  const serves = readySince(view.state) !== null;
  const used = gpu?.memoryUsedBytes ?? (serves ? reading?.vramUsedBytes : null) ?? null;
  const total = gpu?.memoryTotalBytes ?? (serves ? reading?.vramTotalBytes : null) ?? null;
  return (
    <>
      <span className={classes.figure} data-column="vram">
        {used === null || total === null ? '–' : formatUsage(used, total)}
      </span>
      <span className={classes.figure} data-column="load">
        {formatLoad(gpu?.loadPercent ?? null)}
      </span>
      <span className={classes.figure} data-column="response">
        {serves ? formatResponseTime(reading?.responseTimeMs ?? null) : '–'}
      </span>
    </>
  );
};

/** The action that the state asks for, and everything else in the menu. */
const RowActions = ({ view, active }: RowProps): ReactNode => {
  const { t } = useTranslation();
  const act = useInstanceActions();
  const first = cardActions(view, active ? view.configuration.id : null).find(isLifeCycleAction);
  const Icon = first === undefined ? null : actionIcons[first];
  return (
    <span className={classes.actions}>
      {first === undefined || Icon === null ? null : (
        <Tooltip label={t(`instances.actions.${first}`)}>
          <ActionIcon aria-label={t(`instances.actions.${first}`)} onClick={() => act(view, first)}>
            <Icon size={frame.icon} stroke={1.6} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      <CardMenu view={view} active={active} />
    </span>
  );
};

const LoadedRow = ({ view, active }: RowProps): ReactNode => {
  const { t } = useTranslation();
  const focusInstance = useViewState(({ focusInstance }) => focusInstance);
  const device = deviceFacts(view, useGpus());
  const state = presentInstance(view);
  const { id, name } = view.configuration;
  const gpu = device.gpuIndex === null ? '' : t('instances.card.gpu', { index: device.gpuIndex });
  const deviceText = [gpu, device.name].filter((part) => part !== '').join(' · ');
  return (
    <article
      className={classes.row}
      data-instance-id={id}
      data-active={active}
      // As with a card: it takes the focus, so that keys know which one is meant.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={active ? `${name}, ${t('instances.card.active')}` : name}
      onFocus={() => focusInstance(id)}
    >
      <MarkBox instanceId={id} name={name} state={state} />
      <Link
        to="/instances/$instanceId/{-$tab}"
        params={{ instanceId: id }}
        className={`${classes.name} ${classes.nameLink}`}
        title={name}
      >
        {name}
      </Link>
      <span className={classes.state} data-state={state.colour}>
        {t(`instances.status.${state.word}`)}
        {view.health === null || view.health === 'healthy' ? null : (
          <StateBadge colour={healthColour(view.health)}>{t(`instances.health.${view.health}`)}</StateBadge>
        )}
      </span>
      <span className={classes.quiet} data-column="address" title={view.endpoint}>
        {view.endpoint.replace(/^https?:\/\//, '')}
      </span>
      <span className={classes.quiet} data-column="device" title={deviceText}>
        {deviceText}
      </span>
      <Activity view={view} />
      <Numbers view={view} />
      <RowActions view={view} active={active} />
    </article>
  );
};

/** One instance as a line of the list. Renders again only when its own data changed. */
export const InstanceRow = memo(({ instanceId }: { readonly instanceId: string }): ReactNode => {
  const view = useInstance(instanceId);
  const active = useActiveInstanceId() === instanceId;
  return view === null ? null : <LoadedRow view={view} active={active} />;
});
InstanceRow.displayName = 'InstanceRow';

const columns = ['name', 'status', 'address', 'device', 'work', 'vram', 'load', 'response'] as const;

/** The names of the columns; each row says by itself what its parts are. */
export const InstanceRowHead = (): ReactNode => {
  const { t } = useTranslation();
  return (
    <div className={classes.head} aria-hidden>
      <span />
      {columns.map((column) => (
        <span key={column} data-column={column}>
          {t(`instances.list.${column}`)}
        </span>
      ))}
      <span />
    </div>
  );
};
