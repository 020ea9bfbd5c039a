import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Long work on pixels in small strokes: whoever draws them decides when the server gets its turn. What comes out is the
 * same however the strokes are drawn.
 */
export type Strokes<Result = void> = Generator<void, Result, void>;

/** Draws all strokes in one go; for small pictures. */
export const atOnce = <Result>(strokes: Strokes<Result>): Result => {
  for (;;) {
    const step = strokes.next();
    if (step.done === true) return step.value;
  }
};

/** HTTP and websockets wait at most about this long for a picture. */
const turnMs = 12;

/** Draws strokes, leaving the event loop free between turns; `between` is called at each of these moments and may throw. */
export const inTurns = async <Result>(
  strokes: Strokes<Result>,
  between: () => void = () => undefined,
): Promise<Result> => {
  for (let turnEnd = performance.now() + turnMs; ; ) {
    const step = strokes.next();
    if (step.done === true) return step.value;
    if (performance.now() < turnEnd) continue;
    await nextTurn();
    between();
    turnEnd = performance.now() + turnMs;
  }
};
