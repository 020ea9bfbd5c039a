import { useRef, useState } from 'react';
import type { LogChunk } from '#contract/topics.ts';
import { useServices } from '../../state/app-context.tsx';
import { useTopic } from '../../studio-client/use-topic.ts';
import { type LogLines, readLines, shownLines } from './log-lines.ts';

export interface LogText {
  readonly lines: readonly string[];
  readonly loading: boolean;
  readonly error: unknown;
  /** False at the beginning of the file. */
  readonly hasOlder: boolean;
  readonly loadingOlder: boolean;
  /** Loads a piece before what is shown; the answer is how many lines were added on top. */
  readonly loadOlder: () => Promise<number>;
}

const noChunks: readonly LogChunk[] = [];

/** The log of an instance as it grows, with older pieces on request. */
export const useLogText = (instanceId: string): LogText => {
  const { client } = useServices();
  const topic = useTopic('log', { key: instanceId, select: (state) => state.chunks });
  const [older, setOlder] = useState<readonly LogChunk[]>([]);
  const [loadingOlder, setLoadingOlder] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const read = useRef<LogLines | null>(null);
  const live = topic.data ?? noChunks;
  // Older pieces hold only as long as they join on to what the topic holds; a rotated file starts at another byte.
  const joined = older.length > 0 && older.at(-1)?.endByte === live[0]?.startByte ? [...older, ...live] : live;
  const result = readLines(read.current, joined);
  read.current = result;
  const lines = shownLines(result);
  const firstByte = joined[0]?.startByte ?? 0;
  return {
    lines,
    loading: topic.isPending,
    error: topic.error ?? error,
    hasOlder: firstByte > 0,
    loadingOlder,
    loadOlder: async () => {
      setLoadingOlder(true);
      setError(null);
      try {
        const piece = await client.call('instances.readLog', { instanceId, beforeByte: firstByte });
        if (piece.text === '' || piece.endByte !== firstByte) return 0;
        setOlder([piece, ...(joined === live ? [] : older)]);
        return piece.text.split('\n').length - 1;
      } catch (failure) {
        setError(failure);
        return 0;
      } finally {
        setLoadingOlder(false);
      }
    },
  };
};
