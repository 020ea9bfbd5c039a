import type { ServerLog } from '../log/server-log.ts';
import type { WebsocketHub } from '../websocket/hub.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { FaultEffects } from './faults.ts';

/** Bytes written per turn of a log flood. */
const floodChunkBytes = 64 * 1024;

/** Writes so much log, without blocking the server over it. */
export const floodLog = (log: ServerLog, bytes: number): void => {
  const line = `${'0123456789abcdef'.repeat(16)} log flood`;
  const write = (left: number): void => {
    for (let written = 0; written < Math.min(left, floodChunkBytes); written += line.length + 1) log.raw(line);
    if (left > floodChunkBytes) setImmediate(() => write(left - floodChunkBytes));
  };
  write(bytes);
};

/** What requests are answered with, as long as a fault lasts. */
export interface AnswerFaults {
  http: FaultPlan['http'];
  stats: FaultPlan['stats'];
}

type Strike = (value: unknown) => void;

const defaultFloodBytes = 50_000_000;

/** Faults that strike at once, by the names of the control route. `value` is the exit code, the kind, or the bytes. */
export const immediateFaultsOf = (
  parts: { readonly log: ServerLog; readonly hub: WebsocketHub; readonly effects: FaultEffects },
  answers: AnswerFaults,
  exitCode: number,
): Readonly<Record<string, Strike>> => {
  const { log, hub, effects } = parts;
  const http = (mode: AnswerFaults['http']): void => {
    answers.http = mode;
  };
  const stats = (mode: AnswerFaults['stats']): void => {
    answers.stats = mode;
  };
  return {
    exit: (code) => effects.exit(typeof code === 'number' ? code : exitCode),
    'hang-event-loop': () => effects.blockEventLoop(),
    reboot: () => effects.reboot(),
    'ignore-sigint': () => effects.ignoreSignal('SIGINT'),
    'ignore-sigterm': () => effects.ignoreSignal('SIGTERM'),
    grandchild: (kind) => effects.spawnGrandchild(kind === 'stubborn' || kind === 'detached' ? kind : 'plain'),
    'log-flood': (bytes) => floodLog(log, typeof bytes === 'number' ? bytes : defaultFloodBytes),
    'drop-websockets': () => hub.dropAll(),
    'silence-websockets': () => hub.silence(),
    'http-500': () => http('error'),
    'http-mute': () => http('mute'),
    'http-answer': () => http('answer'),
    'stats-nan': () => stats('nan'),
    'stats-huge': () => stats('huge'),
    'stats-true': () => stats('true'),
  };
};
