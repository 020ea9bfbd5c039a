import { Button, Group, Text } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SavedWorkflow } from '#contract/models/library.ts';
import classes from './library.module.css';
import { countTags } from './library-filter.ts';
import { RenameDialog } from './rename-dialog.tsx';
import { ShareDialog } from './share-dialog.tsx';
import type { LibraryActions } from './use-library-actions.tsx';
import { type CardDialog, WorkflowCard } from './workflow-card.tsx';

interface GridProps {
  readonly workflows: readonly SavedWorkflow[];
  /** Also those that the filter leaves out. */
  readonly all: readonly SavedWorkflow[];
  readonly actions: LibraryActions;
}

/** Cards that come into the page at once, and again whenever the last of them comes into view. */
const pageSize = 60;

const useShownCount = (total: number) => {
  const [count, setCount] = useState(pageSize);
  const { ref, entry } = useIntersection({ rootMargin: '100%' });
  const isNear = entry?.isIntersecting === true;
  useEffect(() => {
    if (isNear && count < total) setCount(count + pageSize);
  }, [isNear, count, total]);
  return { count, ref };
};

interface SelectionProps {
  readonly selected: readonly string[];
  readonly actions: LibraryActions;
  readonly onClear: () => void;
}

const SelectionBar = ({ selected, actions, onClear }: SelectionProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <Group gap="sm" className={classes.selection ?? ''} role="toolbar">
      <Text fw={600} aria-live="polite">
        {t('library.selected', { count: selected.length })}
      </Text>
      <Button size="xs" variant="default" onClick={() => void actions.exportFile(selected, 'atelier')}>
        {t('library.export')}
      </Button>
      <Button
        size="xs"
        variant="default"
        color="red"
        onClick={() => {
          void actions.remove(selected);
          onClear();
        }}
      >
        {t('library.delete')}
      </Button>
      <Button size="xs" variant="subtle" color="gray" onClick={onClear}>
        {t('library.clearSelection')}
      </Button>
    </Group>
  );
};

/** The cards, what is selected of them, and the dialog about one. */
export const LibraryGrid = ({ workflows, all, actions }: GridProps): ReactNode => {
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const [dialog, setDialog] = useState<{ kind: CardDialog; workflowId: string } | null>(null);
  const { count, ref } = useShownCount(workflows.length);
  const select = useCallback(
    (workflowId: string) =>
      setSelection((old) => {
        const next = new Set(old);
        if (!next.delete(workflowId)) next.add(workflowId);
        return next;
      }),
    [],
  );
  const openDialog = useCallback((kind: CardDialog, workflowId: string) => setDialog({ kind, workflowId }), []);
  const selected = workflows.filter(({ id }) => selection.has(id)).map(({ id }) => id);
  const about = all.find(({ id }) => id === dialog?.workflowId);
  return (
    <>
      {selected.length === 0 ? null : (
        <SelectionBar selected={selected} actions={actions} onClear={() => setSelection(new Set())} />
      )}
      <div className={classes.grid}>
        {workflows.slice(0, count).map((workflow) => (
          <WorkflowCard
            key={workflow.id}
            workflow={workflow}
            isSelected={selection.has(workflow.id)}
            actions={actions}
            onSelect={select}
            onDialog={openDialog}
          />
        ))}
      </div>
      <div ref={ref} />
      {dialog?.kind === 'rename' && about !== undefined ? (
        <RenameDialog workflow={about} knownTags={countTags(all).map(([tag]) => tag)} onClose={() => setDialog(null)} />
      ) : null}
      {dialog?.kind === 'share' && about !== undefined ? (
        <ShareDialog workflow={about} onClose={() => setDialog(null)} />
      ) : null}
    </>
  );
};
