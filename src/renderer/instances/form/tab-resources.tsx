import { Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Gpu } from '#contract/models/gpu.ts';
import { useGpus } from '../../studio-client/queries.ts';
import { formatBytes } from '../../text/format.ts';
import { shortDeviceName } from '../device-text.ts';
import { FolderField, NumberField, TextField } from './fields.tsx';
import { useFindings, useInstanceForm } from './form-context.tsx';
import classes from './instance-form.module.css';

const otherValue = 'other';
const folderFields = [
  { path: 'folders.base', text: 'folderBase' },
  { path: 'folders.models', text: 'folderModels' },
  { path: 'folders.input', text: 'folderInput' },
  { path: 'folders.output', text: 'folderOutput' },
  { path: 'folders.user', text: 'folderUser' },
  { path: 'folders.temp', text: 'folderTemp' },
] as const;

const gpuLabel = (gpu: Gpu): string => {
  const memory = gpu.memoryTotalBytes === null ? '' : ` · ${formatBytes(gpu.memoryTotalBytes)}`;
  return `cuda:${gpu.index} · ${shortDeviceName(gpu.name)}${memory}`;
};

/** Detected GPUs first, then what else is possible (002-C4). */
const GpuField = (): ReactNode => {
  const { t } = useTranslation();
  const { form } = useInstanceForm();
  const gpus = useGpus();
  const { gpuDevice } = form.values;
  const listed = ['auto', 'cpu', ...gpus.map(({ index }) => `cuda:${index}`)];
  const [other, setOther] = useState(() => gpuDevice !== '' && !listed.includes(gpuDevice) && gpus.length > 0);
  const isOther = other || !listed.includes(gpuDevice);
  const { error, warning } = useFindings('gpuDevice', true);
  return (
    <>
      <Select
        label={t('instanceForm.fields.gpuDevice.label')}
        description={t('instanceForm.fields.gpuDevice.help')}
        allowDeselect={false}
        value={isOther ? otherValue : gpuDevice}
        error={isOther ? null : error}
        onChange={(value) => {
          setOther(value === otherValue);
          form.setFieldValue('gpuDevice', value === otherValue || value === null ? '' : value);
        }}
        data={[
          {
            group: t('instanceForm.fields.gpuDetected'),
            items: gpus.map((gpu) => ({ value: `cuda:${gpu.index}`, label: gpuLabel(gpu) })),
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

/** GPU, load and folders. */
export const TabResources = (): ReactNode => {
  const { t } = useTranslation();
  const { form } = useInstanceForm();
  const started = form.values.kind === 'local';
  const comfyui = started && form.values.program === 'comfyui';
  return (
    <Stack gap="md">
      {comfyui ? <GpuField /> : null}
      <SimpleGrid cols={2} spacing="md">
        <NumberField path="maxConcurrentWorkflows" text="maxConcurrentWorkflows" />
        <NumberField path="weight" text="weight" step={0.5} decimals={2} />
      </SimpleGrid>
      {comfyui ? <FolderField path="customNodesPath" text="customNodesPath" /> : null}
      {started ? (
        <>
          <div>
            <Title order={4}>{t('instanceForm.fields.foldersTitle')}</Title>
            <Text size="xs" c="dimmed">
              {t('instanceForm.fields.foldersHelp')}
            </Text>
          </div>
          <SimpleGrid cols={2} spacing="md">
            {folderFields.map(({ path, text }) => (
              <FolderField key={path} path={path} text={text} />
            ))}
          </SimpleGrid>
        </>
      ) : null}
    </Stack>
  );
};
