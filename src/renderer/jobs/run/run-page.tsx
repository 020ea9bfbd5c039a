import { Button, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../components/error-panel.tsx';
import classes from './run.module.css';
import { RunList } from './run-list.tsx';
import { RunPanel } from './run-panel.tsx';
import { useOpenedWorkflow } from './use-opened-workflow.ts';
import { WorkflowDrop } from './workflow-drop.tsx';

/** Drop a workflow, choose where, watch it, see the pictures. */
export const RunPage = (): ReactNode => {
  const { t } = useTranslation();
  const workflow = useOpenedWorkflow();
  const { opened, error } = workflow;
  return (
    <>
      <Title order={1}>{t('jobs.run.title')}</Title>
      <div className={classes.columns}>
        <Stack gap="md" className={classes.setup ?? ''}>
          {opened === null ? (
            <WorkflowDrop
              reading={workflow.reading}
              onFile={(file) => void workflow.openFile(file)}
              onStarter={({ text, fileName }) => workflow.openText(text, fileName)}
            />
          ) : (
            <RunPanel
              key={`${opened.fileName}:${opened.inspection.title}`}
              workflow={opened}
              onClose={workflow.close}
            />
          )}
          {error === null ? null : (
            <ErrorPanel error={error} title={t('jobs.run.refused')}>
              <Button variant="default" onClick={workflow.close}>
                {t('frame.actions.close')}
              </Button>
            </ErrorPanel>
          )}
        </Stack>
        <RunList />
      </div>
    </>
  );
};
