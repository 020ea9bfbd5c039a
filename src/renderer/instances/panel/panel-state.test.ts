import { expect, it } from 'vitest';
import { type PanelState, panelOf, panelSearchSchema, searchOf, usualPanel } from './panel-state.ts';

it.each<PanelState>([
  usualPanel,
  { ...usualPanel, search: 'fox', layout: 'list' },
  { status: 'error', health: 'degraded', search: '50 % & #', sort: 'name', group: 'gpu', layout: 'list' },
])('the address keeps what the panel shows: %o', (panel) => {
  expect(panelOf(panelSearchSchema.parse(searchOf(panel)))).toEqual(panel);
});

it('what is usual leaves the address bare', () => {
  expect(searchOf(usualPanel)).toEqual({});
});

it('nonsense in the address counts as nothing', () => {
  expect(panelOf(panelSearchSchema.parse({ status: 'purple', sort: 7, layout: ['list'] }))).toEqual(usualPanel);
});
