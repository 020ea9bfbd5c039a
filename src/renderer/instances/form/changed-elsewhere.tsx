import { Button, Group, Stack, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StateGlyph } from '../../components/state-glyph.tsx';
import { formatList } from '../../text/format.ts';
import { labelOf } from './field-labels.ts';
import type { Conflict } from './flat-values.ts';
import classes from './instance-form.module.css';
import type { StoredChanges } from './use-stored-changes.ts';

const useValueText = (): ((value: Conflict['mine']) => string) => {
  const { t } = useTranslation();
  return (value) => {
    if (value === undefined) return t('instanceForm.elsewhere.removed');
    if (value === '') return t('instanceForm.elsewhere.empty');
    if (typeof value === 'boolean') return t(value ? 'instanceForm.elsewhere.on' : 'instanceForm.elsewhere.off');
    return String(value);
  };
};

const ConflictRow = ({ conflict, changes }: { conflict: Conflict; changes: StoredChanges }): ReactNode => {
  const { t } = useTranslation();
  const valueText = useValueText();
  const { path } = conflict;
  const field = labelOf(path, t);
  const side = (kind: 'mine' | 'theirs', choose: (path: string) => void): ReactNode => (
    <Table.Td>
      <Group gap="xs" wrap="nowrap" justify="space-between">
        <Text size="sm" lineClamp={2} dir="auto" className={classes.conflictValue ?? ''}>
          {valueText(conflict[kind])}
        </Text>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={t(kind === 'mine' ? 'instanceForm.elsewhere.keepMineOf' : 'instanceForm.elsewhere.takeTheirsOf', {
            field,
          })}
          onClick={() => choose(path)}
        >
          {t(kind === 'mine' ? 'instanceForm.elsewhere.keepMine' : 'instanceForm.elsewhere.takeTheirs')}
        </Button>
      </Group>
    </Table.Td>
  );
  return (
    <Table.Tr>
      <Table.Th scope="row">{field}</Table.Th>
      {side('mine', changes.keepMine)}
      {side('theirs', changes.takeTheirs)}
    </Table.Tr>
  );
};

/** What another window did to this instance, and the choice where both changed the same. */
export const ChangedElsewhere = ({ changes }: { readonly changes: StoredChanges }): ReactNode => {
  const { t } = useTranslation();
  const { conflicts, takenOver, isDeleted, forgetTakenOver } = changes;
  if (!isDeleted && conflicts.length === 0 && takenOver.length === 0) return null;
  return (
    <div className={classes.elsewhere} role={conflicts.length > 0 || isDeleted ? 'alert' : 'status'}>
      <StateGlyph shape="triangle" colour="paused" />
      <Stack gap="xs" className={classes.elsewhereBody ?? ''}>
        <Text fw={600}>{t(isDeleted ? 'instanceForm.elsewhere.deleted' : 'instanceForm.elsewhere.title')}</Text>
        {isDeleted ? <Text size="sm">{t('instanceForm.elsewhere.deletedHelp')}</Text> : null}
        {takenOver.length === 0 ? null : (
          <Group gap="xs">
            <Text size="sm">
              {t('instanceForm.elsewhere.takenOver', { fields: formatList(takenOver.map((path) => labelOf(path, t))) })}
            </Text>
            {conflicts.length > 0 ? null : (
              <Button size="compact-xs" variant="default" onClick={forgetTakenOver}>
                {t('instanceForm.elsewhere.understood')}
              </Button>
            )}
          </Group>
        )}
        {conflicts.length === 0 ? null : (
          <>
            <Text size="sm">{t('instanceForm.elsewhere.choose')}</Text>
            <Table layout="fixed" className={classes.conflicts ?? ''}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('instanceForm.elsewhere.field')}</Table.Th>
                  <Table.Th>{t('instanceForm.elsewhere.mine')}</Table.Th>
                  <Table.Th>{t('instanceForm.elsewhere.theirs')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {conflicts.map((conflict) => (
                  <ConflictRow key={conflict.path} conflict={conflict} changes={changes} />
                ))}
              </Table.Tbody>
            </Table>
          </>
        )}
      </Stack>
    </div>
  );
};
