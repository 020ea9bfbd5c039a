import { Group, Select, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Gpu } from '#contract/models/gpu.ts';
import type { InstanceView } from '#contract/models/instance.ts';
import { useInstances } from '../../studio-client/queries.ts';
import { useAnswer } from '../../studio-client/use-call.ts';
import { formatBytes, formatList } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import { shortBusId, shortDeviceName } from '../device-text.ts';
import { TextField } from './fields.tsx';
import { useFindings, useInstanceForm } from './form-context.tsx';
import classes from './instance-form.module.css';

const otherValue = 'other';
const gpusFreshMs = 10_000;
const oneGpu = /^cuda:\d+$/;

/** Instances that were given a GPU already. */
const usersOf = (gpu: Gpu, instances: readonly InstanceView[], instanceId: string | null): readonly string[] =>
  instances
    .filter(({ configuration: { id, kind, program, gpuDevice } }) => {
      const devices = gpuDevice.split(',').map((device) => device.trim());
      const named = devices.includes(`cuda:${gpu.index}`) || (gpu.uuid !== null && devices.includes(gpu.uuid));
      return id !== instanceId && kind === 'local' && program === 'comfyui' && named;
    })
    .map(({ configuration }) => configuration.name);

/** Detected GPUs first, then what else is possible (002-C4). */
export const GpuField = (): ReactNode => {
  const { t } = useTranslation();
  const { form, instanceId } = useInstanceForm();
  const answer = useAnswer('gpus.list', {}, { staleTimeMs: gpusFreshMs });
  const instances = useInstances().data?.instances ?? [];
  const gpus = answer.data?.gpus ?? [];
  const { gpuDevice } = form.values;
  const detected = gpus.map(({ index }) => `cuda:${index}`);
  // A GPU that was taken out of the machine stays to be seen, and the check says what is wrong with it.
  const missing = answer.isSuccess && oneGpu.test(gpuDevice) && !detected.includes(gpuDevice) ? [gpuDevice] : [];
  const listed = ['auto', 'cpu', ...detected, ...missing];
  const [other, setOther] = useState(() => gpuDevice !== '' && !listed.includes(gpuDevice) && answer.isSuccess);
  const isOther = other || (answer.isSuccess && !listed.includes(gpuDevice));
  const { error, warning } = useFindings('gpuDevice', true);

  const about = (gpu: Gpu): string =>
    [
      gpu.memoryTotalBytes === null ? '' : formatBytes(gpu.memoryTotalBytes),
      shortBusId(gpu.busId) === '' ? '' : t('instanceForm.fields.gpuBus', { bus: shortBusId(gpu.busId) }),
    ]
      .filter((part) => part !== '')
      .join(' · ');
  const label = (gpu: Gpu): string =>
    [`cuda:${gpu.index}`, shortDeviceName(gpu.name), about(gpu)].filter((part) => part !== '').join(' · ');
  const helpOf = (value: string): string => {
    if (value === 'auto') return t('instanceForm.fields.gpuAutoHelp');
    if (value === 'cpu') return t('instanceForm.fields.gpuCpuHelp');
    if (value === otherValue) return t('instanceForm.fields.gpuOther.help');
    const gpu = gpus.find(({ index }) => value === `cuda:${index}`);
    if (gpu === undefined) return t('instanceForm.fields.gpuMissing');
    const users = usersOf(gpu, instances, instanceId);
    return users.length === 0
      ? t('instanceForm.fields.gpuFree')
      : t('instanceForm.fields.gpuUsedBy', { names: formatList(users) });
  };

  return (
    <>
      <Select
        label={t('instanceForm.fields.gpuDevice.label')}
        description={
          <>
            {t('instanceForm.fields.gpuDevice.help')}
            {answer.isSuccess && gpus.length === 0 ? ` ${t('instanceForm.fields.gpuNone')}` : ''}
          </>
        }
        allowDeselect={false}
        value={isOther ? otherValue : gpuDevice}
        error={isOther ? null : error}
        maxDropdownHeight="50vh"
        onChange={(value) => {
          setOther(value === otherValue);
          form.setFieldValue('gpuDevice', value === otherValue || value === null ? '' : value);
        }}
        renderOption={({ option, checked }) => (
          <Group gap="sm" wrap="nowrap" justify="space-between" className={classes.option ?? ''}>
            <div className={classes.optionText}>
              <Text>{option.label}</Text>
              <Text size="xs" c="dimmed" lineClamp={2}>
                {helpOf(option.value)}
              </Text>
            </div>
            {checked === true ? <IconCheck size={frame.iconSmall} aria-hidden /> : null}
          </Group>
        )}
        data={[
          {
            group: t('instanceForm.fields.gpuDetected'),
            items: [
              ...gpus.map((gpu) => ({ value: `cuda:${gpu.index}`, label: label(gpu) })),
              ...missing.map((value) => ({ value, label: value })),
            ],
          },
          {
            group: t('instanceForm.fields.gpuMore'),
            items: [
              { value: 'auto', label: t('instanceForm.fields.gpuAuto') },
              { value: 'cpu', label: t('instanceForm.fields.gpuCpu') },
              { value: otherValue, label: t('instanceForm.fields.gpuCustom') },
            ],
          },
        ].filter(({ items }) => items.length > 0)}
      />
      {isOther ? <TextField path="gpuDevice" text="gpuOther" problemField="gpuDevice" mono /> : null}
      {warning === null || isOther ? null : <span className={classes.warning}>{warning}</span>}
    </>
  );
};
