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
}

const Blocked = ({ form }: { form: RunForm }): ReactNode => {
  const { t } = useTranslation();
  return form.blocked === 0 ? null : (
    <Text size="sm" c="var(--at-error-text)" role="status">
      {t('runForm.blocked', { count: form.blocked })}
    </Text>
  );
};

/** The same graph a few times, each job for itself; seeds change between them as the form says. */
export const FewRuns = ({ form, uploads, runs, instanceId, priority }: WayProps): ReactNode => {
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
        <Blocked form={form} />
      </div>
    </>
  );
};

/** A list or a grid of values: as many jobs as there are values, under one batch. */
export const ManyRuns = ({ form, uploads, runs, instanceId, priority }: WayProps): ReactNode => {
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
        <Blocked form={form} />
      </div>
    </>
  );
};
