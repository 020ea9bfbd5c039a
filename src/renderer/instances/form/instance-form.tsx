import { Tabs } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceConfiguration, InstanceView } from '#contract/models/instance.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { useCall } from '../../studio-client/use-call.ts';
import { ChangedElsewhere } from './changed-elsewhere.tsx';
import { ConnectionTest } from './connection-test.tsx';
import { countByTab, type FormTab, formTabs, tabOf } from './field-tabs.ts';
import { InstanceFormProvider } from './form-context.tsx';
import { FormFooter } from './form-footer.tsx';
import { draftOf, type InstanceFormValues, valuesOf } from './form-values.ts';
import classes from './instance-form.module.css';
import { SaveTemplate } from './save-template.tsx';
import { TabAdvanced } from './tab-advanced.tsx';
import { TabBasic } from './tab-basic.tsx';
import { TabEnvironment } from './tab-environment.tsx';
import { TabResources } from './tab-resources.tsx';
import { TabRuntime } from './tab-runtime.tsx';
import { useCheck } from './use-check.ts';
import { type RestartWish, useSaveInstance } from './use-save-instance.tsx';
import { useStoredChanges } from './use-stored-changes.ts';

const panels: Readonly<Record<FormTab, () => ReactNode>> = {
  basic: TabBasic,
  resources: TabResources,
  runtime: TabRuntime,
  environment: TabEnvironment,
  advanced: TabAdvanced,
};
const isFormTab = (value: string | null): value is FormTab => formTabs.some((tab) => tab === value);

interface InstanceFormProps {
  readonly initial: InstanceConfiguration;
  /** Null for a new instance. */
  readonly instanceId: string | null;
  /** The instance as it is now; null when it is gone, undefined for a new one. */
  readonly view: InstanceView | null | undefined;
  /** A copy is a new instance with something in it already. */
  readonly isCopy: boolean;
  readonly onDirty: (dirty: boolean) => void;
  readonly onCancel: () => void;
  readonly onSaved: () => void;
}

const TabNames = ({ counts, isShown }: { counts: Readonly<Record<FormTab, number>>; isShown: boolean }): ReactNode => {
  const { t } = useTranslation();
  return (
    <Tabs.List px="md">
      {formTabs.map((name) => (
        <Tabs.Tab
          key={name}
          value={name}
          rightSection={
            counts[name] > 0 && isShown ? (
              <span className={classes.tabBadge} aria-label={t('instanceForm.tabProblems', { count: counts[name] })}>
                {counts[name]}
              </span>
            ) : null
          }
        >
          {t(`instanceForm.tabs.${name}`)}
        </Tabs.Tab>
      ))}
    </Tabs.List>
  );
};

/** The create and edit form: five tabs, checked by the studio while one types. */
export const InstanceForm = (props: InstanceFormProps): ReactNode => {
  const { initial, view, onDirty, onCancel, onSaved } = props;
  const [tab, setTab] = useState<FormTab>('basic');
  const [showAll, setShowAll] = useState(false);
  const [keepsTemplate, setKeepsTemplate] = useState(false);
  const form = useForm<InstanceFormValues>({ initialValues: valuesOf(initial), touchTrigger: 'change' });
  const changes = useStoredChanges(form, initial, view);
  // What was deleted elsewhere can still be created anew with everything that was typed.
  const instanceId = changes.isDeleted ? null : props.instanceId;
  const draft = draftOf(form.values);
  const check = useCheck(draft, instanceId);
  const problems = check.report?.problems ?? [];
  const test = useCall('instances.testConnection');
  const save = useSaveInstance(onSaved);
  const secret = form.values.secret === '' ? {} : { secret: form.values.secret };
  const isDirty = JSON.stringify(form.values) !== JSON.stringify(changes.basisValues);
  useEffect(() => onDirty(isDirty), [onDirty, isDirty]);

  const submit = async (restart: RestartWish): Promise<void> => {
    setShowAll(true);
    const edited = instanceId === null ? null : { instanceId, basis: changes.basis };
    const refused = await save.save({ edited, draft, restart, ...secret });
    const first = refused.find(({ severity }) => severity === 'error');
    if (first !== undefined) setTab(tabOf(first.field));
    if (refused.length > 0) await check.again();
  };
  const count = (wanted: 'error' | 'warning'): number => problems.filter(({ severity }) => severity === wanted).length;

  return (
    <InstanceFormProvider
      state={{ form, problems, instanceId, isBlank: instanceId === null && !props.isCopy, showAll }}
    >
      <form
        className={classes.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit('none');
        }}
      >
        <ChangedElsewhere changes={changes} />
        <Tabs
          className={classes.tabs ?? ''}
          value={tab}
          onChange={(value) => (isFormTab(value) ? setTab(value) : undefined)}
          keepMounted={false}
        >
          <TabNames counts={countByTab(problems)} isShown={showAll || instanceId !== null} />
          {formTabs.map((name) => {
            const Panel = panels[name];
            return (
              <Tabs.Panel key={name} value={name} className={classes.body ?? ''}>
                <Panel />
              </Tabs.Panel>
            );
          })}
        </Tabs>
        {test.data === undefined ? null : <ConnectionTest report={test.data} />}
        {test.error === null ? null : <ErrorPanel error={test.error} />}
        {save.error === null ? null : <ErrorPanel error={save.error} />}
        <FormFooter
          state={{
            errors: count('error'),
            warnings: count('warning'),
            isChecking: check.isChecking,
            isAway: check.isAway,
            isNew: instanceId === null,
            isSaving: save.busy,
            isTesting: test.isPending,
            wasTested: test.data !== undefined,
            hasConflicts: changes.conflicts.length > 0,
            restartFields: isDirty ? (check.report?.restartNeededFor ?? []) : [],
            view: view ?? null,
          }}
          onTest={() => test.mutate({ draft, ...(instanceId === null ? {} : { instanceId }), ...secret })}
          onCancel={onCancel}
          onSave={(restart) => void submit(restart)}
          onSaveTemplate={() => setKeepsTemplate(true)}
        />
      </form>
      {keepsTemplate ? (
        <SaveTemplate draft={draft} instanceId={instanceId} onClose={() => setKeepsTemplate(false)} />
      ) : null}
    </InstanceFormProvider>
  );
};
