import { ActionIcon, Button, Group, Skeleton, Stack, Text, Tooltip } from '@mantine/core';
import { IconFolderOpen, IconFolders, IconReload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import type { InstanceFile } from '#contract/models/instance-files.ts';
import { Copyable } from '../components/copyable.tsx';
import { EmptyPage } from '../components/empty-page.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import { useSend } from '../instances/use-instance-actions.tsx';
import { useCapability } from '../studio-client/host.ts';
import { useInstances } from '../studio-client/queries.ts';
import { useAnswer } from '../studio-client/use-call.ts';
import { formatBytes, formatCount, formatList, formatTimeOfDay } from '../text/format.ts';
import { frame } from '../theme/tokens.ts';
import classes from './files.module.css';

const Badges = ({ file }: { file: InstanceFile }): ReactNode => {
  const { t } = useTranslation();
  if (file.kind === 'missing') {
    return (
      <Tooltip label={t('instancePage.files.missingMeans')}>
        <StateBadge colour="stopped">{t('instancePage.files.missing')}</StateBadge>
      </Tooltip>
    );
  }
  if (file.kind === 'unreadable') {
    return (
      <Tooltip label={t('instancePage.files.unreadableMeans')}>
        <StateBadge colour="error">{t('instancePage.files.unreadable')}</StateBadge>
      </Tooltip>
    );
  }
  return file.writable === false ? (
    <Tooltip label={t('instancePage.files.readOnlyMeans')}>
      <StateBadge colour="paused">{t('instancePage.files.readOnly')}</StateBadge>
    </Tooltip>
  ) : null;
};

const useSizeText = (): ((file: InstanceFile) => string) => {
  const { t } = useTranslation();
  return ({ kind, sizeBytes, fileCount }) => {
    if (kind !== 'file' && kind !== 'folder') return '';
    if (sizeBytes === null) return t('instancePage.files.large');
    const size = formatBytes(sizeBytes);
    if (fileCount === null) return size;
    return `${size} · ${t('instancePage.files.files', { count: fileCount, formatted: formatCount(fileCount) })}`;
  };
};

/** Where files grow; the room on its disk says little of a database. */
const roomMatters: readonly InstanceFile['place'][] = ['base', 'models', 'extra-models', 'output'];

const Place = ({ file, nameOf }: { file: InstanceFile; nameOf: (instanceId: string) => string }): ReactNode => {
  const { t } = useTranslation();
  const sizeText = useSizeText();
  const send = useSend();
  const canOpen = useCapability('open-path') && (file.kind === 'folder' || file.kind === 'file');
  const name = t(`instancePage.files.place.${file.place}`);
  const facts = [
    file.kinds.length === 0 ? '' : t('instancePage.files.kinds', { kinds: formatList(file.kinds) }),
    file.chosen ? t('instancePage.files.byUser') : t('instancePage.files.byAtelier'),
    file.sharedWith.length === 0
      ? ''
      : t('instancePage.files.shared', { names: formatList(file.sharedWith.map(nameOf)) }),
    file.freeBytes === null || !roomMatters.includes(file.place)
      ? ''
      : t('instancePage.files.free', { size: formatBytes(file.freeBytes) }),
  ];
  return (
    <li className={classes.place}>
      <div className={classes.name}>
        <Text fw={600}>{name}</Text>
        <Text size="xs" c="dimmed">
          {t(`instancePage.files.means.${file.place}`)}
        </Text>
      </div>
      <div className={classes.where}>
        <Copyable value={file.path} label={t('instancePage.files.copy', { path: file.path })} mono>
          <bdi>{file.path}</bdi>
        </Copyable>
        <Text size="xs" c="dimmed">
          {facts.filter((fact) => fact !== '').join(' · ')}
        </Text>
      </div>
      <div className={classes.state}>
        <Badges file={file} />
        <Text size="xs" className={classes.size ?? ''}>
          {sizeText(file)}
        </Text>
      </div>
      {canOpen ? (
        <div className={classes.open}>
          <Tooltip label={t('instancePage.files.open', { name })}>
            <ActionIcon
              aria-label={t('instancePage.files.open', { name })}
              onClick={() => void send('host.openPath', { path: file.path })}
            >
              <IconFolderOpen size={frame.icon} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </div>
      ) : null}
    </li>
  );
};

const LocalFiles = ({ instanceId }: { instanceId: string }): ReactNode => {
  const { t } = useTranslation();
  const answer = useAnswer('instances.files', { instanceId });
  const instances = useInstances().data?.instances ?? [];
  const nameOf = (id: string): string =>
    instances.find(({ configuration }) => configuration.id === id)?.configuration.name ?? id;
  if (answer.data === undefined && answer.error !== null) {
    return (
      <ErrorPanel error={answer.error} title={t('instancePage.files.failed')}>
        <Button onClick={() => void answer.refetch()}>{t('frame.actions.retry')}</Button>
      </ErrorPanel>
    );
  }
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="xs" c="dimmed" role="status">
          {answer.isFetching
            ? t('instancePage.files.looking')
            : t('instancePage.files.looked', {
                time: formatTimeOfDay(answer.dataUpdatedAt, answer.dataUpdatedAt),
              })}
        </Text>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconReload size={frame.iconSmall} aria-hidden />}
          loading={answer.isFetching}
          onClick={() => void answer.refetch()}
        >
          {t('instancePage.files.refresh')}
        </Button>
      </Group>
      {answer.data === undefined ? (
        <Skeleton className={classes.skeleton ?? ''} />
      ) : (
        <ul className={classes.list} aria-label={t('instancePage.tabs.files')}>
          {answer.data.files.map((file) => (
            <Place key={`${file.place} ${file.path}`} file={file} nameOf={nameOf} />
          ))}
        </ul>
      )}
    </Stack>
  );
};

/** Where everything of the instance is, as it is on the disk. */
export const FilesTab = ({ view }: { view: InstanceView }): ReactNode => {
  const { t } = useTranslation();
  const { kind, id } = view.configuration;
  if (kind === 'local') return <LocalFiles instanceId={id} />;
  return (
    <EmptyPage
      icon={IconFolders}
      title={t('instancePage.remote.files')}
      means={t('instancePage.remote.filesMeans', { endpoint: view.endpoint })}
    />
  );
};
