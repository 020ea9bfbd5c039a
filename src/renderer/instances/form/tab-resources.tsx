import { SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FolderField, NumberField } from './fields.tsx';
import { useInstanceForm } from './form-context.tsx';
import { GpuField } from './gpu-field.tsx';

const SandboxFields = (): ReactNode => {
  const { t } = useTranslation();
  return (
    <>
      <div>
        <Title order={4}>{t('instanceForm.fields.sandboxTitle')}</Title>
        <Text size="xs" c="dimmed">
          {t('instanceForm.fields.sandboxHelp')}
        </Text>
      </div>
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="md">
        <NumberField path="sandboxSpeed" text="sandboxSpeed" problemField="sandbox.speed" step={0.25} decimals={2} />
        <NumberField path="sandboxVramGb" text="sandboxVram" problemField="sandbox.vramBytes" step={4} decimals={1} />
        <NumberField path="sandboxClock" text="sandboxClock" problemField="sandbox.clock" decimals={2} />
      </SimpleGrid>
    </>
  );
};

/** What it works with: GPU, custom nodes, its share of the work. */
export const TabResources = (): ReactNode => {
  const { form } = useInstanceForm();
  const started = form.values.kind === 'local';
  const comfyui = started && form.values.program === 'comfyui';
  return (
    <Stack gap="md">
      {comfyui ? <GpuField /> : null}
      {comfyui ? <FolderField path="customNodesPath" text="customNodesPath" /> : null}
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        <NumberField path="maxConcurrentWorkflows" text="maxConcurrentWorkflows" />
        <NumberField path="weight" text="weight" step={0.5} decimals={2} />
      </SimpleGrid>
      {started && !comfyui ? <SandboxFields /> : null}
    </Stack>
  );
};
