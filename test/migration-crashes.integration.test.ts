import { describe, expect, it } from 'vitest';
import { killAt, seededRandom, wholeRunLines } from './migration/kill-at.ts';
import { fingerprint, studioFingerprint } from './migration/old-install.ts';
import { isAtRest, journalLines, seededRunId, waitForRun } from './migration/seeded-run.ts';
import { setUpMigration } from './migration/set-up.ts';
import { callStudio } from './studio-client.ts';
import { openStudio } from './studio-fixture.ts';

describe('a studio that is killed in the middle of a migration', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('takes it back byte for byte after the next start (seed %i)', async (seed) => {
    const random = seededRandom(seed);
    const cleanups: (() => Promise<void>)[] = [];
    const onFinished = (cleanup: () => Promise<void>): void => void cleanups.push(cleanup);
    try {
      const { folder, dataFolder, before } = await setUpMigration(onFinished, { count: 2 });
      const first = await openStudio(onFinished, { dataFolder });
      const firstPlace = 3 + Math.floor(random() * (wholeRunLines - 3));
      void callStudio(first, 'migration.apply', { planId: 'plan-1' }).catch(() => undefined);
      await killAt(first, firstPlace, dataFolder);

      let studio = await openStudio(onFinished, { dataFolder });
      const left = await waitForRun(studio, isAtRest);
      expect(left).toMatchObject({ state: expect.stringMatching(/^(?:interrupted|applied)$/), error: null });
      expect(left.canUndo).toBe(true);
      // Half of them go on first, and are killed once more.
      if (random() < 0.5 && left.state === 'interrupted') {
        const place = journalLines(dataFolder).length + Math.floor(random() * 12);
        void callStudio(studio, 'migration.apply', { planId: 'plan-1' }).catch(() => undefined);
        await killAt(studio, place, dataFolder);
        studio = await openStudio(onFinished, { dataFolder });
      }
      // A third is killed while it is taken back.
      if (random() < 0.34) {
        const place = journalLines(dataFolder).length + 1 + Math.floor(random() * 10);
        void callStudio(studio, 'migration.undo', { runId: seededRunId }).catch(() => undefined);
        await killAt(studio, place, dataFolder);
        studio = await openStudio(onFinished, { dataFolder });
      }
      await callStudio(studio, 'migration.undo', { runId: seededRunId });
      expect(await waitForRun(studio, isAtRest)).toMatchObject({ state: 'undone', error: null });
      expect(studioFingerprint(dataFolder)).toEqual(before.studio);
      expect(fingerprint(`${folder}/old`, { times: true })).toEqual(before.old);
      expect(
        (await callStudio(studio, 'instances.list', {})).instances.map(({ configuration }) => configuration.id),
      ).toEqual(['mine']);
      // The documents that were put back are those that the next studio reads.
      await studio.end('SIGTERM');
      const last = await openStudio(onFinished, { dataFolder });
      const { instances, activeInstanceId } = await callStudio(last, 'instances.list', {});
      expect(instances).toHaveLength(1);
      expect(activeInstanceId).toBe('mine');
      expect(last.log()).not.toMatch(/restored from a backup|damaged/);
    } finally {
      for (const cleanup of cleanups.reverse()) await cleanup();
    }
  });
});
