/** A load under way, to be called off when its card dies. */
export interface DiskLoad {
  cancel(now: number): void;
}

/** The disk of one host: feeds so many loads at full speed, and shares itself evenly among more. */
export interface Disk {
  /** `durationMs` is the time that it takes at full speed. */
  read(now: number, durationMs: number, onDone: (now: number) => void): DiskLoad;
}

/** Asks for a call at a moment; a later call for the same disk makes an earlier one void. */
type CallAt = (at: number, call: (now: number) => void) => void;

interface Reading {
  remainingMs: number;
  readonly onDone: (now: number) => void;
}

/** What may be left of a load that is over, from rounding. */
const roundingMs = 1e-6;

export const createDisk = (streams: number, callAt: CallAt): Disk => {
  const readings = new Set<Reading>();
  let settledAt = 0;
  let version = 0;
  const rate = (): number => Math.min(1, streams / readings.size);

  const settle = (now: number): void => {
    if (readings.size > 0) {
      const done = (now - settledAt) * rate();
      for (const reading of readings) reading.remainingMs -= done;
    }
    settledAt = now;
  };

  const plan = (now: number): void => {
    version += 1;
    const planned = version;
    if (readings.size === 0) return;
    const shortest = Math.max(0, Math.min(...[...readings].map(({ remainingMs }) => remainingMs)));
    callAt(now + shortest / rate(), (at) => {
      if (version !== planned) return;
      settle(at);
      const done = [...readings].filter(({ remainingMs }) => remainingMs <= roundingMs);
      for (const reading of done) readings.delete(reading);
      plan(at);
      for (const reading of done) reading.onDone(at);
    });
  };

  return {
    read(now, durationMs, onDone) {
      const reading = { remainingMs: durationMs, onDone };
      settle(now);
      readings.add(reading);
      plan(now);
      return {
        cancel(at) {
          settle(at);
          readings.delete(reading);
          plan(at);
        },
      };
    },
  };
};
