import type { UseFormReturnType } from '@mantine/form';
import { createContext, type ReactNode, useContext } from 'react';
import type { FieldProblem } from '#contract/models/instance.ts';
import { describeProblem } from '../../text/describe-problem.ts';
import type { InstanceFormValues } from './form-values.ts';

export interface InstanceFormState {
  readonly form: UseFormReturnType<InstanceFormValues>;
  readonly problems: readonly FieldProblem[];
  /** Null for a new instance. */
  readonly instanceId: string | null;
  /** A new instance that is no copy: templates are offered. */
  readonly isBlank: boolean;
  /** True once saving was tried: from then on every problem is shown, touched or not. */
  readonly showAll: boolean;
}

const FormContext = createContext<InstanceFormState | null>(null);

export const InstanceFormProvider = ({
  state,
  children,
}: {
  readonly state: InstanceFormState;
  readonly children: ReactNode;
}): ReactNode => <FormContext value={state}>{children}</FormContext>;

export const useInstanceForm = (): InstanceFormState => {
  const state = useContext(FormContext);
  if (state === null) throw new Error('useInstanceForm is used outside its dialog');
  return state;
};

interface FieldFindings {
  readonly error: string | null;
  readonly warning: string | null;
}

/** What the check says about a field, by the path it has in a configuration. */
export const useFindings = (problemField: string, touched: boolean): FieldFindings => {
  const { problems, showAll, instanceId } = useInstanceForm();
  const own = problems.filter(({ field }) => field === problemField || field.startsWith(`${problemField}.`));
  const sentence = (severity: FieldProblem['severity']): string | null => {
    const found = own.filter((problem) => problem.severity === severity).map(describeProblem);
    return found.length === 0 ? null : found.join(' ');
  };
  const shown = touched || showAll || instanceId !== null;
  return { error: shown ? sentence('error') : null, warning: shown ? sentence('warning') : null };
};
