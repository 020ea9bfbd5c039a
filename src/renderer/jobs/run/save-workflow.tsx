import { Button, Group, Modal, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StudioError } from '#contract/errors.ts';
import { libraryLimits, type SavedWorkflow, type WorkflowContent } from '#contract/models/library.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { useCall } from '../../studio-client/use-call.ts';
import { useTopic } from '../../studio-client/use-topic.ts';
import type { RunForm } from './form/use-run-form.ts';
import type { OpenedWorkflow } from './use-opened-workflow.ts';

interface SaveProps {
  readonly workflow: OpenedWorkflow;
  readonly form: RunForm;
  /** The library has it now. */
  readonly onSaved: (saved: SavedWorkflow) => void;
}

const contentOf = ({ workflow, form }: SaveProps, name: string, tags: readonly string[]): WorkflowContent => ({
  name,
  tags: [...tags],
  prompt: form.prompt(),
  editor: workflow.editor,
  pinned: form.pinned.map(({ nodeId, inputName }) => ({ nodeId, inputName })),
  seeds: form.seeds,
});

interface DialogProps extends SaveProps {
  readonly onClose: () => void;
}

/** Name and tags of a workflow that is new in the library. */
export const SaveAsDialog = (props: DialogProps): ReactNode => {
  const { t } = useTranslation();
  const { workflow, onSaved, onClose } = props;
  const [name, setName] = useState(
    workflow.saved?.name ?? workflow.inspection.title.slice(0, libraryLimits.nameMaxCharacters),
  );
  const [tags, setTags] = useState<string[]>([...(workflow.saved?.tags ?? [])]);
  const known = useTopic('workflows', { select: ({ workflows }) => workflows.flatMap((one) => one.tags) }).data ?? [];
  const save = useCall('workflows.save');
  const submit = (): void =>
    save.mutate(
      { content: contentOf(props, name.trim(), tags) },
      {
        onSuccess: (saved) => {
          onSaved(saved);
          onClose();
        },
      },
    );
  return (
    <Modal opened onClose={onClose} title={t('runForm.saved.saveNew')} size="md">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') submit();
        }}
      >
        <Stack gap="md">
          <Text c="dimmed" size="sm">
            {t('runForm.saved.means')}
          </Text>
          <TextInput
            label={t('runForm.saved.name')}
            data-autofocus
            dir="auto"
            maxLength={libraryLimits.nameMaxCharacters}
            value={name}
            error={name.trim() === '' ? t('runForm.saved.nameMissing') : null}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <TagsInput
            label={t('runForm.saved.tags')}
            description={t('runForm.saved.tagsMeans')}
            maxTags={libraryLimits.tags}
            value={tags}
            data={[...new Set(known)]}
            onChange={(next) => setTags(next.map((tag) => tag.slice(0, libraryLimits.tagMaxCharacters)))}
          />
          {save.error === null ? null : <ErrorPanel error={save.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('frame.actions.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={name.trim() === ''}>
              {t('library.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
};

const isConflict = (error: unknown): boolean =>
  error instanceof StudioError && (error.code === 'WORKFLOW_CHANGED' || error.code === 'WORKFLOW_NOT_FOUND');

interface SaveBarProps extends SaveProps {
  readonly onReload: () => void;
}

/** Saves over the workflow that was opened, or as a new one; another window's version is never overwritten. */
export const SaveBar = (props: SaveBarProps): ReactNode => {
  const { t } = useTranslation();
  const { workflow, form, onSaved, onReload } = props;
  const { saved } = workflow;
  const [isOpen, setIsOpen] = useState(false);
  const save = useCall('workflows.save');
  const present = useTopic('workflows', {
    select: ({ workflows }) => workflows.find(({ id }) => id === saved?.id)?.revision ?? null,
  }).data;
  const isOutdated = saved !== null && present !== undefined && present !== null && present > saved.revision;
  const isGone = saved !== null && present === null;
  const write = (): void => {
    if (saved === null) return;
    save.mutate(
      { workflowId: saved.id, expectedRevision: saved.revision, content: contentOf(props, saved.name, saved.tags) },
      {
        onSuccess: (done) => {
          notifications.show({ message: t('runForm.saved.done', { name: done.name }) });
          onSaved(done);
        },
      },
    );
  };
  const conflict = isConflict(save.error) || isOutdated || isGone;
  return (
    <>
      {conflict ? (
        <Group gap="xs" role="alert">
          <Text size="sm" c="var(--at-paused-text)">
            {isGone
              ? t('runForm.saved.gone')
              : save.error === null
                ? t('runForm.saved.changedElsewhere')
                : t('runForm.saved.conflict')}
          </Text>
          {isGone ? null : (
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => {
                save.reset();
                form.reset();
                onReload();
              }}
            >
              {t('runForm.saved.reload')}
            </Button>
          )}
        </Group>
      ) : null}
      {save.error === null || conflict ? null : <ErrorPanel error={save.error} />}
      <Group gap="xs">
        {saved === null || isGone ? null : (
          <Button size="xs" variant="default" loading={save.isPending} disabled={isOutdated} onClick={write}>
            {t('runForm.saved.save')}
          </Button>
        )}
        <Button size="xs" variant="default" onClick={() => setIsOpen(true)}>
          {saved === null ? t('runForm.saved.saveNew') : t('runForm.saved.saveAs')}
        </Button>
      </Group>
      {isOpen ? <SaveAsDialog {...props} onClose={() => setIsOpen(false)} /> : null}
    </>
  );
};
