import { Button, Group as Row, Skeleton, UnstyledButton } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DiagnosticsPreview } from '#contract/models/diagnostics.ts';
import { wireConstants } from '#contract/wire-constants.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { useAnswer } from '../../studio-client/use-call.ts';
import { formatBytes } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import { Place } from '../place.tsx';
import { saveAddress } from '../save-file.ts';
import { Group } from '../setting-fields.tsx';
import classes from './diagnostics.module.css';

const Files = ({ preview }: { readonly preview: DiagnosticsPreview }): ReactNode => {
  const { t } = useTranslation();
  const [chosen, choose] = useState(preview.files[0]?.name ?? '');
  const file = preview.files.find(({ name }) => name === chosen);
  return (
    <>
      <p className={classes.quiet} role="status">
        {t('exchange.diagnostics.summary', { size: formatBytes(preview.totalBytes) })} ·{' '}
        {t('exchange.diagnostics.redactions', { count: preview.redactions })}
      </p>
      <div className={classes.files}>
        <ul className={classes.list} aria-label={t('exchange.diagnostics.files')}>
          {preview.files.map(({ name, bytes, truncated }) => (
            <li key={name}>
              <UnstyledButton className={classes.file} aria-pressed={name === chosen} onClick={() => choose(name)}>
                <span className={classes.name} title={name}>
                  {name}
                </span>
                <span className={classes.quiet}>
                  {formatBytes(bytes)}
                  {truncated ? ` · ${t('exchange.diagnostics.truncated')}` : ''}
                </span>
              </UnstyledButton>
            </li>
          ))}
        </ul>
        {file === undefined ? null : (
          // A text that scrolls must be reachable by keyboard.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          <pre
            className={classes.preview}
            tabIndex={0}
            aria-label={t('exchange.diagnostics.preview', { name: file.name })}
          >
            {file.preview}
          </pre>
        )}
      </div>
    </>
  );
};

/** The bundle that goes along with a question: looked at first, then saved (002-H5). */
export const DiagnosticsSettings = (): ReactNode => {
  const { t } = useTranslation();
  const [isWanted, want] = useState(false);
  const preview = useAnswer('diagnostics.preview', {}, { enabled: isWanted });
  return (
    <Group label={t('settings.sections.diagnostics.title')}>
      <Place id="diagnostics">
        <p className={classes.means}>{t('exchange.diagnostics.means')}</p>
      </Place>
      <Row gap="sm">
        <Button
          leftSection={<IconDownload size={frame.icon} aria-hidden />}
          onClick={() => saveAddress(`${wireConstants.contentPathPrefix}diagnostics.zip`)}
        >
          {t('exchange.diagnostics.save')}
        </Button>
        <Button
          variant="default"
          loading={preview.isFetching}
          onClick={() => (isWanted ? void preview.refetch() : want(true))}
        >
          {isWanted ? t('exchange.diagnostics.refresh') : t('exchange.diagnostics.look')}
        </Button>
      </Row>
      {preview.data !== undefined ? <Files preview={preview.data} /> : null}
      {preview.error !== null ? <ErrorPanel error={preview.error} title={t('exchange.diagnostics.failed')} /> : null}
      {isWanted && preview.isPending ? (
        <Skeleton h="xl" role="status" aria-label={t('exchange.diagnostics.loading')} />
      ) : null}
    </Group>
  );
};
