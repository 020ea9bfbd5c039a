import { expect, it } from 'vitest';
import { createManualClock } from '../jobs/manual-clock.fixture.ts';
import { createGalleryGate, gateIntervalMs } from './gallery-gate.ts';

const open = () => {
  const clock = createManualClock(0);
  const told: string[] = [];
  const gate = createGalleryGate(clock, () => told.push('first'));
  const join = (name: string) => gate.join({ touch: () => told.push(`${name} ${clock.now()}`) });
  return { clock, gate, told, join };
};

it('tells all feeds of a change, and of those within the next moment together', async () => {
  const { clock, gate, told, join } = open();
  join('page');
  join('days');
  gate.changed();
  await clock.advance(1);
  for (let change = 0; change < 20; change += 1) gate.changed();
  await clock.advance(10 * gateIntervalMs);
  expect(told).toEqual(['first', 'page 0', 'days 0', `page ${gateIntervalMs}`, `days ${gateIntervalMs}`]);
});

it('lets others have their turn between two feeds', async () => {
  const { clock, gate, told } = open();
  const touch = (name: string) => (): void => {
    told.push(name);
    clock.schedule(0, () => told.push(`after ${name}`));
  };
  gate.join({ touch: touch('page') });
  gate.join({ touch: touch('days') });
  gate.changed();
  await clock.advance(1);
  expect(told.indexOf('after page')).toBeLessThan(told.indexOf('after days'));
  expect(told.filter((entry) => !entry.startsWith('after'))).toEqual(['first', 'page', 'days']);
});

it('tells nothing to a feed that left meanwhile, and nobody after its end', async () => {
  const { clock, gate, told, join } = open();
  join('page');
  const leave = join('days');
  gate.changed();
  leave();
  await clock.advance(1);
  expect(told).toEqual(['first', 'page 0']);
  gate.changed();
  gate.stop();
  await clock.advance(10 * gateIntervalMs);
  expect(told).toEqual(['first', 'page 0']);
  expect(gate.isWatched()).toBe(false);
});
