import type { UseFormReturnType } from '@mantine/form';
import { useState } from 'react';
import type { InstanceConfiguration, InstanceView } from '#contract/models/instance.ts';
import { type Comparison, compareValues, takeValue } from './flat-values.ts';
import { type InstanceFormValues, valuesOf } from './form-values.ts';

/** What happened to the stored instance while it is edited here. */
export interface StoredChanges extends Pick<Comparison, 'conflicts'> {
  /** What saving is compared with by the studio. */
  readonly basis: InstanceConfiguration;
  /** The values that count as unchanged. */
  readonly basisValues: InstanceFormValues;
  /** Fields that were changed elsewhere, not here, and are shown as they are stored now. */
  readonly takenOver: readonly string[];
  readonly isDeleted: boolean;
  readonly keepMine: (path: string) => void;
  readonly takeTheirs: (path: string) => void;
  readonly forgetTakenOver: () => void;
}

/**
 * Follows the stored instance while a form is open. Fields that nobody touched here follow it; for those that were changed on both
 * sides, the user decides.
 */
export const useStoredChanges = (
  form: UseFormReturnType<InstanceFormValues>,
  start: InstanceConfiguration,
  view: InstanceView | null | undefined,
): StoredChanges => {
  const [basis, setBasis] = useState({ configuration: start, values: valuesOf(start) });
  const [takenOver, setTakenOver] = useState<readonly string[]>([]);
  const stored = view?.configuration ?? basis.configuration;
  const isSame = JSON.stringify(stored) === JSON.stringify(basis.configuration);
  const storedValues = isSame ? basis.values : valuesOf(stored);
  const { conflicts, news } = isSame
    ? { conflicts: [], news: [] }
    : compareValues({ basis: basis.values, stored: storedValues, mine: form.values });

  if (!isSame && (news.length > 0 || conflicts.length === 0)) {
    const taken = (values: InstanceFormValues): InstanceFormValues =>
      news.reduce((next, path) => takeValue(next, storedValues, path), values);
    if (news.length > 0) {
      form.setValues(taken(form.values));
      setTakenOver((old) => [...new Set([...old, ...news])]);
    }
    setBasis({
      configuration: conflicts.length === 0 ? stored : basis.configuration,
      values: conflicts.length === 0 ? storedValues : taken(basis.values),
    });
  }

  return {
    basis: basis.configuration,
    basisValues: basis.values,
    conflicts,
    takenOver,
    isDeleted: view === null,
    keepMine: (path) => setBasis({ ...basis, values: takeValue(basis.values, storedValues, path) }),
    takeTheirs: (path) => {
      form.setValues(takeValue(form.values, storedValues, path));
      setBasis({ ...basis, values: takeValue(basis.values, storedValues, path) });
    },
    forgetTakenOver: () => setTakenOver([]),
  };
};
