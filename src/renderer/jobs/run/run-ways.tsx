import { Button, NumberInput, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { batchMaxJobs } from '#contract/models/batch.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { formatCount } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import { BatchListsForm } from './batch-lists-form.tsx';
import type { RunForm } from './form/use-run-form.ts';
import classes from './run.module.css';
import { useBatchLists } from './use-batch-lists.ts';
import type { InputUploads } from './use-input-uploads.ts';
import type { SubmitRuns } from './use-submit-runs.ts';

const mostRuns = 100;

interface WayProps {
  readonly form: RunForm;
  readonly uploads: InputUploads;
  readonly runs: SubmitRuns;
  readonly instanceId: string | null;
  readonly priority: number;
  /** As far as the instances told, none has what it needs. */
  readonly isNoneAble: boolean;
}

/** What keeps it from running, beside the button that is in view however long the form is. */
const Blocked = ({ form, isNoneAble }: Pick<WayProps, 'form' | 'isNoneAble'>): ReactNode => {
  const { t } = useTranslation();
  if (form.blocked === 0 && !isNoneAble) return null;
  return (
    <Text size="sm" c="var(--at-error-text)" role="status">
      {form.blocked > 0
        ? t('runForm.blocked', { count: form.blocked })
        : t('runForm.preflight.can', { count: 0, total: 0 })}
    </Text>
  );
};

/** The same graph a few times, each job for itself; seeds change between them as the form says. */
export const FewRuns = ({ form, uploads, runs, instanceId, priority, isNoneAble }: WayProps): ReactNode => {
  const { t } = useTranslation();
  const [times, setTimes] = useState(1);
  const hasSeed = form.fields.some(({ field }) => field.isSeed);
  return (
    <>
      {times > 1 && !hasSeed && !form.isLoading ? (
        <Text c="dimmed" size="sm">
          {t('jobs.run.noSeed')}
        </Text>
      ) : null}
      {runs.error === null ? null : (
        <ErrorPanel error={runs.error}>
          {runs.sent === 0 ? null : <Text>{t('jobs.run.partlySent', { sent: runs.sent, count: times })}</Text>}
        </ErrorPanel>
      )}
      <div className={classes.go}>
        <NumberInput
          className={classes.times ?? ''}
          label={t('jobs.run.times')}
          min={1}
          max={mostRuns}
          allowDecimal={false}
          clampBehavior="strict"
          value={times}
          onChange={(value) => setTimes(typeof value === 'number' ? Math.max(1, value) : 1)}
        />
        <Button
          leftSection={<IconPlayerPlay size={frame.icon} aria-hidden />}
          loading={runs.busy}
          disabled={uploads.busy || form.blocked > 0}
          onClick={() => void runs.submit({ instanceId, priority, times })}
        >
          {t('jobs.run.submit', { count: times })}
        </Button>
        <Blocked form={form} isNoneAble={isNoneAble} />
      </div>
    </>
  );
};

/** A list or a grid of values: as many jobs as there are values, under one batch. */
export const ManyRuns = ({ form, uploads, runs, instanceId, priority, isNoneAble }: WayProps): ReactNode => {
  const { t } = useTranslation();
  const lists = useBatchLists(form.prompt());
  const tooMany = lists.total > batchMaxJobs;
  const submit = (): void => {
    const parameters = lists.read();
    if (parameters !== null) void runs.submitBatch({ instanceId, priority, parameters });
  };
  return (
    <>
      <BatchListsForm lists={lists} />
      {runs.error === null ? null : <ErrorPanel error={runs.error} />}
      <div className={classes.go}>
        <Button
          leftSection={<IconPlayerPlay size={frame.icon} aria-hidden />}
          loading={runs.busy}
          disabled={uploads.busy || lists.total === 0 || tooMany || form.blocked > 0}
          onClick={submit}
        >
          {t('jobs.run.many.submit', { count: lists.total })}
        </Button>
        <Text c={tooMany ? 'var(--at-error-text)' : 'dimmed'} size="xs" aria-live="polite">
          {tooMany
            ? t('jobs.run.many.tooMany', { total: formatCount(lists.total), most: formatCount(batchMaxJobs) })
            : lists.summary}
        </Text>
        <Blocked form={form} isNoneAble={isNoneAble} />
      </div>
    </>
  );
};
