import { Modal } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useViewState } from '../../state/app-context.tsx';
import { useInstance, useInstances } from '../../studio-client/queries.ts';
import { useAnswer } from '../../studio-client/use-call.ts';
import classes from './instance-form.module.css';
import { blankStart, copyStart } from './starting-values.ts';

/** Comes over the wire with the first dialog, not with the first page. */
const InstanceForm = lazy(async () => ({ default: (await import('./instance-form.tsx')).InstanceForm }));

const firstPort = 8188;

/** The configuration that the form starts from; undefined while a free port is looked for. */
const useInitial = (editedId: string | null, copyOf: string | null): InstanceConfiguration | undefined => {
  const edited = useInstance(editedId ?? '');
  const copied = useInstance(copyOf ?? '');
  const instances = useInstances().data?.instances ?? [];
  const suggestion = useAnswer('instances.suggestPort', { from: firstPort }, { enabled: editedId === null });
  if (editedId !== null) return edited?.configuration;
  // Without an answer the form opens with the first port; the check then says whether it is free.
  if (suggestion.isPending || suggestion.isFetching) return undefined;
  const port = suggestion.data?.port ?? firstPort;
  return copied === null ? blankStart(instances, port) : copyStart(copied.configuration, instances, port);
};

interface DialogBodyProps {
  readonly instanceId: string | null;
  readonly copyOf: string | null;
  readonly onClose: () => void;
}

const DialogBody = ({ instanceId, copyOf, onClose }: DialogBodyProps): ReactNode => {
  const { t } = useTranslation();
  const initial = useInitial(instanceId, copyOf);
  const view = useInstance(instanceId ?? '');
  const [start, setStart] = useState<InstanceConfiguration | undefined>(undefined);
  const [dirty, setDirty] = useState(false);
  const [asking, setAsking] = useState(false);
  // What one edits stays as it was when the dialog opened, whatever events arrive meanwhile.
  if (start === undefined && initial !== undefined) setStart(initial);
  const close = (): void => (dirty ? setAsking(true) : onClose());
  const title =
    instanceId === null
      ? t('instanceForm.createTitle')
      : t('instanceForm.editTitle', { name: start?.name ?? instanceId });
  return (
    <Modal
      opened={start !== undefined}
      onClose={close}
      title={
        <span className={classes.title} dir="auto">
          {title}
        </span>
      }
      size="xl"
      padding={0}
      styles={{ header: { paddingInline: 'var(--mantine-spacing-md)' } }}
    >
      {start === undefined ? null : (
        <Suspense>
          <InstanceForm
            initial={start}
            instanceId={instanceId}
            view={instanceId === null ? undefined : view}
            isCopy={copyOf !== null}
            onDirty={setDirty}
            onCancel={close}
            onSaved={onClose}
          />
        </Suspense>
      )}
      <ConfirmDialog
        opened={asking}
        title={t('instanceForm.discard.title')}
        question={t('instanceForm.discard.question')}
        confirm={t('instanceForm.discard.confirm')}
        cancel={t('instanceForm.discard.keep')}
        dangerous
        onConfirm={onClose}
        onClose={() => setAsking(false)}
      />
    </Modal>
  );
};

/** The create and edit dialog, opened from a card, a command or a shortcut. */
export const InstanceDialog = (): ReactNode => {
  const dialog = useViewState((state) => state.dialog);
  const close = useViewState((state) => state.closeDialog);
  if (dialog?.kind === 'create') {
    return <DialogBody key="create" instanceId={null} copyOf={dialog.copyOf} onClose={close} />;
  }
  if (dialog?.kind === 'edit') {
    return <DialogBody key={dialog.instanceId} instanceId={dialog.instanceId} copyOf={null} onClose={close} />;
  }
  return null;
};
