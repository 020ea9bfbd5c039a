import { Button, Group, Modal, Stack, TagsInput, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StudioError } from '#contract/errors.ts';
import { libraryLimits, type SavedWorkflow } from '#contract/models/library.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { useCall } from '../studio-client/use-call.ts';

interface RenameProps {
  readonly workflow: SavedWorkflow;
  readonly knownTags: readonly string[];
  readonly onClose: () => void;
}

/** Another name, other tags. Somebody else's change in the meantime is shown, and never overwritten. */
export const RenameDialog = ({ workflow, knownTags, onClose }: RenameProps): ReactNode => {
  const { t } = useTranslation();
  const [name, setName] = useState(workflow.name);
  const [tags, setTags] = useState<string[]>([...workflow.tags]);
  // What stood here when the dialog was opened: a newer one would hide that somebody else changed it.
  const [expectedRevision, setExpectedRevision] = useState(workflow.revision);
  const change = useCall('workflows.change');
  const isChanged = change.error instanceof StudioError && change.error.code === 'WORKFLOW_CHANGED';
  return (
    <Modal opened onClose={onClose} title={t('library.rename')} size="md">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() === '') return;
          change.mutate({ workflowId: workflow.id, expectedRevision, name: name.trim(), tags }, { onSuccess: onClose });
        }}
      >
        <Stack gap="md">
          <TextInput
            label={t('library.name')}
            data-autofocus
            dir="auto"
            maxLength={libraryLimits.nameMaxCharacters}
            value={name}
            error={name.trim() === '' ? t('library.nameMissing') : null}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <TagsInput
            label={t('library.tagsField')}
            description={t('library.tagsMeans')}
            maxTags={libraryLimits.tags}
            data={[...knownTags]}
            value={tags}
            onChange={(next) => setTags(next.map((tag) => tag.slice(0, libraryLimits.tagMaxCharacters)))}
          />
          {change.error === null ? null : (
            <ErrorPanel error={change.error}>
              {isChanged ? (
                <Button
                  variant="default"
                  onClick={() => {
                    setName(workflow.name);
                    setTags([...workflow.tags]);
                    setExpectedRevision(workflow.revision);
                    change.reset();
                  }}
                >
                  {t('runForm.saved.reload')}
                </Button>
              ) : null}
            </ErrorPanel>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('frame.actions.cancel')}
            </Button>
            <Button type="submit" loading={change.isPending} disabled={name.trim() === ''}>
              {t('library.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
};
