import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArrowBarToDown,
  IconArrowBarToUp,
  IconCpu,
  IconDots,
  IconHelpCircle,
  IconInfoCircle,
  IconReload,
  IconSortAscending2,
  IconTrash,
  IconTrashX,
  IconX,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '#contract/models/job.ts';
import { frame } from '../../theme/tokens.ts';
import { isUnfinished } from '../job-presentation.ts';
import { ExactPriority } from './exact-priority.tsx';
import { InstanceChoices } from './instance-choices.tsx';
import classes from './job-row.module.css';
import { PriorityChoices } from './priority-choices.tsx';
import { RemoveFilesDialog } from './remove-files-dialog.tsx';
import { useJobActions } from './use-job-actions.ts';

/** What can be changed while a job waits or is parked. */
const ChangeItems = ({ job, onExact }: { job: JobView; onExact: () => void }): ReactNode => {
  const { t } = useTranslation();
  const actions = useJobActions();
  return (
    <>
      <Menu.Divider />
      {job.state === 'queued' ? (
        <>
          <Menu.Item
            leftSection={<IconArrowBarToUp size={frame.iconSmall} aria-hidden />}
            onClick={() => void actions.move([job.id], 'front')}
          >
            {t('queue.actions.front')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconArrowBarToDown size={frame.iconSmall} aria-hidden />}
            onClick={() => void actions.move([job.id], 'end')}
          >
            {t('queue.actions.end')}
          </Menu.Item>
        </>
      ) : null}
      <Menu.Sub>
        <Menu.Sub.Target>
          <Menu.Sub.Item leftSection={<IconSortAscending2 size={frame.iconSmall} aria-hidden />}>
            {t('queue.actions.priority')}
          </Menu.Sub.Item>
        </Menu.Sub.Target>
        <Menu.Sub.Dropdown>
          <PriorityChoices
            value={job.priority}
            onChoose={(priority) => void actions.change([job.id], { priority })}
            onExact={onExact}
          />
        </Menu.Sub.Dropdown>
      </Menu.Sub>
      <Menu.Sub>
        <Menu.Sub.Target>
          <Menu.Sub.Item leftSection={<IconCpu size={frame.iconSmall} aria-hidden />}>
            {t('queue.actions.runOn')}
          </Menu.Sub.Item>
        </Menu.Sub.Target>
        <Menu.Sub.Dropdown>
          <InstanceChoices
            value={job.requestedInstanceId}
            onChoose={(instanceId) => void actions.change([job.id], { instanceId })}
          />
        </Menu.Sub.Dropdown>
      </Menu.Sub>
    </>
  );
};

const EndItems = ({ job, onRemoveFiles }: { job: JobView; onRemoveFiles: () => void }): ReactNode => {
  const { t } = useTranslation();
  const actions = useJobActions();
  return (
    <>
      <Menu.Divider />
      {job.state === 'succeeded' ? null : (
        <Menu.Item
          leftSection={<IconReload size={frame.iconSmall} aria-hidden />}
          onClick={() => void actions.retry([job.id])}
        >
          {t('queue.actions.retry')}
        </Menu.Item>
      )}
      <Menu.Item
        leftSection={<IconTrash size={frame.iconSmall} aria-hidden />}
        onClick={() => void actions.remove([job.id], false)}
      >
        {t('queue.actions.remove')}
      </Menu.Item>
      <Menu.Item color="red" leftSection={<IconTrashX size={frame.iconSmall} aria-hidden />} onClick={onRemoveFiles}>
        {t('queue.actions.removeFiles')}
      </Menu.Item>
    </>
  );
};

/** Everything that can be done with a job, with words. */
export const JobMenu = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const actions = useJobActions();
  const [asking, setAsking] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const title = job.title || t('jobs.untitled');
  const waits = job.state === 'queued';
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon className={classes.quiet ?? ''} aria-label={t('queue.actions.of', { title })}>
            <IconDots size={frame.icon} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            renderRoot={(props) => <Link {...props} to="/jobs" search={(old) => ({ ...old, job: job.id })} />}
            leftSection={
              isUnfinished(job) ? (
                <IconHelpCircle size={frame.iconSmall} aria-hidden />
              ) : (
                <IconInfoCircle size={frame.iconSmall} aria-hidden />
              )
            }
          >
            {waits ? t('queue.actions.whyWaiting') : t(isUnfinished(job) ? 'queue.actions.why' : 'queue.actions.open')}
          </Menu.Item>
          {waits || job.state === 'parked' ? <ChangeItems job={job} onExact={() => setChoosing(true)} /> : null}
          {isUnfinished(job) ? (
            <>
              <Menu.Divider />
              <Menu.Item
                color="red"
                leftSection={<IconX size={frame.iconSmall} aria-hidden />}
                onClick={() => void actions.cancel([job.id])}
              >
                {t('queue.actions.cancel')}
              </Menu.Item>
            </>
          ) : (
            <EndItems job={job} onRemoveFiles={() => setAsking(true)} />
          )}
        </Menu.Dropdown>
      </Menu>
      <ExactPriority
        opened={choosing}
        value={job.priority}
        onClose={() => setChoosing(false)}
        onChoose={(priority) => void actions.change([job.id], { priority })}
      />
      <RemoveFilesDialog jobIds={asking ? [job.id] : []} onClose={() => setAsking(false)} />
    </>
  );
};
