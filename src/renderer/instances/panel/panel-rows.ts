import type { GroupTitle, InstanceGroup } from '../arrange-instances.ts';

/** One line of the panel: a heading, or as many instances as fit beside each other. */
export type PanelRow =
  | { readonly kind: 'title'; readonly key: string; readonly title: GroupTitle; readonly count: number }
  | { readonly kind: 'instances'; readonly key: string; readonly instanceIds: readonly string[] };

/** The lines of the panel from top to bottom; one group without a name has no heading. */
export const panelRows = (groups: readonly InstanceGroup[], columns: number): readonly PanelRow[] =>
  groups.flatMap(({ key, title, instanceIds }) => {
    const rows: PanelRow[] =
      title.kind === 'all' ? [] : [{ kind: 'title', key: `title-${key}`, title, count: instanceIds.length }];
    for (let first = 0; first < instanceIds.length; first += columns) {
      const ids = instanceIds.slice(first, first + columns);
      rows.push({ kind: 'instances', key: `${key}-${ids[0] ?? ''}`, instanceIds: ids });
    }
    return rows;
  });

/** How many cards stand beside each other in a width; all lengths in CSS pixels. */
export const columnsIn = (width: number, cardMinWidth: number, gap: number): number =>
  Math.max(1, Math.floor((width + gap) / (cardMinWidth + gap)));

export type FocusStep = 'left' | 'right' | 'up' | 'down' | 'first' | 'last';

interface Place {
  readonly row: number;
  readonly column: number;
}

const placeOf = (rows: readonly PanelRow[], instanceId: string): Place | null => {
  for (const [row, line] of rows.entries()) {
    const column = line.kind === 'instances' ? line.instanceIds.indexOf(instanceId) : -1;
    if (column >= 0) return { row, column };
  }
  return null;
};

const idsIn = (row: PanelRow | undefined): readonly string[] => (row?.kind === 'instances' ? row.instanceIds : []);

const inNextRow = (rows: readonly PanelRow[], { row, column }: Place, step: 1 | -1): string | null => {
  for (let next = row + step; next >= 0 && next < rows.length; next += step) {
    const ids = idsIn(rows[next]);
    if (ids.length > 0) return ids[Math.min(column, ids.length - 1)] ?? null;
  }
  return null;
};

/** Where the focus goes from an instance; null where there is nothing in that direction. */
export const stepFocus = (rows: readonly PanelRow[], instanceId: string, step: FocusStep): string | null => {
  const all = rows.flatMap(idsIn);
  const place = placeOf(rows, instanceId);
  if (place === null) return null;
  switch (step) {
    case 'left':
      return all[all.indexOf(instanceId) - 1] ?? null;
    case 'right':
      return all[all.indexOf(instanceId) + 1] ?? null;
    case 'up':
      return inNextRow(rows, place, -1);
    case 'down':
      return inNextRow(rows, place, 1);
    case 'first':
      return all[0] ?? null;
    case 'last':
      return all.at(-1) ?? null;
  }
};

/** The line that an instance stands in; -1 for none. */
export const rowOf = (rows: readonly PanelRow[], instanceId: string): number => placeOf(rows, instanceId)?.row ?? -1;
