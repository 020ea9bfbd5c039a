import { Affix, Button, CloseButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { frame } from '../../theme/tokens.ts';
import { actionIcons } from '../action-icons.ts';
import { ableTo, bulkActions } from './bulk-actions.ts';
import classes from './bulk-bar.module.css';
import { useBulk } from './use-bulk.ts';
import { type Marking, useMarked } from './use-marks.ts';

interface BulkBarProps {
  readonly instances: readonly InstanceView[];
  readonly shownCount: number;
  readonly marking: Marking;
  readonly onDelete: () => void;
}

/** What can be done with the marked instances; at the foot of the window while there are any. */
export const BulkBar = ({ instances, shownCount, marking, onDelete }: BulkBarProps): ReactNode => {
  const { t } = useTranslation();
  const ids = useMarked();
  const { perform } = useBulk();
  const marked = instances.filter(({ configuration }) => ids.has(configuration.id));
  if (marked.length === 0) return null;
  const Trash = actionIcons.delete;
  return (
    <Affix className={classes.place ?? ''}>
      <div className={classes.bar} role="toolbar" aria-label={t('instances.marks.bar')}>
        <CloseButton size="sm" aria-label={t('instances.marks.none')} onClick={marking.clear} />
        <span className={classes.count} aria-live="polite">
          {t('instances.marks.count', { count: marked.length })}
        </span>
        {marked.length >= shownCount ? null : (
          <Button size="xs" variant="subtle" color="gray" onClick={marking.markAll}>
            {t('instances.marks.all', { count: shownCount })}
          </Button>
        )}
        <span className={classes.actions}>
          {bulkActions.map((action) => {
            const able = ableTo(action, marked);
            const Icon = actionIcons[action];
            if (able.length === 0) return null;
            return (
              <Button
                key={action}
                size="xs"
                variant="default"
                leftSection={<Icon size={frame.iconSmall} aria-hidden />}
                onClick={() => void perform(action, able)}
              >
                {t('instances.marks.action', { action: t(`instances.actions.${action}`), count: able.length })}
              </Button>
            );
          })}
          <Button
            size="xs"
            variant="default"
            color="red"
            leftSection={<Trash size={frame.iconSmall} aria-hidden />}
            onClick={onDelete}
          >
            {t('instances.marks.action', { action: t('instances.actions.delete'), count: marked.length })}
          </Button>
        </span>
      </div>
    </Affix>
  );
};
