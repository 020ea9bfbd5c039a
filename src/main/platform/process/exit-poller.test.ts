import { describe, expect, it } from 'vitest';
import { createExitPoller } from './exit-poller.ts';

describe('exit poller', () => {
  const setUp = () => {
    const timers = new Set<() => void>();
    const gone = new Set<number>();
    const looks: number[] = [];
    const clock = {
      now: () => 0,
      schedule: (_delayMs: number, task: () => void) => {
        timers.add(task);
        return () => timers.delete(task);
      },
    };
    const tick = (): void => {
      const due = [...timers];
      timers.clear();
      for (const task of due) task();
    };
    const isRunning = ({ pid }: { pid: number }): boolean => {
      looks.push(pid);
      return !gone.has(pid);
    };
    const poller = createExitPoller({ clock, intervalMs: 500, isRunning });
    return { poller, timers, gone, looks, tick };
  };
  const identity = (pid: number) => ({ pid, startTime: '1', bootId: 'b' });

  it('looks at all with one timer, tells each end once, and sleeps when nothing is left', () => {
    const { poller, timers, gone, looks, tick } = setUp();
    const told: number[] = [];
    for (const pid of [1, 2, 3]) poller.watch(identity(pid), () => told.push(pid));
    expect(timers.size).toBe(1);
    tick();
    expect([looks, told]).toEqual([[1, 2, 3], []]);
    gone.add(2);
    tick();
    tick();
    expect(told).toEqual([2]);
    gone.add(1).add(3);
    tick();
    expect(told).toEqual([2, 1, 3]);
    expect(timers.size).toBe(0);
  });

  it('forgets what is cancelled and everything when it is closed', () => {
    const { poller, timers, gone, tick } = setUp();
    const told: number[] = [];
    const cancel = poller.watch(identity(1), () => told.push(1));
    poller.watch(identity(2), () => told.push(2));
    cancel();
    gone.add(1).add(2);
    poller.close();
    expect(timers.size).toBe(0);
    tick();
    expect(told).toEqual([]);
  });

  it('goes on watching the others when one is added while an end is told', () => {
    const { poller, timers, gone, tick } = setUp();
    const told: number[] = [];
    poller.watch(identity(1), () => {
      told.push(1);
      poller.watch(identity(9), () => told.push(9));
    });
    gone.add(1);
    tick();
    expect(timers.size).toBe(1);
    gone.add(9);
    tick();
    expect(told).toEqual([1, 9]);
  });
});
