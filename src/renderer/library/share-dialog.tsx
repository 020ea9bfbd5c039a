import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorCodeSchema } from '#contract/errors.ts';
import type { SavedWorkflow, ShareOutcome } from '#contract/models/library.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { isSelectable } from '../instances/instance-presentation.ts';
import { useInstances } from '../studio-client/queries.ts';
import { useCall } from '../studio-client/use-call.ts';
import { describeCode } from '../text/describe-error.ts';
import classes from './library.module.css';

interface ShareProps {
  readonly workflow: SavedWorkflow;
  readonly onClose: () => void;
}

const Outcome = ({ outcome }: { outcome: ShareOutcome }): ReactNode => {
  const { t } = useTranslation();
  if (outcome.fileName !== null) {
    return <span className={classes.good}>{t('library.sharing.saved', { file: outcome.fileName })}</span>;
  }
  const code = errorCodeSchema.safeParse(outcome.error);
  return (
    <span className={classes.bad}>{code.success ? describeCode(code.data).happened : t('library.sharing.failed')}</span>
  );
};

/** Puts a copy among the workflows that the pages of instances show, and says for each how that went. */
export const ShareDialog = ({ workflow, onClose }: ShareProps): ReactNode => {
  const { t } = useTranslation();
  const instances = useInstances().data?.instances ?? [];
  const running = instances.filter(isSelectable).map(({ configuration }) => configuration.id);
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null);
  const share = useCall('workflows.share');
  const selected = [...(chosen ?? running)].filter((id) => running.includes(id));
  const outcomes = share.data?.outcomes ?? [];
  const toggle = (id: string): void => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <Modal opened onClose={onClose} title={t('library.sharing.title', { name: workflow.name })} size="md">
      <Stack gap="md">
        <Text c="dimmed" size="sm">
          {t('library.sharing.means')}
        </Text>
        {running.length === 0 ? (
          <Text role="status">{t('library.sharing.none')}</Text>
        ) : (
          <Stack gap="xs" role="group" aria-label={t('library.sharing.choose')}>
            {instances.map((view) => {
              const { id, name } = view.configuration;
              const outcome = outcomes.find(({ instanceId }) => instanceId === id);
              return (
                <Group key={id} gap="sm" wrap="nowrap" justify="space-between">
                  <Checkbox
                    label={name}
                    description={isSelectable(view) ? undefined : t('library.sharing.notRunning')}
                    disabled={!isSelectable(view) || share.isPending}
                    checked={selected.includes(id)}
                    onChange={() => toggle(id)}
                  />
                  {outcome === undefined ? null : (
                    <Text size="xs" role="status">
                      <Outcome outcome={outcome} />
                    </Text>
                  )}
                </Group>
              );
            })}
          </Stack>
        )}
        {share.error === null ? null : <ErrorPanel error={share.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {share.isSuccess ? t('library.sharing.done') : t('frame.actions.cancel')}
          </Button>
          {share.isSuccess ? null : (
            <Button
              loading={share.isPending}
              disabled={selected.length === 0}
              onClick={() => share.mutate({ workflowId: workflow.id, instanceIds: selected })}
            >
              {t('library.sharing.share', { count: selected.length })}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
};
