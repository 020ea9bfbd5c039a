import { Affix, Button, CloseButton, Menu } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useViewState } from '../../state/app-context.tsx';
import { formatCount } from '../../text/format.ts';
import { ExactPriority } from './exact-priority.tsx';
import { InstanceChoices } from './instance-choices.tsx';
import { PriorityChoices } from './priority-choices.tsx';
import classes from './queue.module.css';
import type { QueueSection } from './queue-search.ts';
import { RemoveFilesDialog } from './remove-files-dialog.tsx';
import { useJobActions } from './use-job-actions.ts';

interface SelectionBarProps {
  readonly section: QueueSection;
  readonly list: string;
  readonly total: number;
  readonly onSelectAll?: () => void;
}

interface ActionsProps {
  readonly jobIds: readonly string[];
  /** Forgets the marks once something was done. */
  readonly after: (done: Promise<boolean>) => void;
}

const small = { size: 'xs', variant: 'default' } as const;

const ChangeActions = ({ jobIds, after }: ActionsProps): ReactNode => {
  const { t } = useTranslation();
  const actions = useJobActions();
  const [choosing, setChoosing] = useState(false);
  const choose = (priority: number): void => after(actions.change(jobIds, { priority }));
  return (
    <>
      <ExactPriority opened={choosing} value={0} onClose={() => setChoosing(false)} onChoose={choose} />
      <Menu position="top">
        <Menu.Target>
          <Button {...small}>{t('queue.actions.priority')}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <PriorityChoices value={null} onChoose={choose} onExact={() => setChoosing(true)} />
        </Menu.Dropdown>
      </Menu>
      <Menu position="top">
        <Menu.Target>
          <Button {...small}>{t('queue.actions.runOn')}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <InstanceChoices value={undefined} onChoose={(instanceId) => after(actions.change(jobIds, { instanceId }))} />
        </Menu.Dropdown>
      </Menu>
    </>
  );
};

const WaitingActions = ({ jobIds, after }: ActionsProps): ReactNode => {
  const { t } = useTranslation();
  const actions = useJobActions();
  return (
    <>
      <Button {...small} onClick={() => after(actions.move(jobIds, 'front'))}>
        {t('queue.front')}
      </Button>
      <Button {...small} onClick={() => after(actions.move(jobIds, 'end'))}>
        {t('queue.end')}
      </Button>
      <ChangeActions jobIds={jobIds} after={after} />
    </>
  );
};

const EndedActions = ({ jobIds, after }: ActionsProps): ReactNode => {
  const { t } = useTranslation();
  const actions = useJobActions();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button {...small} onClick={() => after(actions.remove(jobIds, false))}>
        {t('queue.remove')}
      </Button>
      <Button {...small} onClick={() => setAsking(true)}>
        {t('queue.actions.removeFiles')}
      </Button>
      <RemoveFilesDialog
        jobIds={asking ? jobIds : []}
        onClose={() => setAsking(false)}
        onDone={() => after(Promise.resolve(true))}
      />
    </>
  );
};

const SectionActions = ({ section, ...rest }: ActionsProps & { section: QueueSection }): ReactNode => {
  const { t } = useTranslation();
  const actions = useJobActions();
  const { jobIds, after } = rest;
  const retry = (
    <Button {...small} onClick={() => after(actions.retry(jobIds))}>
      {t('queue.actions.retry')}
    </Button>
  );
  const cancel = (
    <Button {...small} onClick={() => after(actions.cancel(jobIds))}>
      {t('queue.actions.cancel')}
    </Button>
  );
  switch (section) {
    case 'running':
      return cancel;
    case 'waiting':
      return (
        <>
          <WaitingActions {...rest} />
          {cancel}
        </>
      );
    case 'done':
      return (
        <>
          {retry}
          <EndedActions {...rest} />
        </>
      );
    case 'parked':
      return (
        <>
          {retry}
          <ChangeActions {...rest} />
          <EndedActions {...rest} />
        </>
      );
  }
};

/** What can be done with the marked jobs; at the foot of the window while there are any. */
export const SelectionBar = ({ section, list, total, onSelectAll }: SelectionBarProps): ReactNode => {
  const { t } = useTranslation();
  const selection = useViewState((state) => state.selection);
  const clear = useViewState(({ clearSelection }) => clearSelection);
  const count = selection.list === list ? selection.jobIds.size : 0;
  if (count === 0) return null;
  const after = (done: Promise<boolean>): void =>
    void done.then((ok) => {
      if (ok) clear();
    });
  return (
    <Affix className={classes.selectionPlace ?? ''}>
      <div className={classes.selection} role="toolbar" aria-label={t('queue.selectedLabel')}>
        <CloseButton size="sm" aria-label={t('queue.deselect')} onClick={clear} />
        <span className={classes.selectionCount} aria-live="polite">
          {t('queue.selected', { count })}
        </span>
        {onSelectAll === undefined || count >= total ? null : (
          <Button size="xs" variant="subtle" color="gray" onClick={onSelectAll}>
            {t('queue.selectAll', { total: formatCount(total) })}
          </Button>
        )}
        <span className={classes.selectionActions}>
          <SectionActions section={section} jobIds={[...selection.jobIds]} after={after} />
        </span>
      </div>
    </Affix>
  );
};
