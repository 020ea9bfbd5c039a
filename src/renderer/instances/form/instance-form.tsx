import { Button, Group, Tabs } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { useAnswer, useCall } from '../../studio-client/use-call.ts';
import { ConnectionTest } from './connection-test.tsx';
import { countByTab, type FormTab, formTabs, tabOf } from './field-tabs.ts';
import { InstanceFormProvider } from './form-context.tsx';
import { draftOf, type InstanceFormValues, valuesOf } from './form-values.ts';
import classes from './instance-form.module.css';
import { TabAdvanced } from './tab-advanced.tsx';
import { TabBasic } from './tab-basic.tsx';
import { TabEnvironment } from './tab-environment.tsx';
import { TabResources } from './tab-resources.tsx';
import { TabRuntime } from './tab-runtime.tsx';
import { useSaveInstance } from './use-save-instance.tsx';

const settleMs = 250;
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
  readonly onDirty: (dirty: boolean) => void;
  readonly onCancel: () => void;
  readonly onSaved: () => void;
}

const Summary = ({
  errors,
  warnings,
  checking,
}: {
  errors: number;
  warnings: number;
  checking: boolean;
}): ReactNode => {
  const { t } = useTranslation();
  const parts = [
    errors === 0 ? '' : t('instanceForm.errors', { count: errors }),
    warnings === 0 ? '' : t('instanceForm.warnings', { count: warnings }),
  ].filter((part) => part !== '');
  return (
    <span className={classes.summary} data-bad={errors > 0} aria-live="polite">
      {checking ? t('instanceForm.checking') : parts.join(' · ') || t('instanceForm.valid')}
    </span>
  );
};

/** The create and edit form: five tabs, checked by the studio while one types. */
export const InstanceForm = ({ initial, instanceId, onDirty, onCancel, onSaved }: InstanceFormProps): ReactNode => {
  const { t } = useTranslation();
  const [tab, setTab] = useState<FormTab>('basic');
  const [showAll, setShowAll] = useState(false);
  const form = useForm<InstanceFormValues>({
    initialValues: valuesOf(initial),
    touchTrigger: 'change',
    onValuesChange: (values) => onDirty(JSON.stringify(values) !== JSON.stringify(valuesOf(initial))),
  });
  const draft = draftOf(form.values);
  const [settledDraft] = useDebouncedValue(draft, settleMs);
  const target = instanceId === null ? {} : { instanceId };
  const check = useAnswer('instances.validate', { draft: settledDraft, ...target }, { keepPrevious: true });
  const problems = check.data?.problems ?? [];
  const counts = countByTab(problems);
  const test = useCall('instances.testConnection');
  const save = useSaveInstance(onSaved);
  const secret = form.values.secret === '' ? {} : { secret: form.values.secret };

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setShowAll(true);
    const refused = await save.save({ instanceId, draft, ...secret });
    const first = refused.find(({ severity }) => severity === 'error');
    if (first !== undefined) setTab(tabOf(first.field));
    if (refused.length > 0) await check.refetch();
  };

  return (
    <InstanceFormProvider state={{ form, problems, instanceId, showAll }}>
      <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
        <Tabs
          className={classes.tabs ?? ''}
          value={tab}
          onChange={(value) => (isFormTab(value) ? setTab(value) : undefined)}
          keepMounted={false}
        >
          <Tabs.List px="md">
            {formTabs.map((name) => (
              <Tabs.Tab
                key={name}
                value={name}
                rightSection={
                  counts[name] > 0 && (showAll || instanceId !== null) ? (
                    <span
                      className={classes.tabBadge}
                      aria-label={t('instanceForm.tabProblems', { count: counts[name] })}
                    >
                      {counts[name]}
                    </span>
                  ) : null
                }
              >
                {t(`instanceForm.tabs.${name}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
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
        <div className={classes.footer}>
          <Group gap="sm" wrap="nowrap">
            <Button
              variant="default"
              loading={test.isPending}
              onClick={() => test.mutate({ draft, ...target, ...secret })}
            >
              {test.data === undefined ? t('instanceForm.test') : t('instanceForm.testAgain')}
            </Button>
            <Summary
              errors={problems.filter(({ severity }) => severity === 'error').length}
              warnings={problems.filter(({ severity }) => severity === 'warning').length}
              checking={check.isPending}
            />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Button variant="default" onClick={onCancel}>
              {t('frame.actions.cancel')}
            </Button>
            <Button type="submit" loading={save.busy}>
              {instanceId === null ? t('instanceForm.create') : t('instanceForm.save')}
            </Button>
          </Group>
        </div>
      </form>
    </InstanceFormProvider>
  );
};
