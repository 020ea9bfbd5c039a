import { Button, Stack, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { ConversionProblems } from './conversion-notes.tsx';
import { RecentWorkflows } from './recent-workflows.tsx';
import classes from './run.module.css';
import { RunList } from './run-list.tsx';
import { RunPanel } from './run-panel.tsx';
import { useOpenedWorkflow } from './use-opened-workflow.ts';
import { WorkflowDrop } from './workflow-drop.tsx';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, [contenteditable]') !== null;

/** Drop a workflow or take one of the library, change its values, choose where, watch it, see the pictures. */
export const RunPage = (): ReactNode => {
  const { t } = useTranslation();
  const workflow = useOpenedWorkflow();
  const { opened, error, openFile, openText } = workflow;

  useEffect(() => {
    const onPaste = (event: globalThis.ClipboardEvent): void => {
      if (isTyping(event.target) || event.defaultPrevented) return;
      const file = event.clipboardData?.files[0];
      const text = event.clipboardData?.getData('text/plain').trim() ?? '';
      if (file !== undefined) void openFile(file);
      else if (text.startsWith('{')) openText(text, '');
      else return;
      event.preventDefault();
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  });

  return (
    <>
      <Title order={1}>{t('jobs.run.title')}</Title>
      <div className={classes.columns}>
        <Stack gap="md" className={classes.setup ?? ''}>
          {opened === null ? (
            <>
              <WorkflowDrop
                reading={workflow.reading}
                onFile={(file) => void openFile(file)}
                onStarter={({ text, fileName }) => openText(text, fileName)}
              />
              <RecentWorkflows />
            </>
          ) : (
            <RunPanel key={opened.key} workflow={opened} onClose={workflow.close} onReload={workflow.reload} />
          )}
          {error === null ? null : (
            <ErrorPanel error={error} title={t('jobs.run.refused')}>
              <ConversionProblems error={error} />
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
