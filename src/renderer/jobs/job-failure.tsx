import { Button, Code, Collapse, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView, NodeError } from '#contract/models/job.ts';
import { describeCode } from '../text/describe-error.ts';
import classes from './jobs.module.css';

const NodeFailure = ({ error }: { error: NodeError }): ReactNode => {
  const { t } = useTranslation();
  const [open, { toggle }] = useDisclosure(false);
  return (
    <li className={classes.nodeError}>
      <Text fw={500}>
        {t('jobs.nodeError', { classType: error.classType || error.type, nodeId: error.nodeId })}
        {error.inputName === '' ? '' : ` · ${t('jobs.inputName', { name: error.inputName })}`}
      </Text>
      <Text>{error.message}</Text>
      {error.details === '' ? null : <Text c="dimmed">{error.details}</Text>}
      {error.traceback.length === 0 ? null : (
        <>
          <Button size="xs" variant="subtle" color="gray" onClick={toggle} aria-expanded={open}>
            {open ? t('frame.actions.hideDetails') : t('jobs.traceback')}
          </Button>
          <Collapse expanded={open}>
            <Code block className={classes.traceback ?? ''}>
              {error.traceback.join('\n')}
            </Code>
          </Collapse>
        </>
      )}
    </li>
  );
};

/** What went wrong with a job, and which node said so. */
export const JobFailure = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const text = job.error === null ? null : describeCode(job.error.code, job.error.details, job.error.message);
  return (
    <div className={classes.failure} role="alert">
      {text === null ? null : (
        <Stack gap={0}>
          <Text fw={600} className={classes.failureTitle ?? ''}>
            {text.happened}
          </Text>
          <Text>{`${text.means} ${text.do}`}</Text>
        </Stack>
      )}
      {job.nodeErrors.length === 0 ? null : (
        <ul className={classes.nodeErrors} aria-label={t('jobs.nodeErrors')}>
          {job.nodeErrors.map((error) => (
            <NodeFailure key={`${error.nodeId}.${error.inputName}.${error.type}`} error={error} />
          ))}
        </ul>
      )}
    </div>
  );
};
