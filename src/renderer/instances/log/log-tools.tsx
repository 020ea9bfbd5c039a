import { ActionIcon, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCopy, IconDownload, IconFolderOpen } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type LogInfo, logLinesMax } from '#contract/models/instance-log.ts';
import { useNotifyError } from '../../shell/notify-error.tsx';
import { useServices } from '../../state/app-context.tsx';
import { logUrl } from '../../studio-client/content.ts';
import { useCapability } from '../../studio-client/host.ts';
import { formatCount } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import { useSend } from '../use-instance-actions.tsx';
import { stripAnsi } from './ansi-line.ts';

/** A clipboard is no place for a million lines; the download is. */
const copiedLinesMax = 5000;

interface LogToolsProps {
  readonly instanceId: string;
  readonly info: LogInfo | undefined;
  /** Numbers of the lines that are shown; null for all. */
  readonly shown: readonly number[] | null;
}

const chunks = (numbers: readonly number[]): readonly (readonly number[])[] =>
  Array.from({ length: Math.ceil(numbers.length / logLinesMax) }, (_, index) =>
    numbers.slice(index * logLinesMax, (index + 1) * logLinesMax),
  );

const useCopyLines = ({ instanceId, info, shown }: LogToolsProps): (() => Promise<void>) => {
  const { t } = useTranslation();
  const { client } = useServices();
  return async () => {
    const count = info?.lineCount ?? 0;
    const all =
      shown ?? Array.from({ length: Math.min(count, copiedLinesMax) }, (_, index) => count - 1 - index).reverse();
    const numbers = all.slice(-copiedLinesMax);
    const texts: string[] = [];
    for (const piece of chunks(numbers)) {
      const { lines } = await client.call('instances.readLogLines', { instanceId, numbers: [...piece] });
      texts.push(...lines.map(({ text }) => stripAnsi(text)));
    }
    await navigator.clipboard.writeText(texts.join('\n'));
    notifications.show({
      message: t('instancePage.log.copied', { count: texts.length, lines: formatCount(texts.length) }),
    });
  };
};

/** Copies what is shown, downloads the whole log, opens its file. */
export const LogTools = (props: LogToolsProps): ReactNode => {
  const { t } = useTranslation();
  const { instanceId, info } = props;
  const copyLines = useCopyLines(props);
  const notifyError = useNotifyError();
  const send = useSend();
  const canOpen = useCapability('open-path');
  const [busy, setBusy] = useState(false);
  const path = info?.files.at(-1)?.path;
  const isEmpty = (info?.lineCount ?? 0) === 0;
  const copy = async (): Promise<void> => {
    setBusy(true);
    try {
      await copyLines();
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Tooltip label={t('instancePage.log.copyHint', { lines: formatCount(copiedLinesMax) })}>
        <ActionIcon aria-label={t('instances.log.copy')} disabled={isEmpty} loading={busy} onClick={() => void copy()}>
          <IconCopy size={frame.icon} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('instancePage.log.download')}>
        <ActionIcon component="a" href={logUrl(instanceId)} download aria-label={t('instancePage.log.download')}>
          <IconDownload size={frame.icon} aria-hidden />
        </ActionIcon>
      </Tooltip>
      {canOpen && path !== undefined ? (
        <Tooltip label={t('instancePage.log.openFile')}>
          <ActionIcon aria-label={t('instancePage.log.openFile')} onClick={() => void send('host.openPath', { path })}>
            <IconFolderOpen size={frame.icon} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ) : null}
    </>
  );
};
