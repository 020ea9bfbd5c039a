/** What is remembered of asking one instance for its nodes. */
export interface CatalogReading {
  /** `readyAt` of the run of its program that was asked last. */
  readonly run: number;
  readonly askedAt: number;
  readonly outcome: 'reading' | 'known' | 'failed';
  /** Somebody would like to know whether there is more by now. */
  readonly isWanted: boolean;
}

/** ComfyUI answers nobody else for up to a second while it lists its nodes. */
const shortestPauseMs = 60_000;
/** One that rests holds nobody up, and a refusal that it could turn waits for it. */
const shortestIdlePauseMs = 2000;
const retryMs = 30_000;
/** Models may have been put into its folders. */
const idlePauseMs = 10 * 60_000;

export interface InstanceNow {
  readonly readyAt: number;
  readonly isBusy: () => boolean;
  readonly now: number;
}

/**
 * When to ask an instance that runs, epoch ms: at once in a new run of its program, and later once in a while, but not while it works.
 * One that is busy is asked at most once a minute, and one that has told before not at all. null while it is being asked.
 */
export const nextReadAt = (reading: CatalogReading | undefined, instance: InstanceNow): number | null => {
  if (reading === undefined) return instance.now;
  const { run, askedAt, outcome, isWanted } = reading;
  if (run !== instance.readyAt) return instance.now;
  if (outcome === 'reading') return null;
  if (outcome === 'failed') return askedAt + (instance.isBusy() ? shortestPauseMs : retryMs);
  const dueAt = askedAt + (isWanted ? shortestPauseMs : idlePauseMs);
  return dueAt <= instance.now && instance.isBusy() ? instance.now + shortestPauseMs : dueAt;
};

/** When a decision that more knowledge could turn may ask an instance again, epoch ms. null while it is being asked. */
export const mayBeAskedAt = (reading: CatalogReading | undefined, isBusy: () => boolean): number | null => {
  if (reading === undefined) return 0;
  if (reading.outcome === 'reading') return null;
  return reading.askedAt + (isBusy() ? shortestPauseMs : shortestIdlePauseMs);
};
