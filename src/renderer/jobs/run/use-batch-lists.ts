import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchParameter } from '#contract/models/batch.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import { formatCount } from '../../text/format.ts';
import {
  countList,
  inputKey,
  type ListDraft,
  type ListProblem,
  readList,
  type VariableInput,
  variableInputs,
} from './batch-lists.ts';

export interface BatchList {
  readonly draft: ListDraft;
  readonly input: VariableInput;
  readonly count: number;
  /** What is wrong with what was typed; null also while nothing was typed. */
  readonly problem: ListProblem | null;
  readonly change: (changes: Partial<ListDraft>) => void;
}

export interface BatchLists {
  readonly inputs: readonly VariableInput[];
  /** One or two. */
  readonly lists: readonly BatchList[];
  readonly total: number;
  readonly summary: string;
  readonly addSecond: (() => void) | null;
  readonly removeSecond: () => void;
  /** The lists as the studio takes them; null while one has a problem. Random seeds are made anew each time. */
  readonly read: () => readonly BatchParameter[] | null;
}

const newDraft = (input: VariableInput): ListDraft => ({ key: inputKey(input), count: 10, first: '', text: '' });

/** The lists of values that somebody puts together for a graph. */
export const useBatchLists = (prompt: Prompt): BatchLists => {
  const { t } = useTranslation();
  const inputs = variableInputs(prompt);
  const [drafts, setDrafts] = useState<readonly ListDraft[]>(() => inputs.slice(0, 1).map(newDraft));
  const lists = drafts.flatMap((draft, index): BatchList[] => {
    const input = inputs.find((one) => inputKey(one) === draft.key);
    if (input === undefined) return [];
    const count = countList(input, draft);
    const reading = input.kind === 'seed' || draft.text.trim() === '' ? null : readList(input, draft, () => 0);
    return [
      {
        draft,
        input,
        count,
        problem: reading?.problem ?? null,
        change: (changes) => setDrafts((old) => old.with(index, { ...draft, ...changes })),
      },
    ];
  });
  const free = inputs.find((input) => !drafts.some(({ key }) => key === inputKey(input)));
  const total = lists.length === 0 ? 0 : lists.reduce((product, { count }) => product * count, 1);
  const [first, second] = lists;
  return {
    inputs,
    lists,
    total,
    summary:
      first === undefined || second === undefined || total === 0
        ? ''
        : t('jobs.run.many.grid', { first: formatCount(first.count), second: formatCount(second.count) }),
    addSecond: drafts.length === 1 && free !== undefined ? () => setDrafts([...drafts, newDraft(free)]) : null,
    removeSecond: () => setDrafts(drafts.slice(0, 1)),
    read: () => {
      const parameters = lists.flatMap(({ input, draft }): BatchParameter[] => {
        const { values } = readList(input, draft, Math.random);
        return values === null ? [] : [{ nodeId: input.nodeId, inputName: input.inputName, values }];
      });
      return parameters.length === lists.length && lists.length > 0 ? parameters : null;
    },
  };
};
