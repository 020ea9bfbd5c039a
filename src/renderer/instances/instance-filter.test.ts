import { describe, expect, it } from 'vitest';
import { fleetContents } from '../testing/fleet-scenario.ts';
import { type InstanceFilter, isFiltering, matchesFilter, noFilter } from './instance-filter.ts';

const shown = (filter: Partial<InstanceFilter>): string[] =>
  fleetContents.instances
    .filter((view) => matchesFilter(view, { ...noFilter, ...filter }))
    .map(({ configuration }) => configuration.id);

describe('the filter of the panel (002-A7)', () => {
  it.each([
    [{}, 9],
    [{ status: 'running' }, 3],
    [{ status: 'error' }, 2],
    [{ status: 'stopping' }, 1],
    [{ health: 'unhealthy' }, 1],
    [{ health: 'healthy', status: 'paused' }, 1],
    [{ health: 'healthy', status: 'stopped' }, 0],
  ] as const)('%j shows %i', (filter, count) => {
    expect(shown(filter)).toHaveLength(count);
  });

  it.each([
    ['CHARACTER', ['character-gen']],
    ['turnarounds', ['character-gen']],
    ['studio-b', ['studio-b']],
    ['  rtx   batch ', ['batch']],
    ['nothing of that kind', []],
  ])('searches name, id and description for "%s"', (search, ids) => {
    expect(shown({ search })).toEqual(ids);
  });

  it('knows when it filters', () => {
    expect(isFiltering(noFilter)).toBe(false);
    expect(isFiltering({ ...noFilter, search: '   ' })).toBe(false);
    expect(isFiltering({ ...noFilter, search: 'x' })).toBe(true);
    expect(isFiltering({ ...noFilter, status: 'error' })).toBe(true);
  });
});
