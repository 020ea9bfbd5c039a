import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { MigrationRun } from '#contract/models/migration.ts';
import { useViewState } from '../../state/app-context.tsx';
import { useInstances } from '../../studio-client/queries.ts';
import classes from './run.module.css';

const factsSchema = z.object({ instanceId: z.string(), name: z.string() });

/** What can be done about a remark: a login is typed in, a start that failed has its log. */
const actionOf = (code: string): 'login' | 'log' | null => {
  if (code === 'secret-missing') return 'login';
  return code === 'not-ready' || code === 'self-test-failed' ? 'log' : null;
};

/** The way out of each remark that has one, as long as its instance is there. */
export const RemarkActions = ({ run }: { readonly run: MigrationRun }): ReactNode => {
  const { t } = useTranslation();
  const openDialog = useViewState((state) => state.openDialog);
  const showLog = useViewState((state) => state.showLog);
  const present = useInstances().data?.instances ?? [];
  const actions = run.steps
    .flatMap(({ remarks }) => remarks)
    .flatMap(({ code, details }) => {
      const action = actionOf(code);
      const facts = factsSchema.safeParse(details);
      if (action === null || !facts.success) return [];
      const isThere = present.some(({ configuration }) => configuration.id === facts.data.instanceId);
      return isThere ? [{ ...facts.data, action }] : [];
    });
  if (actions.length === 0) return null;
  return (
    <div className={classes.next}>
      {actions.map(({ action, instanceId, name }) => (
        <Button
          key={`${action} ${instanceId}`}
          size="xs"
          variant="default"
          onClick={() => (action === 'login' ? openDialog({ kind: 'edit', instanceId }) : showLog(instanceId))}
        >
          {t(`migration.run.${action}`, { name })}
        </Button>
      ))}
    </div>
  );
};
