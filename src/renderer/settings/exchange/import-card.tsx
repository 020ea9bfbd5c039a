import { Badge, Button, Loader, Group as Row, Stack, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { notifications } from '@mantine/notifications';
import { IconFileImport } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '#contract/calls/index.ts';
import type { ImportPlan } from '#contract/models/configuration.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { useSend } from '../../instances/use-instance-actions.tsx';
import { describeCode } from '../../text/describe-error.ts';
import { frame } from '../../theme/tokens.ts';
import { Place } from '../place.tsx';
import { Group } from '../setting-fields.tsx';
import { ChangeList } from './change-list.tsx';
import classes from './exchange.module.css';
import { ImportEntryRow } from './import-entry.tsx';
import { RemarkList } from './remark-list.tsx';
import { type ImportState, useImport } from './use-import.ts';

const actions = ['create', 'update', 'unchanged', 'skip', 'invalid'] as const;

const Drop = ({
  reading,
  onFile,
}: {
  readonly reading: string | null;
  readonly onFile: (file: File) => void;
}): ReactNode => {
  const { t } = useTranslation();
  return (
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
      inputProps={{ 'aria-label': t('exchange.import.drop') }}
    >
      <Stack align="center" justify="center" gap="xs" className={classes.dropInner ?? ''}>
        {reading === null ? (
          <IconFileImport className={classes.dropIcon} size={frame.iconLarge} stroke={1.25} aria-hidden />
        ) : (
          <Loader size="md" />
        )}
        <Text fw={600}>
          {reading === null ? t('exchange.import.drop') : t('exchange.import.reading', { name: reading })}
        </Text>
        <Text c="dimmed" ta="center">
          {t('exchange.import.dropMeans')}
        </Text>
      </Stack>
    </Dropzone>
  );
};

const Counts = ({ plan }: { readonly plan: ImportPlan }): ReactNode => {
  const { t } = useTranslation();
  return (
    <div className={classes.counts} role="status">
      {actions.map((action) => {
        const count = plan.entries.filter((entry) => entry.action === action).length;
        return count === 0 ? null : (
          <Badge key={action} className={classes.action ?? ''} data-action={action}>
            {t(`exchange.import.counts.${action}`, { count })}
          </Badge>
        );
      })}
    </div>
  );
};

/** What would change, entry by entry, and the button that does it. */
const Plan = ({
  plan,
  work,
}: {
  readonly plan: ImportPlan;
  readonly work: ReturnType<typeof useImport>;
}): ReactNode => {
  const { t } = useTranslation();
  const count = plan.entries.filter(({ action }) => action === 'create' || action === 'update').length;
  const isAnything = count > 0 || plan.settings.length > 0 || plan.activeInstanceId !== null;
  return (
    <>
      <Text fw={600}>{t('exchange.import.plan')}</Text>
      <p className={classes.quiet}>
        {t(`exchange.import.formats.${plan.format}`)}
        {plan.isTemplate ? ` · ${t('exchange.import.template')}` : ''} · {work.fileName}
      </p>
      <Counts plan={plan} />
      {isAnything ? null : <p className={classes.quiet}>{t('exchange.import.nothing')}</p>}
      <RemarkList remarks={plan.remarks} />
      <ul className={classes.entries}>
        {plan.entries.map((entry) => (
          <ImportEntryRow
            key={entry.key}
            entry={entry}
            choice={work.choices[entry.key]}
            onChoose={(choice) => void work.choose(entry.key, choice)}
          />
        ))}
      </ul>
      {plan.settings.length === 0 ? null : (
        <div>
          <Text fw={500}>{t('exchange.import.settings')}</Text>
          <ChangeList changes={plan.settings} name={t('exchange.import.settings')} />
        </div>
      )}
      {plan.activeInstanceId === null ? null : <p className={classes.quiet}>{t('exchange.import.active')}</p>}
      <Row gap="sm">
        <Button disabled={!isAnything} loading={work.isBusy} onClick={() => void work.apply()}>
          {count === 0 && isAnything ? t('exchange.import.applySettings') : t('exchange.import.apply', { count })}
        </Button>
        <Button variant="default" onClick={work.reset}>
          {t('exchange.import.another')}
        </Button>
      </Row>
    </>
  );
};

/** What was done, and the way back. */
const Done = ({
  result,
  reset,
}: {
  readonly result: NonNullable<ImportState['result']>;
  readonly reset: () => void;
}): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const undo = async (): Promise<void> => {
    const plan = await send('configuration.previewRestore', { snapshotId: result.snapshotId });
    if (plan === undefined) return;
    const { snapshotId, basis } = plan;
    const answer: CallOutput<'configuration.restore'> | undefined = await send('configuration.restore', {
      snapshotId,
      basis,
      removeOthers: true,
    });
    if (answer === undefined) return;
    notifications.show({ id: 'import-undone', message: t('exchange.import.undone') });
    reset();
  };
  const { created, updated, failed, restartNeeded } = result;
  return (
    <>
      <div className={classes.done} role="status">
        <Text fw={600}>{t('exchange.import.done.title')}</Text>
        {created.length === 0 ? null : <p>{t('exchange.import.done.created', { count: created.length })}</p>}
        {updated.length === 0 ? null : <p>{t('exchange.import.done.updated', { count: updated.length })}</p>}
        {restartNeeded.length === 0 ? null : (
          <p>{t('exchange.import.done.restart', { count: restartNeeded.length })}</p>
        )}
        {failed.map(({ name, code, details, message }) => (
          <p key={name} className={classes.failed}>
            {t('exchange.import.done.failed', {
              name,
              happened: describeCode(code, details, message).happened,
            })}
          </p>
        ))}
      </div>
      <Row gap="sm">
        <Button component={Link} to="/instances">
          {t('exchange.import.done.open')}
        </Button>
        <Button variant="default" onClick={() => void undo()}>
          {t('exchange.import.undo')}
        </Button>
        <Button variant="default" onClick={reset}>
          {t('exchange.import.another')}
        </Button>
      </Row>
    </>
  );
};

/** Brings instances in: a file is looked at, its plan shown, and only then anything is changed. */
export const ImportCard = (): ReactNode => {
  const { t } = useTranslation();
  const work = useImport();
  const { fileName, plan, error, isBusy, result } = work;
  return (
    <Group title={t('exchange.import.title')}>
      {plan === null && result === null ? (
        <Place id="import">
          <Drop reading={isBusy ? fileName : null} onFile={(file) => void work.open(file)} />
        </Place>
      ) : null}
      {error === null ? null : <ErrorPanel error={error} />}
      {plan === null ? null : <Plan plan={plan} work={work} />}
      {result === null ? null : <Done result={result} reset={work.reset} />}
    </Group>
  );
};
