import { Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StudioError } from '#contract/errors.ts';
import {
  type FieldProblem,
  type InstanceConfiguration,
  type InstanceDraft,
  type InstanceView,
  validationReportSchema,
} from '#contract/models/instance.ts';
import { useServices } from '../../state/app-context.tsx';
import { formatList } from '../../text/format.ts';
import { useInstanceActions } from '../use-instance-actions.tsx';
import { labelOf } from './field-labels.ts';
import classes from './instance-form.module.css';

/** What follows a save: nothing, a restart at once, or one when the running jobs have ended. */
export type RestartWish = 'none' | 'now' | 'drained';

interface SaveRequest {
  /** Null for a new instance. */
  readonly edited: { readonly instanceId: string; readonly basis: InstanceConfiguration } | null;
  readonly draft: InstanceDraft;
  readonly secret?: string;
  readonly restart: RestartWish;
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

const noticeMs = 15_000;

/** Says that it was saved; where it runs with old values still, with the buttons for a restart. */
const useTellSaved = (): ((view: InstanceView, restartNeededFor: readonly string[]) => void) => {
  const { t } = useTranslation();
  const act = useInstanceActions();
  return (view, restartNeededFor) => {
    const { name, id: instanceId } = view.configuration;
    if (restartNeededFor.length === 0) {
      notifications.show({ message: t('instanceForm.saved', { name }) });
      return;
    }
    const id = `restart:${instanceId}`;
    const doIt = (action: 'restart' | 'drainRestart'): void => {
      notifications.hide(id);
      act(view, action);
    };
    notifications.show({
      id,
      autoClose: noticeMs,
      title: t('instanceForm.saved', { name }),
      message: (
        <div className={classes.notice}>
          <Text className={classes.noticeText ?? ''}>
            {t('instanceForm.restartNeeded', {
              fields: formatList(restartNeededFor.map((field) => labelOf(field, t))),
            })}
          </Text>
          {view.runningJobIds.length === 0 ? null : (
            <Button size="xs" variant="default" onClick={() => doIt('drainRestart')}>
              {t('instanceForm.restart.whenIdle')}
            </Button>
          )}
          <Button size="xs" onClick={() => doIt('restart')}>
            {t('instanceForm.restartNow')}
          </Button>
        </div>
      ),
    });
  };
};

/** Creates or changes an instance and says so; restarts it, or offers the restart that a running one needs. */
export const useSaveInstance = (onSaved: () => void): SaveInstance => {
  const { t } = useTranslation();
  const { client } = useServices();
  const act = useInstanceActions();
  const tellSaved = useTellSaved();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const store = async ({ edited, draft, secret, restart }: SaveRequest): Promise<void> => {
    const withSecret = secret === undefined ? {} : { secret };
    if (edited === null) {
      const view = await client.call('instances.create', { draft, ...withSecret });
      notifications.show({ message: t('instanceForm.created', { name: view.configuration.name }) });
      return;
    }
    const { id: _id, ...changes } = draft;
    const { instance, restartNeededFor } = await client.call('instances.update', { ...edited, changes, ...withSecret });
    if (restart === 'none') {
      tellSaved(instance, restartNeededFor);
      return;
    }
    act(instance, restart === 'now' ? 'restart' : 'drainRestart');
    const { name } = instance.configuration;
    notifications.show({
      message: t(restart === 'now' ? 'instanceForm.restart.restarts' : 'instanceForm.restart.restartsLater', { name }),
    });
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
