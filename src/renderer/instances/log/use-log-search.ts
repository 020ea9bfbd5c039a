import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { LogInfo, LogLevel } from '#contract/models/instance-log.ts';
import { useAnswer } from '../../studio-client/use-call.ts';

export const levelChoices = ['all', 'warnings', 'errors'] as const;
export type LevelChoice = (typeof levelChoices)[number];

const levelsOf: Readonly<Record<LevelChoice, readonly LogLevel[]>> = {
  all: [],
  warnings: ['warning', 'error'],
  errors: ['error'],
};

export interface LogSearch {
  readonly text: string;
  readonly setText: (text: string) => void;
  /** The text that `matches` is about; the typed one is a moment ahead. */
  readonly searched: string;
  readonly level: LevelChoice;
  readonly setLevel: (level: LevelChoice) => void;
  /** Numbers of the lines that hold the text; the newest of them where there are very many. */
  readonly matches: readonly number[];
  readonly matchCount: number;
  /** Number of the match one stands at, from 0 in the order of the log; -1 while at none. */
  readonly position: number;
  readonly current: number | undefined;
  readonly step: (by: number) => void;
  readonly searching: boolean;
  readonly error: unknown;
  /** The lines that the level leaves, null where it leaves all. */
  readonly shown: readonly number[] | null;
}

const settleMs = 250;
/** A small log is searched again as it grows; of a large one the search says how far it has come. */
const renewedBytes = 8 * 1024 ** 2;
const renewMs = 2000;

const nothing: readonly number[] = [];

/** Searches the whole log in the studio; the window only holds the numbers of the lines. */
export const useLogSearch = (instanceId: string, info: LogInfo | undefined): LogSearch => {
  const [text, setText] = useState('');
  const [level, setLevel] = useState<LevelChoice>('all');
  const [chosen, setChosen] = useState<number | null>(null);
  const [searched] = useDebouncedValue(text, settleMs);
  const levels = [...levelsOf[level]];
  const refetchIntervalMs = (info?.sizeBytes ?? 0) < renewedBytes ? { refetchIntervalMs: renewMs } : {};
  const found = useAnswer(
    'instances.searchLog',
    { instanceId, text: searched, levels },
    { enabled: searched !== '', ...refetchIntervalMs },
  );
  const filtered = useAnswer(
    'instances.searchLog',
    { instanceId, levels },
    { enabled: levels.length > 0, keepPrevious: true, ...refetchIntervalMs },
  );
  const matches = searched === '' ? nothing : (found.data?.lines ?? nothing);
  const matchCount = searched === '' ? 0 : (found.data?.matchCount ?? 0);
  const at = chosen === null ? matches.length - 1 : matches.indexOf(chosen);
  return {
    text,
    setText: (next) => {
      setText(next);
      setChosen(null);
    },
    searched,
    level,
    setLevel: (next) => {
      setLevel(next);
      setChosen(null);
    },
    matches,
    matchCount,
    position: at === -1 ? -1 : matchCount - matches.length + at,
    current: matches[at],
    step: (by) => {
      if (matches.length === 0) return;
      setChosen(matches[(at + by + matches.length) % matches.length] ?? null);
    },
    searching: searched !== text || (searched !== '' && found.isPending),
    error: found.error ?? filtered.error,
    shown: levels.length === 0 ? null : (filtered.data?.lines ?? nothing),
  };
};
