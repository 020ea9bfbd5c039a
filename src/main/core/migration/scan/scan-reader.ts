import type { PlaceReader } from '#core/ports/place-reader.ts';

export interface ScanReader {
  readonly reader: PlaceReader;
  /** From now on nothing is asked any more: what still looks, because it was too slow, finds nothing and ends. */
  end(): void;
}

/** Answers a question again from memory, so that a list of 256 instances of one install counts its folders once. */
const remembering = <Answer>(ask: (path: string) => Promise<Answer>): ((path: string) => Promise<Answer>) => {
  const answers = new Map<string, Promise<Answer>>();
  return (path) => {
    const known = answers.get(path);
    if (known !== undefined) return known;
    const answer = ask(path);
    answers.set(path, answer);
    return answer;
  };
};

/** The reader of one scan: each question is put to the disk once. */
export const createScanReader = (reader: PlaceReader): ScanReader => {
  let ended = false;
  const unless =
    <Answer>(otherwise: (path: string) => Answer, ask: (path: string) => Promise<Answer>) =>
    async (path: string): Promise<Answer> =>
      ended ? otherwise(path) : ask(path);
  const late = () => ({ kind: 'unreadable', reason: 'late' }) as const;
  const uncounted = () => ({ files: null, bytes: null });
  return {
    reader: {
      text: unless<Awaited<ReturnType<PlaceReader['text']>>>(late, remembering(reader.text)),
      list: unless<Awaited<ReturnType<PlaceReader['list']>>>(late, remembering(reader.list)),
      kind: unless<Awaited<ReturnType<PlaceReader['kind']>>>(() => 'unreadable', remembering(reader.kind)),
      isWritable: unless<boolean>(() => false, remembering(reader.isWritable)),
      realPath: unless<string>((path) => path, remembering(reader.realPath)),
      measure: unless<Awaited<ReturnType<PlaceReader['measure']>>>(uncounted, remembering(reader.measure)),
      freeBytes: unless<number | null>(() => null, remembering(reader.freeBytes)),
    },
    end: () => {
      ended = true;
    },
  };
};
