import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { StudioError } from '#contract/errors.ts';
import type { InstanceDraft } from '#contract/models/instance.ts';
import { longestTemplateName } from '#contract/models/template.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { useCall } from '../../studio-client/use-call.ts';
import { describeError } from '../../text/describe-error.ts';
import { formatList } from '../../text/format.ts';
import { labelOf } from './field-labels.ts';
import { templatesKey } from './template-cards.tsx';

const takenSchema = z.object({ templateId: z.string() });

/** The template whose name was taken; null for any other failure. */
const takenBy = (error: unknown): string | null => {
  if (!(error instanceof StudioError) || error.code !== 'TEMPLATE_NAME_TAKEN') return null;
  return takenSchema.safeParse(error.details).data?.templateId ?? null;
};

interface SaveTemplateProps {
  readonly draft: InstanceDraft;
  readonly instanceId: string | null;
  readonly onClose: () => void;
}

/** Asks for a name and keeps what stands in the form as a template. */
export const SaveTemplate = ({ draft, instanceId, onClose }: SaveTemplateProps): ReactNode => {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState(draft.name.slice(0, longestTemplateName));
  const save = useCall('templates.save');
  const taken = takenBy(save.error);

  const keep = async (replaces: string | null): Promise<void> => {
    const target = instanceId === null ? {} : { instanceId };
    const { leftOut } = await save.mutateAsync({
      name,
      draft,
      ...target,
      ...(replaces === null ? {} : { replaces }),
    });
    await queries.invalidateQueries({ queryKey: templatesKey });
    notifications.show({
      message:
        leftOut.length === 0
          ? t('instanceForm.templates.saved', { name })
          : t('instanceForm.templates.savedWithout', {
              name,
              fields: formatList(leftOut.map((field) => labelOf(field, t))),
            }),
    });
    onClose();
  };
  /** A failure stands in the dialog already. */
  const submit = (replaces: string | null): void => void keep(replaces).catch(() => undefined);

  return (
    <Modal opened onClose={onClose} title={t('instanceForm.templates.saveTitle')} size="md">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          // The dialog stands inside the form of the instance, whose own submit is another one.
          event.stopPropagation();
          submit(null);
        }}
      >
        <Stack gap="md">
          <Text c="dimmed">{t('instanceForm.templates.saveHelp')}</Text>
          <TextInput
            label={t('instanceForm.templates.name')}
            description={t('instanceForm.templates.nameHelp')}
            value={name}
            maxLength={longestTemplateName}
            dir="auto"
            data-autofocus
            error={taken === null ? null : describeError(save.error).happened}
            onChange={(event) => {
              setName(event.currentTarget.value);
              save.reset();
            }}
          />
          {save.error === null || taken !== null ? null : <ErrorPanel error={save.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('frame.actions.cancel')}
            </Button>
            {taken === null ? (
              <Button type="submit" loading={save.isPending} disabled={name.trim() === ''}>
                {t('instanceForm.templates.save')}
              </Button>
            ) : (
              <Button loading={save.isPending} onClick={() => submit(taken)}>
                {t('instanceForm.templates.replace')}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
};
