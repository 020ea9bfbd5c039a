import { useElementSize } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { GalleryDay, GalleryFilter, GalleryItem } from '#contract/models/gallery.ts';
import { mainScroller, useScrollMargin } from '../components/main-scroller.ts';
import { formatCount } from '../text/format.ts';
import { frame } from '../theme/tokens.ts';
import classes from './gallery.module.css';
import { dayName } from './gallery-names.ts';
import { useGalleryItems } from './gallery-queries.ts';
import { type GridRow, type GridStep, gridRows, gridSize, rowOf, stepFrom } from './grid-layout.ts';
import { Tile } from './tile.tsx';
import type { Marks } from './use-marks.ts';
import { useToday } from './use-today.ts';

const overscan = 3;

const steps: Readonly<Record<string, GridStep>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'pageUp',
  PageDown: 'pageDown',
  Home: 'home',
  End: 'end',
};

interface GalleryGridProps {
  readonly filter: GalleryFilter;
  readonly days: readonly GalleryDay[];
  readonly total: number;
  readonly tileSize: number;
  readonly marks: Marks;
  readonly onOpen: (item: GalleryItem) => void;
  readonly onTrash: (itemIds: readonly number[]) => void;
}

/** The rows on screen and how they are scrolled to. */
const useGridRows = (days: readonly GalleryDay[], tileSize: number) => {
  const { ref: sizeRef, width } = useElementSize<HTMLDivElement>();
  const grid = useRef<HTMLDivElement>(null);
  const margin = useScrollMargin(grid);
  const { columns, edge } = gridSize(width, tileSize, frame.galleryGap);
  const rows = useMemo(() => gridRows(days, columns), [days, columns]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: mainScroller,
    estimateSize: (index) => (rows[index]?.kind === 'day' ? frame.galleryHeading : edge + frame.galleryGap),
    overscan,
    scrollMargin: margin,
    scrollPaddingStart: frame.galleryHeading,
    scrollPaddingEnd: frame.galleryHeading,
    initialRect: { width: 1000, height: 800 },
  });
  useLayoutEffect(() => virtual.measure(), [virtual, edge, rows]);
  return { grid, sizeRef, rows, virtual, columns, edge, margin };
};

interface RowProps {
  readonly row: GridRow;
  readonly position: number;
  readonly style: CSSProperties;
  readonly now: number;
  readonly children: ReactNode;
}

const Row = ({ row, position, style, now, children }: RowProps): ReactNode => {
  const { t } = useTranslation();
  if (row.kind === 'items') {
    return (
      <div role="row" aria-rowindex={position + 1} className={classes.row} style={style}>
        {children}
      </div>
    );
  }
  return (
    <div role="row" aria-rowindex={position + 1} className={classes.dayRow} style={style}>
      <div role="rowheader" className={classes.day}>
        <span>{dayName(t, row.day, now)}</span>
        <span className={classes.dayCount}>{formatCount(row.count)}</span>
      </div>
    </div>
  );
};

/** All results of a list, as many as there are: only what is on screen is drawn, asked for and kept up to date. */
export const GalleryGrid = (props: GalleryGridProps): ReactNode => {
  const { filter, days, total, tileSize, marks, onOpen, onTrash } = props;
  const { t } = useTranslation();
  const now = useToday();
  const { grid, sizeRef, rows, virtual, columns, edge, margin } = useGridRows(days, tileSize);
  const [current, setCurrent] = useState(0);
  const shown = virtual.getVirtualItems();
  const first = rows[shown[0]?.index ?? 0]?.first ?? 0;
  const lastRow = rows[shown.at(-1)?.index ?? 0];
  const last = Math.min(total - 1, (lastRow?.first ?? 0) + (lastRow?.kind === 'items' ? lastRow.count - 1 : columns));
  const itemAt = useGalleryItems(filter, first - columns * 2, Math.min(total - 1, last + columns * 4));
  const hasMarks = marks.ids.size > 0;

  const focusAt = (index: number): void => {
    setCurrent(index);
    virtual.scrollToIndex(rowOf(rows, index), { align: 'auto' });
    const focus = (): boolean => {
      const cell = grid.current?.querySelector<HTMLElement>(`[data-index="${index}"]`);
      cell?.focus({ preventScroll: true });
      return cell !== null && cell !== undefined;
    };
    // The row may be drawn only after it was scrolled to.
    if (!focus()) requestAnimationFrame(() => requestAnimationFrame(focus));
  };

  const { toggle, extendTo } = marks;
  const mark = useCallback(
    (item: GalleryItem, index: number, event: MouseEvent): void => {
      setCurrent(index);
      if (event.shiftKey) extendTo(index);
      else toggle(item, index);
    },
    [toggle, extendTo],
  );
  const press = useCallback(
    (item: GalleryItem, index: number, event: MouseEvent): void => {
      setCurrent(index);
      if (hasMarks || event.shiftKey || event.ctrlKey || event.metaKey) mark(item, index, event);
      else onOpen(item);
    },
    [hasMarks, mark, onOpen],
  );

  const handleItemKey = (item: GalleryItem, index: number, event: KeyboardEvent): boolean => {
    if (event.key === 'Enter') onOpen(item);
    else if (event.key === ' ') {
      if (event.shiftKey) extendTo(index);
      else toggle(item, index);
    } else if (event.key === 'Delete') onTrash(hasMarks ? [...marks.ids] : [item.id]);
    else return false;
    return true;
  };
  const handleKey = (event: KeyboardEvent<HTMLDivElement>): void => {
    const cell = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-index]') : null;
    if (cell === null) return;
    const index = Number(cell.dataset['index']);
    const step = steps[event.key];
    const item = itemAt(index);
    const isModified = event.ctrlKey || event.metaKey || event.altKey;
    if (event.key === 'a' && (event.ctrlKey || event.metaKey)) marks.markAll(total);
    else if (event.key === 'Escape' && hasMarks) marks.clear();
    else if (step !== undefined && !isModified) focusAt(stepFrom(rows, index, step, total));
    else if (item === undefined || isModified || !handleItemKey(item, index, event)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const reachable = current >= first && current <= last ? current : first;
  const height = { height: virtual.getTotalSize() } satisfies CSSProperties;
  return (
    <div ref={sizeRef}>
      {/* The cells have the focus; what they do with keys is the same for all of them. */}
      {/* oxlint-disable-next-line jsx-a11y/interactive-supports-focus */}
      <div
        ref={grid}
        role="grid"
        className={classes.grid}
        style={height}
        aria-label={t('gallery.grid')}
        aria-description={t('gallery.gridHelp')}
        aria-rowcount={rows.length}
        aria-colcount={columns}
        aria-multiselectable
        data-marking={hasMarks}
        onKeyDown={handleKey}
      >
        {shown.map(({ index: position, start }) => {
          const row = rows[position];
          if (row === undefined) return null;
          const style: CSSProperties = {
            transform: `translateY(${start - margin}px)`,
            height: row.kind === 'day' ? frame.galleryHeading : edge,
            gridTemplateColumns: `repeat(${columns}, ${edge}px)`,
          };
          return (
            <Row
              key={row.kind === 'day' ? `day ${row.day}` : `row ${row.first}`}
              row={row}
              position={position}
              style={style}
              now={now}
            >
              {Array.from({ length: row.kind === 'items' ? row.count : 0 }, (_, column) => {
                const index = row.first + column;
                const item = itemAt(index);
                return item === undefined ? (
                  <div
                    key={`place ${index}`}
                    role="gridcell"
                    className={classes.placeholder}
                    aria-busy
                    aria-label={t('gallery.loading')}
                    data-index={index}
                    tabIndex={index === reachable ? 0 : -1}
                  />
                ) : (
                  <Tile
                    // Places and results are numbered both; as keys they must not meet.
                    key={`item ${item.id}`}
                    item={item}
                    index={index}
                    column={column}
                    isMarked={marks.ids.has(item.id)}
                    isCurrent={index === reachable}
                    onPress={press}
                    onMark={mark}
                  />
                );
              })}
            </Row>
          );
        })}
      </div>
    </div>
  );
};
