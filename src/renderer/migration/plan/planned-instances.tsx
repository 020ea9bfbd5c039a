import { Checkbox, NumberInput, Select, TextInput, Tooltip } from '@mantine/core';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Gpu } from '#contract/models/gpu.ts';
import type { MigrationPlan, PlannedInstance } from '#contract/models/migration.ts';
import { StateBadge } from '../../components/state-badge.tsx';
import { shortDeviceName } from '../../instances/device-text.ts';
import { useGpus } from '../../studio-client/queries.ts';
import { isPort } from '../use-plan.ts';
import { useWizard } from '../wizard-context.tsx';
import type { InstanceEdit } from '../wizard-state.ts';
import classes from './plan.module.css';

const deviceOf = (gpu: Gpu): string => gpu.uuid ?? `cuda:${gpu.index}`;

/** Every GPU, and whatever the plan says besides. */
const deviceOptions = (
  t: TFunction,
  gpus: readonly Gpu[],
  present: string,
): { readonly value: string; readonly label: string }[] => {
  const options = [
    ...gpus.map((gpu) => ({
      value: deviceOf(gpu),
      label: t('migration.plan.gpuOption', { index: gpu.index, name: shortDeviceName(gpu.name) }),
    })),
    { value: 'auto', label: t('migration.plan.auto') },
    { value: 'cpu', label: t('migration.plan.cpu') },
  ];
  return options.some(({ value }) => value === present) ? options : [...options, { value: present, label: present }];
};

/** `cuda:1` and the UUID of that card are one choice. */
const selectedDevice = (device: string, gpus: readonly Gpu[]): string => {
  const index = /^cuda:(\d+)$/.exec(device)?.[1];
  const gpu = index === undefined ? undefined : gpus.find((each) => each.index === Number(index));
  return gpu === undefined ? device : deviceOf(gpu);
};

interface RowProps {
  /** As planned, without what was typed over it. */
  readonly planned: PlannedInstance;
  readonly isLegacy: boolean;
  readonly edit: InstanceEdit;
  readonly gpus: readonly Gpu[];
  readonly onEdit: (edit: InstanceEdit) => void;
}

const Place = ({ planned, edit, gpus, onEdit }: RowProps): ReactNode => {
  const { t } = useTranslation();
  const { draft } = planned;
  const name = edit.name ?? draft.name;
  const isIncluded = edit.isIncluded !== false;
  if (draft.kind === 'remote') {
    return (
      <td className={classes.remote} colSpan={2}>
        <span>{draft.url}</span> <span className={classes.quiet}>{t('migration.plan.isRemote')}</span>
      </td>
    );
  }
  const device = selectedDevice(edit.gpuDevice ?? draft.gpuDevice ?? 'auto', gpus);
  const port = edit.port ?? draft.port;
  return (
    <>
      <td className={classes.gpuCell}>
        <Select
          size="sm"
          aria-label={`${t('migration.plan.gpu')}: ${name}`}
          allowDeselect={false}
          disabled={!isIncluded}
          value={device}
          data={deviceOptions(t, gpus, device)}
          onChange={(value) => (value === null ? undefined : onEdit({ gpuDevice: value }))}
        />
      </td>
      <td className={classes.portCell}>
        <NumberInput
          size="sm"
          aria-label={`${t('migration.plan.port')}: ${name}`}
          min={1}
          max={65_535}
          clampBehavior="none"
          allowDecimal={false}
          hideControls
          disabled={!isIncluded}
          value={port === undefined || port === 0 ? '' : port}
          error={isPort(edit.port) ? null : t('migration.plan.portWrong')}
          onChange={(value) => onEdit({ port: typeof value === 'number' ? value : 0 })}
        />
      </td>
    </>
  );
};

const Row = (props: RowProps): ReactNode => {
  const { t } = useTranslation();
  const { planned, isLegacy, edit, onEdit } = props;
  const name = edit.name ?? planned.draft.name;
  const isIncluded = edit.isIncluded !== false;
  return (
    <tr data-included={isIncluded}>
      <td className={classes.checkCell}>
        <Checkbox
          aria-label={t('migration.plan.include', { name })}
          checked={isIncluded}
          onChange={({ currentTarget }) => onEdit({ isIncluded: currentTarget.checked })}
        />
      </td>
      <td>
        <TextInput
          size="sm"
          aria-label={`${t('migration.plan.name')}: ${planned.draft.name}`}
          maxLength={200}
          disabled={!isIncluded}
          value={name}
          error={name.trim() === '' ? t('migration.plan.nameMissing') : null}
          onChange={({ currentTarget }) => onEdit({ name: currentTarget.value })}
        />
      </td>
      <Place {...props} />
      <td className={classes.badgeCell}>
        {isIncluded && isLegacy ? (
          <Tooltip label={t('migration.plan.legacyMeans')}>
            <StateBadge colour="running">{t('migration.plan.legacy')}</StateBadge>
          </Tooltip>
        ) : null}
        {isIncluded ? null : <StateBadge colour="stopped">{t('migration.plan.left')}</StateBadge>}
      </td>
    </tr>
  );
};

/** What becomes which instance, on which GPU and port; every field can be changed before anything is done. */
export const PlannedInstances = ({
  whole,
  plan,
}: {
  readonly whole: MigrationPlan;
  readonly plan: MigrationPlan;
}): ReactNode => {
  const { t } = useTranslation();
  const gpus = useGpus();
  const edits = useWizard((state) => state.edits);
  const edit = useWizard((state) => state.edit);
  const legacyIds = new Set(plan.instances.filter(({ isLegacy }) => isLegacy).map(({ draft }) => draft.id));
  if (whole.instances.length === 0) return null;
  return (
    <table className={classes.instances}>
      <thead>
        <tr>
          <td />
          <th scope="col">{t('migration.plan.name')}</th>
          <th scope="col">{t('migration.plan.gpu')}</th>
          <th scope="col">{t('migration.plan.port')}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {whole.instances.map((planned) => (
          <Row
            key={planned.draft.id}
            planned={planned}
            isLegacy={legacyIds.has(planned.draft.id)}
            edit={edits[planned.draft.id] ?? {}}
            gpus={gpus}
            onEdit={(changes) => edit(planned.draft.id, changes)}
          />
        ))}
      </tbody>
    </table>
  );
};
