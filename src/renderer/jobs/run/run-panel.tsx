import {
  Anchor,
  Badge,
  Button,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  Title,
} from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { isSelectable } from '../../instances/instance-presentation.ts';
import { useInstances } from '../../studio-client/queries.ts';
import { frame } from '../../theme/tokens.ts';
import { InputFiles } from './input-files.tsx';
import classes from './run.module.css';
import { countSeeds } from './seed-variation.ts';
import { useInputUploads } from './use-input-uploads.ts';
import type { OpenedWorkflow } from './use-opened-workflow.ts';
import { useSubmitRuns } from './use-submit-runs.ts';

interface RunPanelProps {
  readonly workflow: OpenedWorkflow;
  readonly onClose: () => void;
}

const mostRuns = 100;
const balancedValue = 'balanced';

interface WhereProps {
  readonly value: string | null;
  readonly onChange: (instanceId: string | null) => void;
}

/** Balanced, or one of the running instances. */
const Where = ({ value, onChange }: WhereProps): ReactNode => {
  const { t } = useTranslation();
  const data = useInstances().data;
  const instances = data?.instances ?? [];
  const active = instances.find(({ configuration }) => configuration.id === data?.activeInstanceId);
  const none = instances.every((view) => !isSelectable(view));
  return (
    <Select
      label={t('jobs.run.where')}
      allowDeselect={false}
      value={value ?? balancedValue}
      onChange={(next) => onChange(next === balancedValue ? null : next)}
      data={[
        {
          value: balancedValue,
          label:
            active === undefined
              ? t('jobs.run.whereBalanced')
              : t('jobs.run.whereActive', { name: active.configuration.name }),
        },
        ...instances.map((view) => ({
          value: view.configuration.id,
          label: view.configuration.name,
          disabled: !isSelectable(view) && view.configuration.id !== value,
        })),
      ]}
      description={
        none && data !== undefined ? (
          <>
            {t('jobs.run.noInstance')}{' '}
            <Anchor component={Link} to="/instances" inherit>
              {t('jobs.run.openInstances')}
            </Anchor>
          </>
        ) : null
      }
    />
  );
};

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

/** What was opened, its input files, where and how often to run it. */
export const RunPanel = ({ workflow, onClose }: RunPanelProps): ReactNode => {
  const { t } = useTranslation();
  const uploads = useInputUploads();
  const runs = useSubmitRuns(workflow, uploads);
  const [instanceId, setInstanceId] = useState<string | null>(null);
  const [times, setTimes] = useState(1);
  const [newSeeds, setNewSeeds] = useState(true);
  const seeds = countSeeds(workflow.inspection.prompt);
  return (
    <section className={classes.panel}>
      <WorkflowHead workflow={workflow} onClose={onClose} />
      <InputFiles inspection={workflow.inspection} uploads={uploads} />
      <SimpleGrid cols={2} spacing="md">
        <Where value={instanceId} onChange={setInstanceId} />
        <NumberInput
          label={t('jobs.run.times')}
          min={1}
          max={mostRuns}
          allowDecimal={false}
          clampBehavior="strict"
          value={times}
          onChange={(value) => setTimes(typeof value === 'number' ? Math.max(1, value) : 1)}
        />
      </SimpleGrid>
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
          onClick={() => void runs.submit({ instanceId, times, newSeeds })}
        >
          {t('jobs.run.submit', { count: times })}
        </Button>
      </Group>
    </section>
  );
};
