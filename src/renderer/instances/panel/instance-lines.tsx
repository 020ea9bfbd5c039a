import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type ReactNode, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { mainScroller, useScrollMargin } from '../../components/main-scroller.ts';
import { frame } from '../../theme/tokens.ts';
import type { InstanceGroup } from '../arrange-instances.ts';
import { InstanceCard } from '../card/instance-card.tsx';
import { InstanceRow } from '../list/instance-row.tsx';
import { GroupHeading } from './group-title.tsx';
import { MarkProvider } from './mark-box.tsx';
import classes from './panel.module.css';
import { columnsIn, type PanelRow, panelRows, rowOf } from './panel-rows.ts';
import type { PanelLayout } from './panel-state.ts';
import { type Marking, useIsMarking } from './use-marks.ts';
import { usePanelKeys } from './use-panel-keys.ts';

const overscan = 2;
/** Before the page has a size, and where it never gets one. */
const usualColumns = 3;

interface InstanceLinesProps {
  readonly groups: readonly InstanceGroup[];
  readonly layout: PanelLayout;
  readonly marking: Marking;
  readonly onDelete: () => void;
}

const heightOf = (row: PanelRow | undefined, layout: PanelLayout): number => {
  if (row?.kind === 'title') return frame.groupTitle;
  return layout === 'cards' ? frame.card + frame.cardGap : frame.instanceRow;
};

interface LineProps {
  readonly row: PanelRow;
  readonly layout: PanelLayout;
  readonly columns: number;
  readonly isGrouped: boolean;
}

const Line = ({ row, layout, columns, isGrouped }: LineProps): ReactNode => {
  if (row.kind === 'title') return <GroupHeading title={row.title} count={row.count} />;
  if (layout === 'list') return row.instanceIds.map((id) => <InstanceRow key={id} instanceId={id} />);
  const style: CSSProperties = { gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` };
  return (
    <div className={classes.cards} style={style}>
      {row.instanceIds.map((id) => (
        <InstanceCard key={id} instanceId={id} heading={isGrouped ? 'h3' : 'h2'} />
      ))}
    </div>
  );
};

/** The instances, as many as there are: only those on screen are drawn. */
export const InstanceLines = ({ groups, layout, marking, onDelete }: InstanceLinesProps): ReactNode => {
  const { t } = useTranslation();
  const isMarking = useIsMarking();
  const size = useElementSize();
  const list = useRef<HTMLDivElement>(null);
  const reference = useMergedRef(size.ref, list);
  const margin = useScrollMargin(list);
  const fitting = size.width === 0 ? usualColumns : columnsIn(size.width, frame.cardMinWidth, frame.cardGap);
  const columns = layout === 'list' ? 1 : fitting;
  const rows = useMemo(() => panelRows(groups, columns), [groups, columns]);
  const isGrouped = rows.some(({ kind }) => kind === 'title');
  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: mainScroller,
    estimateSize: (index) => heightOf(rows[index], layout),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan,
    scrollMargin: margin,
    scrollPaddingStart: frame.toolbarHeight,
    initialRect: { width: 1000, height: 900 },
  });
  const onKeyDown = usePanelKeys({
    list,
    rows,
    marking,
    onDelete,
    scrollTo: (instanceId) => lines.scrollToIndex(rowOf(rows, instanceId), { align: 'auto' }),
  });
  return (
    <MarkProvider value={marking}>
      <div
        ref={reference}
        className={classes.lines}
        style={{ height: lines.getTotalSize() }}
        data-marking={isMarking}
        data-layout={layout}
        role="group"
        aria-label={t('instances.title')}
        aria-description={t('instances.marks.help')}
        onKeyDown={onKeyDown}
      >
        {lines.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <div key={key} className={classes.line} style={{ transform: `translateY(${start - margin}px)` }}>
              <Line row={row} layout={layout} columns={columns} isGrouped={isGrouped} />
            </div>
          );
        })}
      </div>
    </MarkProvider>
  );
};
