import { UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { frame } from '../../../theme/tokens.ts';
import type { InputUploads } from '../use-input-uploads.ts';
import { FieldRow } from './field-row.tsx';
import classes from './form.module.css';
import type { FormGroup } from './form-fields.ts';
import type { RunForm } from './use-run-form.ts';

interface GroupListProps {
  readonly form: RunForm;
  readonly uploads: InputUploads;
  readonly groups: readonly FormGroup[];
  /** Shows what was found at once. */
  readonly isSearch: boolean;
}

interface GroupProps {
  readonly form: RunForm;
  readonly uploads: InputUploads;
  readonly group: FormGroup;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** One node: its title, and unfolded its fields. */
const Group = ({ form, uploads, group, isOpen, onToggle }: GroupProps): ReactNode => {
  const { t } = useTranslation();
  const pinned = new Set(form.pinned.map(({ key }) => key));
  return (
    <div className={classes.group}>
      <UnstyledButton className={classes.groupHead ?? ''} onClick={onToggle} aria-expanded={isOpen}>
        <IconChevronRight size={frame.iconSmall} className={classes.chevron} data-open={isOpen} aria-hidden />
        <span className={classes.groupTitle} title={group.title}>
          <bdi>{group.title}</bdi>
        </span>
        <span className={classes.context}>
          {`${group.classTitle === group.title ? '' : `${group.classTitle} · `}${t('runForm.nodeId', { id: group.nodeId })}`}
        </span>
        <span className={classes.quiet}>{t('runForm.fields', { count: group.fields.length })}</span>
      </UnstyledButton>
      {isOpen ? (
        <div className={classes.grid}>
          {group.fields.map((field) => (
            <FieldRow
              key={field.key}
              formKey={form.key}
              field={field}
              actions={form.actions}
              uploads={uploads}
              seedMode={form.seeds[field.key] ?? 'random'}
              isPinned={pinned.has(field.key)}
              isAlone={false}
            />
          ))}
        </div>
      ) : null}
    </div>
  );
};

/** From so many nodes on only those in view are in the page. */
const virtualFrom = 60;

const useOpenGroups = (isSearch: boolean) => {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  return {
    // What a search found stands open until somebody folds it.
    isOpen: (nodeId: string): boolean => open.has(nodeId) !== isSearch,
    toggle: (nodeId: string): void =>
      setOpen((old) => {
        const next = new Set(old);
        if (!next.delete(nodeId)) next.add(nodeId);
        return next;
      }),
  };
};

const VirtualGroups = ({ form, uploads, groups, isSearch }: GroupListProps): ReactNode => {
  const scroller = useRef<HTMLDivElement>(null);
  const { isOpen, toggle } = useOpenGroups(isSearch);
  const virtual = useVirtualizer({
    count: groups.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => frame.queueRow,
    getItemKey: (index) => groups[index]?.nodeId ?? index,
    overscan: 8,
  });
  return (
    <div ref={scroller} className={classes.scroller}>
      <div className={classes.virtual} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const group = groups[index];
          return group === undefined ? null : (
            <div
              key={key}
              data-index={index}
              ref={virtual.measureElement}
              className={classes.virtualRow}
              style={{ transform: `translateY(${start}px)` }}
            >
              <Group
                form={form}
                uploads={uploads}
                group={group}
                isOpen={isOpen(group.nodeId)}
                onToggle={() => toggle(group.nodeId)}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
};

const PlainGroups = ({ form, uploads, groups, isSearch }: GroupListProps): ReactNode => {
  const { isOpen, toggle } = useOpenGroups(isSearch);
  return groups.map((group) => (
    <Group
      key={group.nodeId}
      form={form}
      uploads={uploads}
      group={group}
      isOpen={isOpen(group.nodeId)}
      onToggle={() => toggle(group.nodeId)}
    />
  ));
};

/** The nodes of a workflow, folded. */
export const GroupList = (props: GroupListProps): ReactNode =>
  props.groups.length >= virtualFrom ? <VirtualGroups {...props} /> : <PlainGroups {...props} />;
