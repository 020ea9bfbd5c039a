import { Checkbox, Switch, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MigrationPlan } from '#contract/models/migration.ts';
import { shortDeviceName } from '../../instances/device-text.ts';
import { useGpus, useStudio } from '../../studio-client/queries.ts';
import { useWizard } from '../wizard-context.tsx';
import type { Switched } from '../wizard-state.ts';
import classes from './plan.module.css';

const switches = [
  'shareCustomNodes',
  'copyUserFolder',
  'shareInput',
  'copyInput',
  'makeActive',
  'autoStart',
  'startAfterwards',
  'takeOverPort',
] as const;

const gatewayPort = 8188;

/** What was switched shows at once; the plan that follows it may take a moment. */
const useChoices = ({ choices }: MigrationPlan): MigrationPlan['choices'] => {
  const switched = useWizard((state) => state.switched);
  const given = Object.fromEntries(Object.entries(switched).filter(([, value]) => value !== undefined));
  return { ...choices, ...given };
};

/** Which GPUs get an instance; at least one stays. */
const GpuChoices = ({ plan }: { readonly plan: MigrationPlan }): ReactNode => {
  const { t } = useTranslation();
  const gpus = useGpus();
  const choices = useChoices(plan);
  const change = useWizard((state) => state.change);
  if (gpus.length < 2 || plan.instances.every(({ draft }) => draft.kind === 'remote')) return null;
  const all = gpus.map(({ index }) => index);
  const { onePerGpu, gpuIndexes } = choices;
  const chosen = onePerGpu ? (gpuIndexes ?? all) : [];
  return (
    <fieldset className={classes.gpuChoices}>
      <legend>{t('migration.choices.gpus')}</legend>
      <p className={classes.quiet}>{t('migration.choices.gpusMeans')}</p>
      {gpus.map(({ index, name }) => (
        <Checkbox
          key={index}
          label={t('migration.plan.gpuOption', { index, name: shortDeviceName(name) })}
          checked={chosen.includes(index)}
          disabled={chosen.length === 1 && chosen.includes(index)}
          onChange={({ currentTarget }) => {
            const next = currentTarget.checked ? [...chosen, index] : chosen.filter((one) => one !== index);
            change({ onePerGpu: true, gpuIndexes: next.length === all.length ? null : next.toSorted((a, b) => a - b) });
          }}
        />
      ))}
    </fieldset>
  );
};

/** A folder for descriptions that name no program. */
const ProgramChoice = ({ plan }: { readonly plan: MigrationPlan }): ReactNode => {
  const { t } = useTranslation();
  const switched = useWizard((state) => state.switched);
  const change = useWizard((state) => state.change);
  const isAsked = plan.conflicts.some(({ code }) => code === 'install-missing') || switched.comfyuiFolder !== undefined;
  if (!isAsked) return null;
  return (
    <TextInput
      label={t('migration.choices.comfyuiFolder')}
      placeholder={t('migration.ways.folderPlaceholder')}
      spellCheck={false}
      maxLength={4096}
      value={switched.comfyuiFolder ?? ''}
      onChange={({ currentTarget }) => change({ comfyuiFolder: currentTarget.value })}
    />
  );
};

/** What most people leave as it is. Each change makes the plan anew. */
export const ChoiceList = ({ plan }: { readonly plan: MigrationPlan }): ReactNode => {
  const { t } = useTranslation();
  const choices = useChoices(plan);
  const change = useWizard((state) => state.change);
  const gateway = useStudio()?.addresses.gateway ?? null;
  const isThere = gateway !== null && Number(new URL(gateway).port) === gatewayPort;
  const isLocal = plan.instances.some(({ draft }) => draft.kind !== 'remote');
  const shown = switches.filter((name) => {
    if (name === 'takeOverPort') return !isThere;
    if (name === 'makeActive') return true;
    if (name === 'copyInput') return isLocal && !choices.shareInput;
    return isLocal;
  });
  return (
    <section className={classes.choices} aria-label={t('migration.choices.title')}>
      <h2 className={classes.title}>{t('migration.choices.title')}</h2>
      <GpuChoices plan={plan} />
      <ProgramChoice plan={plan} />
      {shown.map((name) => (
        <Switch
          key={name}
          label={t(`migration.choices.${name}`)}
          // The label holds the description too; the name is the label alone.
          aria-label={t(`migration.choices.${name}`)}
          description={t(`migration.choices.${name}Means`)}
          checked={choices[name]}
          onChange={({ currentTarget }) => {
            const switched: Switched = { [name]: currentTarget.checked };
            change(switched);
          }}
        />
      ))}
    </section>
  );
};
