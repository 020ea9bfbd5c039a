import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { CallInput } from '#contract/calls/index.ts';
import type { SavedWorkflow } from '#contract/models/library.ts';
import { useSend } from '../instances/use-instance-actions.tsx';
import { readWorkflowFile } from '../jobs/run/read-workflow-file.ts';
import { useNotifyError } from '../shell/notify-error.tsx';
import { useServices } from '../state/app-context.tsx';
import { uploadInput } from '../studio-client/content.ts';
import { saveTextFile } from './save-text-file.ts';

export type ExportKind = NonNullable<CallInput<'workflows.export'>['as']>;

/** What one may do with saved workflows. Failures are shown. */
export interface LibraryActions {
  readonly remove: (workflowIds: readonly string[]) => Promise<void>;
  readonly restore: (workflowIds: readonly string[]) => Promise<void>;
  readonly duplicate: (workflow: SavedWorkflow) => Promise<void>;
  readonly exportFile: (workflowIds: readonly string[], as: ExportKind) => Promise<void>;
  readonly importFiles: (files: readonly File[]) => Promise<void>;
  readonly setPicture: (workflow: SavedWorkflow, file: File | null) => Promise<void>;
}

/** Long enough to read it and to reach the button. */
const undoMs = 12_000;

export const useLibraryActions = (): LibraryActions => {
  const { t } = useTranslation();
  const { client } = useServices();
  const send = useSend();
  const notifyError = useNotifyError();

  const restore = async (workflowIds: readonly string[]): Promise<void> => {
    const done = await send('workflows.restore', { workflowIds: [...workflowIds] });
    if (done !== undefined) notifications.show({ message: t('library.restored', { count: done.restored }) });
  };

  return {
    restore,
    remove: async (workflowIds) => {
      const done = await send('workflows.delete', { workflowIds: [...workflowIds] });
      if (done === undefined) return;
      const id = notifications.show({
        autoClose: undoMs,
        message: (
          <Group justify="space-between" gap="sm">
            <Text>{t('library.deleted', { count: done.deleted })}</Text>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => {
                notifications.hide(id);
                void restore(workflowIds);
              }}
            >
              {t('library.undo')}
            </Button>
          </Group>
        ),
      });
    },
    duplicate: async ({ id }) => {
      const made = await send('workflows.duplicate', { workflowId: id });
      if (made !== undefined) notifications.show({ message: t('library.duplicated', { name: made.name }) });
    },
    exportFile: async (workflowIds, as) => {
      const file = await send('workflows.export', { workflowIds: [...workflowIds], as });
      if (file !== undefined) saveTextFile(file.fileName, file.text);
    },
    importFiles: async (files) => {
      let count = 0;
      for (const file of files) {
        try {
          const text = await readWorkflowFile(file);
          const { workflows } = await client.call('workflows.import', { text, fileName: file.name.slice(0, 255) });
          count += workflows.length;
        } catch (error) {
          // One file that cannot be read does not keep the others out.
          notifyError(error);
        }
      }
      if (count > 0) notifications.show({ message: t('library.imported', { count }) });
    },
    setPicture: async ({ id }, file) => {
      try {
        const from = file === null ? null : { uploadId: await uploadInput(file, new AbortController().signal) };
        await client.call('workflows.setPicture', { workflowId: id, from });
      } catch (error) {
        notifyError(error);
      }
    },
  };
};
