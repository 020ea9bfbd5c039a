import { Badge, Button, Group, NumberInput, SegmentedControl, SimpleGrid, Text, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SavedWorkflow } from '#contract/models/library.ts';
import { useViewState } from '../../state/app-context.tsx';
import { ConversionNotes } from './conversion-notes.tsx';
import { useRunForm } from './form/use-run-form.ts';
import { WorkflowForm } from './form/workflow-form.tsx';
import { PreflightCard } from './preflight-card.tsx';
import classes from './run.module.css';
import { FewRuns, ManyRuns } from './run-ways.tsx';
import { RunWhere } from './run-where.tsx';
import { SaveBar } from './save-workflow.tsx';
import { useInputUploads } from './use-input-uploads.ts';
import type { OpenedWorkflow } from './use-opened-workflow.ts';
import { usePreflight } from './use-preflight.ts';
import { useSubmitRuns } from './use-submit-runs.ts';

interface RunPanelProps {
  readonly workflow: OpenedWorkflow;
  readonly onClose: () => void;
  readonly onReload: () => void;
}

const WorkflowHead = ({ workflow, onClose }: Pick<RunPanelProps, 'workflow' | 'onClose'>): ReactNode => {
  const { t } = useTranslation();
  const { inspection, fileName, saved, isAgain } = workflow;
  const origin = saved === null ? (isAgain ? t('runForm.again') : fileName) : t('runForm.saved.from');
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm" align="flex-start">
      <div className={classes.head}>
        <Title order={2} className={classes.title ?? ''} title={inspection.title}>
          <bdi>{inspection.title || t('jobs.untitled')}</bdi>
        </Title>
        <Text c="dimmed" size="xs">
          {[origin, t('jobs.run.nodes', { count: inspection.nodeCount })].filter((part) => part !== '').join(' · ')}
        </Text>
        {saved === null || saved.tags.length === 0 ? null : (
          <Group gap="xs" mt="xs">
            {saved.tags.map((tag) => (
              <Badge key={tag}>{tag}</Badge>
            ))}
          </Group>
        )}
      </div>
      <Button variant="default" size="xs" className={classes.another ?? ''} onClick={onClose}>
        {t('jobs.run.another')}
      </Button>
    </Group>
  );
};

const ways = ['few', 'many'] as const;
type Way = (typeof ways)[number];

/** What was opened: its form, where and how often to run it, and its place in the library. */
export const RunPanel = ({ workflow, onClose, onReload }: RunPanelProps): ReactNode => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const forgetEdits = useViewState(({ setRunEdits }) => setRunEdits);
  const uploads = useInputUploads();
  const form = useRunForm(workflow);
  const runs = useSubmitRuns({ workflow, form, uploads });
  const [instanceId, setInstanceId] = useState<string | null>(null);
  const [priority, setPriority] = useState<number | string>(0);
  const [way, setWay] = useState<Way>('few');
  const rank = typeof priority === 'number' && Math.abs(priority) <= 100 ? Math.round(priority) : 0;
  const uploaded = Object.entries(uploads.uploads).flatMap(([name, { state }]) => (state === 'ready' ? [name] : []));
  const preflight = usePreflight({ form, instanceId, priority: rank, inputs: uploaded });
  const isNoneAble =
    preflight.data !== undefined &&
    preflight.data.instances.length > 0 &&
    preflight.data.instances.every(({ canRun }) => !canRun);
  const parts = { form, uploads, runs, instanceId, priority: rank, isNoneAble };
  const onSaved = ({ id }: SavedWorkflow): void => {
    // What was changed stands in the library now.
    forgetEdits(workflow.key, null);
    if (id === workflow.saved?.id) onReload();
    else void navigate({ to: '/run', search: { workflow: id } });
  };
  return (
    <section className={classes.panel}>
      <WorkflowHead workflow={workflow} onClose={onClose} />
      <ConversionNotes inspection={workflow.inspection} />
      <WorkflowForm form={form} uploads={uploads} />
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
      <PreflightCard preflight={preflight.data} isChecking={preflight.isFetching} isFailed={preflight.isError} />
      <SegmentedControl
        aria-label={t('jobs.run.way')}
        value={way}
        onChange={(value) => setWay(ways.find((one) => one === value) ?? 'few')}
        data={ways.map((value) => ({ value, label: t(`jobs.run.ways.${value}`) }))}
      />
      <SaveBar workflow={workflow} form={form} onSaved={onSaved} onReload={onReload} />
      {way === 'few' ? <FewRuns {...parts} /> : <ManyRuns {...parts} />}
    </section>
  );
};
