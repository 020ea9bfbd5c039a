import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconFileImport } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { frame } from '../../theme/tokens.ts';
import classes from './run.module.css';
import { type Starter, starters } from './starters.ts';

interface WorkflowDropProps {
  readonly reading: string | null;
  readonly onFile: (file: File) => void;
  readonly onStarter: (starter: Starter) => void;
}

/** Takes any file; what it is, and why it may not be run, is said afterwards in words. */
export const WorkflowDrop = ({ reading, onFile, onStarter }: WorkflowDropProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      <Dropzone
        className={classes.drop ?? ''}
        multiple={false}
        disabled={reading !== null}
        onDrop={([file]) => {
          if (file !== undefined) onFile(file);
        }}
        onReject={([rejected]) => {
          if (rejected !== undefined) onFile(rejected.file);
        }}
        inputProps={{ 'aria-label': t('jobs.run.drop') }}
      >
        <Stack align="center" justify="center" gap="xs" className={classes.dropInner ?? ''}>
          {reading === null ? (
            <IconFileImport className={classes.dropIcon} size={frame.iconLarge} stroke={1.25} aria-hidden />
          ) : (
            <Loader size="md" />
          )}
          <Text fw={600} size="lg">
            {reading === null ? t('jobs.run.drop') : t('jobs.run.reading', { name: reading })}
          </Text>
          <Text c="dimmed" ta="center">
            {t('jobs.run.dropMeans')}
          </Text>
        </Stack>
      </Dropzone>
      {starters.length === 0 ? null : (
        <div>
          <Text c="dimmed" mb="xs">
            {t('jobs.run.starters')}
          </Text>
          <Group gap="xs">
            {starters.map((starter) => (
              <Button
                key={starter.fileName}
                variant="default"
                disabled={reading !== null}
                onClick={() => onStarter(starter)}
              >
                {t(`runForm.starters.${starter.name}`)}
              </Button>
            ))}
          </Group>
        </div>
      )}
    </Stack>
  );
};
