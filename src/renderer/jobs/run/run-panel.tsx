import {
  Badge,
  Button,
  Group,
  NumberInput,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  Title,
} from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { batchMaxJobs } from '#contract/models/batch.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { formatCount } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import { BatchListsForm } from './batch-lists-form.tsx';
import { InputFiles } from './input-files.tsx';
import classes from './run.module.css';
import { RunWhere } from './run-where.tsx';
import { countSeeds } from './seed-variation.ts';
import { useBatchLists } from './use-batch-lists.ts';
import { type InputUploads, useInputUploads } from './use-input-uploads.ts';
import type { OpenedWorkflow } from './use-opened-workflow.ts';
import { type SubmitRuns, useSubmitRuns } from './use-submit-runs.ts';

interface RunPanelProps {
  readonly workflow: OpenedWorkflow;
  readonly onClose: () => void;
}

const mostRuns = 100;

const WorkflowHead = ({ workflow, onClose }: RunPanelProps): ReactNode => {
  const { t } = useTranslation();
  const { inspection, fileName } = workflow;
  return (
    <Stack gap="xs">
      <Group justify="space-between" wrap="nowrap" gap="sm" align="flex-start">
        <div className={classes.head}>
          <Title order={2} className={classes.title ?? ''} title={inspection.title}>
            {inspection.title || t('jobs.untitled')}
          </Title>
          <Text c="dimmed" size="xs">
            {`${fileName} · ${t('jobs.run.nodes', { count: inspection.nodeCount })}`}
          </Text>
        </div>
        <Button variant="default" size="xs" className={classes.another ?? ''} onClick={onClose}>
          {t('jobs.run.another')}
        </Button>
      </Group>
      <div className={classes.classTypes}>
        {inspection.classTypes.map((name) => (
          <Badge key={name}>{name}</Badge>
        ))}
      </div>
    </Stack>
  );
};

const ways = ['few', 'many'] as const;
type Way = (typeof ways)[number];

interface RunFormProps {
  readonly workflow: OpenedWorkflow;
  readonly uploads: InputUploads;
  readonly runs: SubmitRuns;
  readonly instanceId: string | null;
  readonly priority: number;
}

/** The same graph a few times, each job for itself. */
const FewRuns = ({ workflow, uploads, runs, instanceId, priority }: RunFormProps): ReactNode => {
  const { t } = useTranslation();
  const [times, setTimes] = useState(1);
  const [newSeeds, setNewSeeds] = useState(true);
  const seeds = countSeeds(workflow.inspection.prompt);
  return (
    <>
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
      <Switch
        label={t('jobs.run.newSeed')}
        description={seeds === 0 ? t('jobs.run.noSeed') : t('jobs.run.newSeedMeans', { count: seeds })}
        checked={newSeeds && seeds > 0}
        disabled={seeds === 0}
        onChange={({ currentTarget }) => setNewSeeds(currentTarget.checked)}
      />
      {runs.error === null ? null : (
        <ErrorPanel error={runs.error}>
          {runs.sent === 0 ? null : <Text>{t('jobs.run.partlySent', { sent: runs.sent, count: times })}</Text>}
        </ErrorPanel>
      )}
      <Group>
        <Button
          leftSection={<IconPlayerPlay size={frame.icon} aria-hidden />}
          loading={runs.busy}
          disabled={uploads.busy}
          onClick={() => void runs.submit({ instanceId, priority, times, newSeeds })}
        >
          {t('jobs.run.submit', { count: times })}
        </Button>
      </Group>
    </>
  );
};

/** A list or a grid of values: as many jobs as there are values, under one batch. */
const ManyRuns = ({ workflow, uploads, runs, instanceId, priority }: RunFormProps): ReactNode => {
  const { t } = useTranslation();
  const lists = useBatchLists(workflow.inspection.prompt);
  const tooMany = lists.total > batchMaxJobs;
  const submit = (): void => {
    const parameters = lists.read();
    if (parameters !== null) void runs.submitBatch({ instanceId, priority, parameters });
  };
  return (
    <>
      <BatchListsForm lists={lists} />
      {runs.error === null ? null : <ErrorPanel error={runs.error} />}
      <Group>
        <Button
          leftSection={<IconPlayerPlay size={frame.icon} aria-hidden />}
          loading={runs.busy}
          disabled={uploads.busy || lists.total === 0 || tooMany}
          onClick={submit}
        >
          {t('jobs.run.many.submit', { count: lists.total })}
        </Button>
        <Text c={tooMany ? 'var(--at-error-text)' : 'dimmed'} size="xs" aria-live="polite">
          {tooMany
            ? t('jobs.run.many.tooMany', { total: formatCount(lists.total), most: formatCount(batchMaxJobs) })
            : lists.summary}
        </Text>
      </Group>
    </>
  );
};

/** What was opened, its input files, where and how often to run it. */
export const RunPanel = ({ workflow, onClose }: RunPanelProps): ReactNode => {
  const { t } = useTranslation();
  const uploads = useInputUploads();
  const runs = useSubmitRuns(workflow, uploads);
  const [instanceId, setInstanceId] = useState<string | null>(null);
  const [priority, setPriority] = useState<number | string>(0);
  const [way, setWay] = useState<Way>('few');
  const form = { workflow, uploads, runs, instanceId, priority: typeof priority === 'number' ? priority : 0 };
  return (
    <section className={classes.panel}>
      <WorkflowHead workflow={workflow} onClose={onClose} />
      <InputFiles inspection={workflow.inspection} uploads={uploads} />
      <SimpleGrid cols={2} spacing="md">
        <RunWhere value={instanceId} onChange={setInstanceId} />
        <NumberInput
          label={t('jobs.run.priority')}
          description={t('jobs.run.priorityMeans')}
          min={-100}
          max={100}
          allowDecimal={false}
          value={priority}
          onChange={setPriority}
        />
      </SimpleGrid>
      <SegmentedControl
        aria-label={t('jobs.run.way')}
        value={way}
        onChange={(value) => setWay(ways.find((one) => one === value) ?? 'few')}
        data={ways.map((value) => ({ value, label: t(`jobs.run.ways.${value}`) }))}
      />
      {way === 'few' ? <FewRuns {...form} /> : <ManyRuns {...form} />}
    </section>
  );
};
