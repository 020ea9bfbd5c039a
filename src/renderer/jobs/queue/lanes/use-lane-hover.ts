import { useEffect, useRef, useState } from 'react';

const showAfterMs = 220;
const hideAfterMs = 160;

interface LaneHover {
  /** The job whose card is shown. */
  readonly jobId: string | null;
  readonly point: (jobId: string | null) => void;
  readonly focus: (jobId: string) => void;
  readonly blur: () => void;
  /** The pointer is on the card itself. */
  readonly hold: () => void;
  readonly release: () => void;
  readonly close: () => void;
}

/** Which job's card is shown: one that is pointed at for a moment, or that the keys are on. */
export const useLaneHover = (): LaneHover => {
  const [jobId, setJobId] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const wanted = useRef<string | null>(null);
  const soon = (next: string | null, afterMs: number): void => {
    if (wanted.current === next) return;
    wanted.current = next;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setJobId(next), afterMs);
  };
  const close = (): void => {
    clearTimeout(timer.current);
    wanted.current = null;
    setJobId(null);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return {
    jobId,
    point: (next) => soon(next, next === null ? hideAfterMs : showAfterMs),
    focus: (next) => soon(next, showAfterMs),
    blur: () => soon(null, hideAfterMs),
    hold: () => {
      clearTimeout(timer.current);
      wanted.current = jobId;
    },
    release: () => soon(null, hideAfterMs),
    close,
  };
};
