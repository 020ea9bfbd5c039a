import { Button, MultiSelect, Radio, Group as Row, Stack, Switch } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '#contract/calls/index.ts';
import { type ExportFormat, exportFormats } from '#contract/models/configuration.ts';
import { useSend } from '../../instances/use-instance-actions.tsx';
import { useInstances } from '../../studio-client/queries.ts';
import { frame } from '../../theme/tokens.ts';
import { Place } from '../place.tsx';
import { saveText } from '../save-file.ts';
import { Group } from '../setting-fields.tsx';
import settings from '../settings.module.css';
import classes from './exchange.module.css';
import { RemarkList } from './remark-list.tsx';

type Written = CallOutput<'configuration.export'>;

/** The instances as a file, in the format of whoever is to read it. */
export const ExportCard = (): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const clipboard = useClipboard({ timeout: 1500 });
  const instances = useInstances().data?.instances ?? [];
  const [format, setFormat] = useState<ExportFormat>('atelier');
  const [chosen, choose] = useState<string[]>([]);
  const [asTemplate, setTemplate] = useState(false);
  const [written, setWritten] = useState<Written | null>(null);
  // One that was deleted meanwhile is no choice any more.
  const instanceIds = chosen.filter((id) => instances.some(({ configuration }) => configuration.id === id));

  const write = async (): Promise<Written | undefined> => {
    const answer = await send('configuration.export', {
      format,
      asTemplate: asTemplate && format === 'atelier',
      ...(instanceIds.length === 0 ? {} : { instanceIds }),
    });
    if (answer !== undefined) setWritten(answer);
    return answer;
  };
  const save = async (): Promise<void> => {
    const file = await write();
    if (file === undefined) return;
    saveText(file.fileName, file.text);
    notifications.show({ id: 'exported', message: t('exchange.export.saved', { file: file.fileName }) });
  };
  const copy = async (): Promise<void> => {
    const file = await write();
    if (file !== undefined) clipboard.copy(file.text);
  };

  return (
    <Group title={t('exchange.export.title')}>
      <Place id="export">
        <Radio.Group
          label={t('exchange.export.format')}
          value={format}
          onChange={(value) => {
            const wanted = exportFormats.find((one) => one === value);
            if (wanted === undefined) return;
            setFormat(wanted);
            setWritten(null);
          }}
        >
          <Stack gap="xs" mt="xs">
            {exportFormats.map((one) => (
              <Radio.Card key={one} value={one} className={settings.choice ?? ''}>
                <Radio.Indicator />
                <span className={settings.choiceText}>
                  <span className={settings.choiceLabel}>{t(`exchange.export.formats.${one}.label`)}</span>
                  <span className={settings.choiceMeans}>{t(`exchange.export.formats.${one}.means`)}</span>
                </span>
              </Radio.Card>
            ))}
          </Stack>
        </Radio.Group>
      </Place>
      <MultiSelect
        label={t('exchange.export.instances')}
        placeholder={instanceIds.length === 0 ? t('exchange.export.all') : ''}
        data={instances.map(({ configuration: { id, name } }) => ({ value: id, label: name }))}
        value={instanceIds}
        searchable
        clearable
        onChange={(ids) => {
          choose(ids);
          setWritten(null);
        }}
      />
      {format === 'atelier' ? (
        <Switch
          label={t('exchange.export.template')}
          description={t('exchange.export.templateMeans')}
          checked={asTemplate}
          onChange={({ currentTarget }) => setTemplate(currentTarget.checked)}
        />
      ) : null}
      <p className={classes.quiet}>
        {instances.length === 0 ? t('exchange.export.none') : t('exchange.export.secrets')}
      </p>
      <Row gap="sm">
        <Button
          leftSection={<IconDownload size={frame.icon} aria-hidden />}
          disabled={instances.length === 0}
          onClick={() => void save()}
        >
          {t('exchange.export.save')}
        </Button>
        <Button
          variant="default"
          leftSection={
            clipboard.copied ? <IconCheck size={frame.icon} aria-hidden /> : <IconCopy size={frame.icon} aria-hidden />
          }
          disabled={instances.length === 0}
          onClick={() => void copy()}
        >
          {clipboard.copied ? t('frame.actions.copied') : t('exchange.export.copy')}
        </Button>
      </Row>
      {written === null ? null : <RemarkList remarks={written.remarks} />}
    </Group>
  );
};
