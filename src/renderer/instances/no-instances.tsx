import { Button, Group, Text } from '@mantine/core';
import { IconFilterOff, IconFolderSearch, IconLayoutGridAdd, IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyPage } from '../components/empty-page.tsx';
import { useRunCommand } from '../shell/use-commands.ts';
import { frame } from '../theme/tokens.ts';
import { type InstanceFilter, noFilter } from './instance-filter.ts';
import { useSend } from './use-instance-actions.tsx';

/** Speeds of the three sandbox instances: two fast cards and a slow one. */
const sandboxFleet = [
  { name: 'Sandbox A', speed: 1 },
  { name: 'Sandbox B', speed: 1 },
  { name: 'Sandbox C (slow)', speed: 0.5 },
] as const;
const firstSandboxPort = 8188;

const useSandboxFleet = (): { readonly busy: boolean; create(): Promise<void> } => {
  const send = useSend();
  const [busy, setBusy] = useState(false);
  return {
    busy,
    create: async () => {
      setBusy(true);
      let from = firstSandboxPort;
      for (const { name, speed } of sandboxFleet) {
        const free = await send('instances.suggestPort', { from });
        if (free === undefined) break;
        from = free.port + 1;
        const draft = { name, kind: 'local', program: 'sandbox', port: free.port } as const;
        const created = await send('instances.create', {
          draft: { ...draft, sandbox: { speed, clock: 1, vramBytes: 24 * 1024 ** 3, arguments: [] } },
        });
        if (created === undefined) break;
      }
      await send('instances.startAll', {});
      setBusy(false);
    },
  };
};

/** No instance yet: what one is, and two first steps (002-A9). */
export const NoInstances = (): ReactNode => {
  const { t } = useTranslation();
  const run = useRunCommand();
  const sandbox = useSandboxFleet();
  return (
    <EmptyPage icon={IconLayoutGridAdd} title={t('instances.empty.title')} means={t('instances.empty.means')}>
      <Group gap="xs" justify="center" mt="sm">
        <Button
          leftSection={<IconFolderSearch size={frame.icon} aria-hidden />}
          renderRoot={(props) => <Link to="/welcome" {...props} />}
        >
          {t('migration.title')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconPlus size={frame.icon} aria-hidden />}
          onClick={() => run('instance.create')}
        >
          {t('instances.empty.create')}
        </Button>
        <Button variant="default" loading={sandbox.busy} onClick={() => void sandbox.create()}>
          {t('instances.empty.sandbox')}
        </Button>
      </Group>
      <Text size="xs" c="dimmed">
        {t('instances.empty.sandboxMeans')}
      </Text>
    </EmptyPage>
  );
};

/** Instances exist, but none fits the filters. */
export const FilteredOut = ({ onFilter }: { onFilter: (filter: InstanceFilter) => void }): ReactNode => {
  const { t } = useTranslation();
  return (
    <EmptyPage icon={IconFilterOff} title={t('instances.filteredOut.title')} means={t('instances.filteredOut.means')}>
      <Button variant="default" onClick={() => onFilter(noFilter)}>
        {t('instances.filters.clear')}
      </Button>
    </EmptyPage>
  );
};
