/** How long the one thread of the studio could not answer anybody. */
export interface Pauses {
  readonly longestMs: number;
  /** Of the longest, what this thread spent working, and not waiting for a machine that others use. */
  readonly longestWorkMs: number;
}

const tickMs = 5;

const workedMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** Looks at the clock every few milliseconds until it is told to stop. */
export const watchPauses = (): (() => Pauses) => {
  let [longestMs, longestWorkMs] = [0, 0];
  let [tickedAt, worked] = [performance.now(), workedMs()];
  const timer = setInterval(() => {
    const [now, workedNow] = [performance.now(), workedMs()];
    const pauseMs = now - tickedAt - tickMs;
    longestMs = Math.max(longestMs, pauseMs);
    longestWorkMs = Math.max(longestWorkMs, Math.min(pauseMs, workedNow - worked));
    [tickedAt, worked] = [now, workedNow];
  }, tickMs);
  return () => {
    clearInterval(timer);
    return { longestMs, longestWorkMs };
  };
};
