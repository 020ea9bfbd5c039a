import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StudioError } from '#contract/errors.ts';
import {
  type FieldProblem,
  type InstanceDraft,
  type InstanceView,
  validationReportSchema,
} from '#contract/models/instance.ts';
import { useServices } from '../../state/app-context.tsx';
import { useInstanceActions } from '../use-instance-actions.tsx';

interface SaveRequest {
  readonly instanceId: string | null;
  readonly draft: InstanceDraft;
  readonly secret?: string;
}

interface SaveInstance {
  readonly busy: boolean;
  /** A failure that is about no field. */
  readonly error: unknown;
  /** Stores the draft; the findings that stood against it, none when it was stored. */
  readonly save: (request: SaveRequest) => Promise<readonly FieldProblem[]>;
}

/** The findings that an INSTANCE_INVALID carries; undefined for any other failure. */
const findingsOf = (error: unknown): readonly FieldProblem[] | undefined => {
  if (!(error instanceof StudioError) || error.code !== 'INSTANCE_INVALID') return undefined;
  const report = validationReportSchema.partial({ valid: true }).safeParse(error.details);
  return report.success && report.data.problems.length > 0 ? report.data.problems : undefined;
};

/** Creates or changes an instance and says so; offers the restart that a running one needs. */
export const useSaveInstance = (onSaved: () => void): SaveInstance => {
  const { t } = useTranslation();
  const { client } = useServices();
  const act = useInstanceActions();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const tellSaved = (view: InstanceView, restartNeededFor: readonly string[]): void => {
    const { name } = view.configuration;
    if (restartNeededFor.length === 0) {
      notifications.show({ message: t('instanceForm.saved', { name }) });
      return;
    }
    const id = `restart:${view.configuration.id}`;
    notifications.show({
      id,
      autoClose: 15_000,
      title: t('instanceForm.saved', { name }),
      message: (
        <Group justify="space-between" gap="xs">
          <Text>{t('instanceForm.restartNeeded', { fields: restartNeededFor.join(', ') })}</Text>
          <Button
            size="xs"
            onClick={() => {
              notifications.hide(id);
              act(view, 'restart');
            }}
          >
            {t('instanceForm.restartNow')}
          </Button>
        </Group>
      ),
    });
  };

  const store = async ({ instanceId, draft, secret }: SaveRequest): Promise<void> => {
    const withSecret = secret === undefined ? {} : { secret };
    if (instanceId === null) {
      const view = await client.call('instances.create', { draft, ...withSecret });
      notifications.show({ message: t('instanceForm.created', { name: view.configuration.name }) });
      return;
    }
    const { id: _id, ...changes } = draft;
    const answer = await client.call('instances.update', { instanceId, changes, ...withSecret });
    tellSaved(answer.instance, answer.restartNeededFor);
  };

  return {
    busy,
    error,
    save: async (request) => {
      setBusy(true);
      setError(null);
      try {
        await store(request);
        onSaved();
        return [];
      } catch (failure) {
        const findings = findingsOf(failure);
        if (findings === undefined) setError(failure);
        return findings ?? [];
      } finally {
        setBusy(false);
      }
    },
  };
};
