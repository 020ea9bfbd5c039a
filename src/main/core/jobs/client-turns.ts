import type { SchedulingJob } from '#core/scheduling/scheduler-interface.ts';
import { createSortedList, type SortedList } from '#core/scheduling/waiting/sorted-list.ts';
import { createClientNames, type JobOwner } from './client-names.ts';

/** Where a job stands in the queue, and whose it is. */
export type Place = Pick<SchedulingJob, 'jobId' | 'priority' | 'kind'> & JobOwner;

/**
 * Lets clients take turns within a priority and kind: the nth job that a client has waiting stands before the second next of every
 * other client, so that a thousand jobs of one do not keep the first of another from running. The order of one client's own jobs is
 * that of their submission, and what was moved, or asked for a place of its own, stays where it is.
 */
export interface ClientTurns {
  /** The rank of a new job; `atEnd` is the one behind everything that waits. */
  rankFor(place: Place, atEnd: number): number;
  /** The job waits there from now on, or is about to. */
  stands(place: Place, rank: number): void;
  left(jobId: string): void;
}

interface Entry {
  readonly jobId: string;
  readonly rank: number;
}

interface Level {
  readonly all: SortedList<Entry>;
  readonly byClient: Map<string, SortedList<Entry>>;
  /** The same of those with more than one job: many programs make up another client id for each of theirs. */
  readonly several: Map<string, SortedList<Entry>>;
}

interface Standing {
  readonly levelKey: string;
  readonly owner: JobOwner;
  readonly client: string;
  readonly entry: Entry;
}

/** The part of the gap before the next job that a new one takes: it leaves room for some hundred more in the same place. */
const gapShare = 1 / 8;

/** As the queue itself orders them. */
const compare = (one: Entry, other: Entry): number => {
  if (one.rank !== other.rank) return one.rank - other.rank;
  if (one.jobId === other.jobId) return 0;
  return one.jobId < other.jobId ? -1 : 1;
};

export const createClientTurns = (): ClientTurns => {
  const levels = new Map<string, Level>();
  const names = createClientNames();
  const standing = new Map<string, Standing>();

  const keyOf = ({ priority, kind }: Place): string => `${priority} ${kind}`;

  /** The first job, of any other client, that has as many of its client before it as this client may stand behind. */
  const nextTurn = (level: Level, client: string, own: number): Entry | undefined => {
    let first: Entry | undefined;
    for (const [other, jobs] of level.several) {
      const entry = other === client ? undefined : jobs.items[own + 1];
      if (entry !== undefined && (first === undefined || compare(entry, first) < 0)) first = entry;
    }
    return first;
  };

  const between = (low: number, high: number): number => low + (high - low) * gapShare;

  const left = (jobId: string): void => {
    const known = standing.get(jobId);
    if (known === undefined) return;
    standing.delete(jobId);
    const { levelKey, owner, client, entry } = known;
    names.left(owner);
    const level = levels.get(levelKey);
    const own = level?.byClient.get(client);
    level?.all.remove(entry);
    own?.remove(entry);
    if (own?.items.length === 0) level?.byClient.delete(client);
    if (own?.items.length === 1) level?.several.delete(client);
    if (level?.all.items.length === 0) levels.delete(levelKey);
  };

  return {
    rankFor: (place, atEnd) => {
      const level = levels.get(keyOf(place));
      if (level === undefined) return atEnd;
      const client = names.nameOf(place);
      const own = level.byClient.get(client)?.items ?? [];
      const turn = nextTurn(level, client, own.length);
      if (turn === undefined || turn.rank >= atEnd) return atEnd;
      // A place of its own beyond the end was asked for by name, and holds nobody back.
      const last = own.findLast(({ rank }) => rank < atEnd);
      if (last === undefined || compare(last, turn) < 0) {
        const before = level.all.items[level.all.positionOf(turn) - 1];
        const rank = between(before?.rank ?? turn.rank - 1, turn.rank);
        return last === undefined || rank > last.rank ? rank : atEnd;
      }
      const after = level.all.items[level.all.positionOf(last) + 1];
      const rank = between(last.rank, Math.min(after?.rank ?? atEnd, atEnd));
      return rank > last.rank ? rank : atEnd;
    },
    stands: (place, rank) => {
      const levelKey = keyOf(place);
      const known = standing.get(place.jobId);
      if (known?.levelKey === levelKey && known.entry.rank === rank) return;
      left(place.jobId);
      const { jobId, clientId, caller } = place;
      const client = names.nameOf(place);
      const level = levels.get(levelKey) ?? { all: createSortedList(compare), byClient: new Map(), several: new Map() };
      levels.set(levelKey, level);
      const own = level.byClient.get(client) ?? createSortedList(compare);
      level.byClient.set(client, own);
      const entry: Entry = { jobId, rank };
      level.all.add(entry);
      own.add(entry);
      if (own.items.length === 2) level.several.set(client, own);
      standing.set(jobId, { levelKey, owner: { clientId, caller }, client, entry });
      names.came({ clientId, caller });
    },
    left,
  };
};
