import { Button, Input } from '@mantine/core';
import { IconFolderOpen } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Copyable } from '../../components/copyable.tsx';
import { useSend } from '../../instances/use-instance-actions.tsx';
import { useCapability } from '../../studio-client/host.ts';
import { useStudio } from '../../studio-client/queries.ts';
import { frame } from '../../theme/tokens.ts';
import { Place } from '../place.tsx';
import { Group, NumberSetting, type SettingsPartProps } from '../setting-fields.tsx';
import classes from '../settings.module.css';

const megabyte = 1024 ** 2;

/** Where things stand, and how long they are kept. */
export const FolderSettings = ({ settings, change }: SettingsPartProps): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const canOpen = useCapability('open-path');
  const dataFolder = useStudio()?.dataFolder;
  return (
    <>
      <Group label={t('settings.sections.folders.title')}>
        <Place id="data-folder">
          <Input.Wrapper label={t('settings.folders.data')} description={t('settings.folders.dataMeans')}>
            <div className={classes.line}>
              {dataFolder === undefined ? null : (
                <Copyable value={dataFolder} label={t('frame.actions.copy')} mono>
                  {dataFolder}
                </Copyable>
              )}
              {canOpen && dataFolder !== undefined ? (
                <Button
                  variant="default"
                  size="xs"
                  leftSection={<IconFolderOpen size={frame.iconSmall} aria-hidden />}
                  onClick={() => void send('host.openPath', { path: dataFolder })}
                >
                  {t('settings.folders.show')}
                </Button>
              ) : null}
            </div>
          </Input.Wrapper>
        </Place>
        <p className={classes.note}>
          {t('settings.folders.jobs')}{' '}
          <Link to="/settings" search={{ section: 'queue', at: 'kept-days' }} className={classes.link}>
            {t('settings.folders.toQueue')}
          </Link>
        </p>
      </Group>
      <Group title={t('settings.folders.logs')}>
        <Place id="log-size">
          <NumberSetting
            label={t('settings.folders.logSize')}
            means={t('settings.folders.logSizeMeans')}
            value={Math.round(settings.logFileMaxBytes / megabyte)}
            min={1}
            max={1024}
            onChange={(size) => change({ logFileMaxBytes: Math.round(size * megabyte) })}
          />
        </Place>
        <Place id="log-count">
          <NumberSetting
            label={t('settings.folders.logCount')}
            means={t('settings.folders.logCountMeans')}
            value={settings.logFilesKept}
            min={1}
            max={20}
            onChange={(count) => change({ logFilesKept: Math.round(count) })}
          />
        </Place>
      </Group>
    </>
  );
};
