/** The result of a look, or `late` after the limit. A system call that hangs (a network drive that is gone) cannot be ended, only left. */
export const withinLimit = async <Result, Late>(
  task: Promise<Result>,
  limitMs: number,
  late: Late,
): Promise<Result | Late> => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<Late>((resolve) => {
    timer = setTimeout(() => resolve(late), limitMs);
    timer.unref();
  });
  try {
    return await Promise.race([task, limit]);
  } finally {
    clearTimeout(timer);
  }
};
