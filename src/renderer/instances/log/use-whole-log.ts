import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { LogInfo, LogLine } from '#contract/models/instance-log.ts';
import { useServices } from '../../state/app-context.tsx';
import { useAnswer } from '../../studio-client/use-call.ts';
import { useTopic } from '../../studio-client/use-topic.ts';

export interface WholeLog {
  readonly info: LogInfo | undefined;
  readonly error: unknown;
  readonly retry: () => void;
}

/** A net below the topic: what a file does besides growing (it was rotated, it was emptied) is not told there. */
const lookAgainMs = 5000;

/** How much there is of the whole log of an instance, asked anew whenever it grows. */
export const useWholeLog = (instanceId: string): WholeLog => {
  const queries = useQueryClient();
  const answer = useAnswer('instances.logInfo', { instanceId }, { refetchIntervalMs: lookAgainMs });
  const end = useTopic('log', {
    key: instanceId,
    select: ({ chunks }) => chunks.at(-1)?.endByte ?? 0,
  }).data;
  useEffect(() => {
    if (end === undefined) return;
    // An answer that is on its way is let come: while a lot is written there would never be one otherwise.
    void queries.invalidateQueries(
      { queryKey: ['call', 'instances.logInfo', { instanceId }] },
      { cancelRefetch: false },
    );
  }, [queries, instanceId, end]);
  return { info: answer.data, error: answer.error, retry: () => void answer.refetch() };
};

const blockLines = 200;
const blocksKept = 60;
const keptMs = 30_000;

export interface LineWindow {
  readonly instanceId: string;
  readonly generation: string;
  /** Lines in all, or the numbers of those that a filter leaves. */
  readonly lines: number | readonly number[];
  readonly first: number;
  readonly rows: number;
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);

/** The lines that are in sight, by their places; those of a piece that is on its way are missing. */
export const useLogLines = (wanted: LineWindow): ((place: number) => LogLine | undefined) => {
  const { client } = useServices();
  const { instanceId, generation, lines, first, rows } = wanted;
  const count = typeof lines === 'number' ? lines : lines.length;
  const kept = useRef({ of: '', blocks: new Map<number, ReadonlyMap<number, LogLine>>() });
  const list = typeof lines === 'number' ? 'all' : `${lines.length}:${lines[0] ?? 0}:${lines.at(-1) ?? 0}`;
  // A filtered list is another list as soon as it differs; the whole one only when its numbers change.
  const of = `${generation} ${typeof lines === 'number' ? 'all' : list}`;
  if (kept.current.of !== of) kept.current = { of, blocks: new Map() };
  const last = Math.min(count, first + rows) - 1;
  const blocks = count === 0 ? [] : range(Math.floor(first / blockLines), Math.floor(Math.max(0, last) / blockLines));
  const results = useQueries({
    queries: blocks.map((block) => {
      const from = block * blockLines;
      const end = Math.min(count, from + blockLines);
      return {
        // A piece that is not full yet is another piece once it has more lines.
        queryKey: ['log-lines', instanceId, generation, list, block, end],
        queryFn: async ({ signal }: { readonly signal: AbortSignal }) => {
          const which = typeof lines === 'number' ? { from, count: end - from } : { numbers: lines.slice(from, end) };
          const answer = await client.call('instances.readLogLines', { instanceId, ...which }, { signal });
          return answer.lines;
        },
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: keptMs,
        retry: false,
      };
    }),
  });
  results.forEach(({ data }, index) => {
    const block = blocks[index];
    if (data === undefined || block === undefined) return;
    kept.current.blocks.delete(block);
    kept.current.blocks.set(block, new Map(data.map((line) => [line.number, line])));
  });
  for (const oldest of [...kept.current.blocks.keys()].slice(0, -blocksKept)) kept.current.blocks.delete(oldest);
  const { blocks: known } = kept.current;
  return (place) => {
    const number = typeof lines === 'number' ? place : lines[place];
    return number === undefined ? undefined : known.get(Math.floor(place / blockLines))?.get(number);
  };
};
