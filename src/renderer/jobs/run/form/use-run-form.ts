import { useMemo } from 'react';
import type { WorkflowClasses } from '#contract/models/library.ts';
import type { Prompt, SeedMode } from '#contract/models/workflow.ts';
import { useServices, useViewState } from '../../../state/app-context.tsx';
import { type RunEdits } from '../../../state/view-state.ts';
import { useAnswer } from '../../../studio-client/use-call.ts';
import { seedLimit } from '../seed-variation.ts';
import type { OpenedWorkflow } from '../use-opened-workflow.ts';
import {
  applyValues,
  type FieldValue,
  type FormField,
  type FormGroup,
  fieldProblem,
  formGroups,
  isBlocking,
  nextSeeds,
  noEdits,
  suggestPins,
  valueOf,
} from './form-fields.ts';

/** What a field does when somebody uses it; the same functions for all fields, so that a field renders for its own value only. */
export interface FormActions {
  readonly setValue: (key: string, value: FieldValue | null) => void;
  readonly setSeed: (key: string, mode: SeedMode) => void;
  readonly togglePin: (key: string) => void;
}

export interface RunForm {
  readonly key: string;
  readonly isLoading: boolean;
  readonly groups: readonly FormGroup[];
  readonly fields: readonly FormField[];
  readonly pinned: readonly FormField[];
  readonly actions: FormActions;
  readonly edits: RunEdits;
  readonly changed: number;
  /** Values that ComfyUI would refuse. */
  readonly blocked: number;
  readonly seeds: Readonly<Record<string, SeedMode>>;
  /** The graph with the values as they are. */
  readonly prompt: () => Prompt;
  readonly promptWith: (values: RunEdits['values']) => Prompt;
  /** The values for the run after one with these. */
  readonly valuesAfter: (values: RunEdits['values']) => RunEdits['values'];
  readonly setValues: (values: RunEdits['values']) => void;
  readonly reset: () => void;
}

const noClasses: WorkflowClasses = { classes: {}, lists: [] };

/** Within what a field takes and what a JSON number says exactly. */
const newSeed = (): number => Math.floor(Math.random() * seedLimit);

const fiveMinutesMs = 300_000;

const useFormActions = (key: string, suggestedPins: readonly string[]): FormActions => {
  const { view } = useServices();
  return useMemo(() => {
    const change = (make: (edits: RunEdits) => RunEdits): void => {
      const { runEdits, setRunEdits } = view.getState();
      setRunEdits(key, make(runEdits[key] ?? noEdits));
    };
    return {
      setValue: (field, value) =>
        change((edits) => {
          const { [field]: _old, ...others } = edits.values;
          return { ...edits, values: value === null ? others : { ...others, [field]: value } };
        }),
      setSeed: (field, mode) => change((edits) => ({ ...edits, seeds: { ...edits.seeds, [field]: mode } })),
      togglePin: (field) =>
        change((edits) => {
          const pinned = edits.pinned ?? suggestedPins;
          const isPinned = pinned.includes(field);
          return { ...edits, pinned: isPinned ? pinned.filter((one) => one !== field) : [...pinned, field] };
        }),
    };
  }, [view, key, suggestedPins]);
};

/** The form of an opened workflow: what the instances tell of its inputs, and what somebody changed. */
export const useRunForm = ({ key, inspection, pinned: chosenPins }: OpenedWorkflow): RunForm => {
  const { view } = useServices();
  const answer = useAnswer('workflows.classes', { classTypes: inspection.classTypes }, { staleTimeMs: fiveMinutesMs });
  const edits = useViewState((state) => state.runEdits[key]) ?? noEdits;
  const classes = answer.data ?? noClasses;
  const groups = useMemo(() => formGroups(inspection, classes), [inspection, classes]);
  const fields = useMemo(() => groups.flatMap((group) => group.fields), [groups]);
  const byKey = useMemo(() => new Map(fields.map((field) => [field.key, field])), [fields]);
  const ownPins = useMemo(() => chosenPins ?? suggestPins(groups), [chosenPins, groups]);
  const actions = useFormActions(key, ownPins);
  const wrongAtFirst = useMemo(
    () => new Set(fields.filter((field) => isBlocking(fieldProblem(field, field.initial))).map((field) => field.key)),
    [fields],
  );
  const edited = Object.entries(edits.values).flatMap(([name, value]) => {
    const field = byKey.get(name);
    return field === undefined ? [] : [{ field, value }];
  });
  const stillWrong = [...wrongAtFirst].filter((name) => !Object.hasOwn(edits.values, name)).length;
  const seeds = { ...inspection.seeds, ...edits.seeds };
  const promptWith = (values: RunEdits['values']): Prompt => applyValues(inspection.prompt, fields, values);
  return {
    key,
    isLoading: answer.isLoading,
    groups,
    fields,
    pinned: (edits.pinned ?? ownPins).flatMap((name) => byKey.get(name) ?? []),
    actions,
    edits,
    changed: edited.filter(({ field, value }) => value !== field.initial).length,
    blocked: stillWrong + edited.filter(({ field, value }) => isBlocking(fieldProblem(field, value))).length,
    seeds,
    prompt: () => promptWith(edits.values),
    promptWith,
    valuesAfter: (values) => ({ ...values, ...nextSeeds(fields, values, seeds, newSeed) }),
    setValues: (values) => {
      const { runEdits, setRunEdits } = view.getState();
      setRunEdits(key, { ...(runEdits[key] ?? noEdits), values });
    },
    reset: () => view.getState().setRunEdits(key, { ...edits, values: {}, seeds: {} }),
  };
};

/** The value and the seed mode of one field; the component renders again only when these change. */
export const useFieldState = (formKey: string, field: FormField): FieldValue =>
  useViewState((state) => valueOf(field, state.runEdits[formKey] ?? noEdits));
