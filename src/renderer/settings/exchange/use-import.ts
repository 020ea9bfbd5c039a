import { useState } from 'react';
import type { CallOutput } from '#contract/calls/index.ts';
import { StudioError } from '#contract/errors.ts';
import {
  type ImportChoice,
  type ImportEntry,
  type ImportPlan,
  maxExchangeTextLength,
} from '#contract/models/configuration.ts';
import { useServices } from '../../state/app-context.tsx';

export type Choices = Readonly<Record<string, ImportChoice>>;

export interface ImportState {
  /** Name of the file that is read or planned; null before one is chosen. */
  readonly fileName: string | null;
  readonly plan: ImportPlan | null;
  readonly choices: Choices;
  readonly error: unknown;
  readonly isBusy: boolean;
  readonly result: CallOutput<'configuration.import'> | null;
}

interface ImportActions {
  open(file: File): Promise<void>;
  choose(key: string, choice: ImportChoice | undefined): Promise<void>;
  apply(): Promise<void>;
  reset(): void;
}

const nothing: ImportState = { fileName: null, plan: null, choices: {}, error: null, isBusy: false, result: null };

/**
 * What was proposed for a clash is offered for as long as the file is open: the studio leaves it out of the plan that follows the
 * choice, since there is no clash any more.
 */
const withProposals = (plan: ImportPlan, before: ImportPlan | null): ImportPlan => {
  const known = new Map<string, ImportEntry>(before?.entries.map((entry) => [entry.key, entry]));
  return {
    ...plan,
    entries: plan.entries.map((entry) => ({
      ...entry,
      proposals: entry.proposals.length > 0 ? entry.proposals : (known.get(entry.key)?.proposals ?? []),
    })),
  };
};

/** A file from the moment it is dropped until it is imported; each choice asks the studio for the plan anew. */
export const useImport = (): ImportState & ImportActions => {
  const { client } = useServices();
  const [state, setState] = useState(nothing);
  const [text, setText] = useState('');
  const change = (changes: Partial<ImportState>): void => setState((old) => ({ ...old, ...changes }));

  const attempt = async (work: () => Promise<Partial<ImportState>>): Promise<void> => {
    change({ isBusy: true, error: null });
    try {
      change({ ...(await work()), isBusy: false });
    } catch (error) {
      change({ error, isBusy: false });
    }
  };
  const planOf = async (from: string, choices: Choices, before: ImportPlan | null): Promise<ImportPlan> =>
    withProposals(await client.call('configuration.previewImport', { text: from, choices }), before);

  return {
    ...state,
    open: (file) => {
      setState({ ...nothing, fileName: file.name });
      return attempt(async () => {
        if (file.size > maxExchangeTextLength) {
          throw new StudioError('INPUT_TOO_LARGE', undefined, { details: { maxBytes: maxExchangeTextLength } });
        }
        const read = await file.text();
        setText(read);
        return { plan: await planOf(read, {}, null) };
      });
    },
    choose: (key, choice) => {
      const { [key]: _old, ...others } = state.choices;
      const choices = choice === undefined ? others : { ...others, [key]: choice };
      change({ choices });
      return attempt(async () => ({ plan: await planOf(text, choices, state.plan) }));
    },
    apply: () =>
      attempt(async () => {
        const { plan, choices } = state;
        if (plan === null) return {};
        try {
          return {
            result: await client.call('configuration.import', { text, choices, basis: plan.basis }),
            plan: null,
          };
        } catch (error) {
          // The plan on the screen is not what would happen any more; the new one stands below the message.
          if (!(error instanceof StudioError) || error.code !== 'CONFIGURATION_OUTDATED') throw error;
          return { plan: await planOf(text, choices, plan), error };
        }
      }),
    reset: () => setState(nothing),
  };
};
