import { Button, FileButton, Group, Skeleton, Text, TextInput, Title } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconBooks, IconFileImport, IconSearch, IconTrash } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyPage } from '../components/empty-page.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { useTopic } from '../studio-client/use-topic.ts';
import { frame } from '../theme/tokens.ts';
import { DeletedWorkflows } from './deleted-list.tsx';
import classes from './library.module.css';
import { countTags, filterWorkflows } from './library-filter.ts';
import { LibraryGrid } from './library-grid.tsx';
import { TagFilter } from './tag-filter.tsx';
import { type LibraryActions, useLibraryActions } from './use-library-actions.tsx';

const route = getRouteApi('/library');

const ImportButton = ({ actions }: { actions: LibraryActions }): ReactNode => {
  const { t } = useTranslation();
  const [isBusy, setIsBusy] = useState(false);
  const take = async (files: File[]): Promise<void> => {
    setIsBusy(true);
    await actions.importFiles(files);
    setIsBusy(false);
  };
  return (
    <FileButton multiple onChange={(files) => void take(files)}>
      {(props) => (
        <Button
          {...props}
          variant="default"
          loading={isBusy}
          title={t('library.importMeans')}
          leftSection={<IconFileImport size={frame.icon} aria-hidden />}
        >
          {t('library.import')}
        </Button>
      )}
    </FileButton>
  );
};

const Loading = (): ReactNode => {
  const { t } = useTranslation();
  return (
    <div className={classes.grid} role="status" aria-busy aria-label={t('library.loading')}>
      {Array.from({ length: 8 }, (_, index) => (
        <Skeleton key={index} className={classes.skeletonCard ?? ''} />
      ))}
    </div>
  );
};

/** The saved workflows as cards, found by words and tags. */
export const LibraryPage = (): ReactNode => {
  const { t } = useTranslation();
  const { search = '', tag = null, deleted = false } = route.useSearch();
  const navigate = route.useNavigate();
  const actions = useLibraryActions();
  const topic = useTopic('workflows', { select: ({ workflows }) => workflows });
  const workflows = topic.data ?? [];
  const shown = filterWorkflows(workflows, { search, tag });
  const change = (next: { search?: string; tag?: string | null; deleted?: boolean }): void => {
    const merged = { search, tag, deleted, ...next };
    void navigate({
      replace: true,
      search: {
        ...(merged.search === '' ? {} : { search: merged.search }),
        ...(merged.tag === null ? {} : { tag: merged.tag }),
        ...(merged.deleted ? { deleted: true } : {}),
      },
    });
  };
  const isFiltered = search !== '' || tag !== null;
  return (
    <>
      <Group justify="space-between" gap="sm">
        <Group gap="sm" align="baseline">
          <Title order={1}>{t('library.title')}</Title>
          <Text c="dimmed" aria-live="polite">
            {topic.data === undefined || workflows.length === 0
              ? ''
              : isFiltered
                ? t('library.shown', { shown: shown.length, total: workflows.length })
                : t('library.count', { count: workflows.length })}
          </Text>
        </Group>
        <Group gap="xs">
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconTrash size={frame.icon} aria-hidden />}
            onClick={() => change({ deleted: true })}
          >
            {t('library.bin.show')}
          </Button>
          <ImportButton actions={actions} />
          <Button renderRoot={(props) => <Link {...props} to="/run" search={{}} />}>{t('library.new')}</Button>
        </Group>
      </Group>
      {workflows.length === 0 ? null : (
        <Group gap="sm" mt="md" wrap="nowrap" align="flex-start">
          <TextInput
            className={classes.search ?? ''}
            leftSection={<IconSearch size={frame.iconSmall} aria-hidden />}
            placeholder={t('library.search')}
            aria-label={t('library.search')}
            value={search}
            onChange={({ currentTarget }) => change({ search: currentTarget.value })}
          />
          <TagFilter tags={countTags(workflows)} value={tag} onChange={(next) => change({ tag: next })} />
        </Group>
      )}
      <div className={classes.content}>
        {topic.error !== null ? (
          <ErrorPanel error={topic.error} title={t('library.failed')}>
            <Button variant="default" onClick={() => void topic.refetch()}>
              {t('frame.actions.retry')}
            </Button>
          </ErrorPanel>
        ) : topic.data === undefined ? (
          <Loading />
        ) : workflows.length === 0 ? (
          <Dropzone
            activateOnClick={false}
            className={classes.emptyDrop ?? ''}
            aria-label={t('library.import')}
            onDrop={(files) => void actions.importFiles(files)}
            onReject={(files) => void actions.importFiles(files.map(({ file }) => file))}
          >
            <EmptyPage icon={IconBooks} title={t('library.empty.title')} means={t('library.empty.means')}>
              <Button renderRoot={(props) => <Link {...props} to="/run" search={{}} />}>
                {t('library.empty.action')}
              </Button>
            </EmptyPage>
          </Dropzone>
        ) : shown.length === 0 ? (
          <EmptyPage icon={IconSearch} title={t('library.filtered.title')} means={t('library.filtered.means')}>
            <Button variant="default" onClick={() => change({ search: '', tag: null })}>
              {t('library.filtered.action')}
            </Button>
          </EmptyPage>
        ) : (
          <LibraryGrid key={`${search} ${tag ?? ''}`} workflows={shown} all={workflows} actions={actions} />
        )}
      </div>
      {deleted ? <DeletedWorkflows actions={actions} onClose={() => change({ deleted: false })} /> : null}
    </>
  );
};
