import { Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfferedFlag } from '#contract/models/instance.ts';
import { useAnswer } from '../../studio-client/use-call.ts';
import { AreaField } from './fields.tsx';
import { FlagPicker } from './flag-picker.tsx';
import { useInstanceForm } from './form-context.tsx';
import { draftOf } from './form-values.ts';
import { withFlag } from './given-arguments.ts';
import { GivenArguments } from './given-list.tsx';

const settleMs = 400;
const flagsFreshMs = 60_000;

/** Only these fields say which program is asked for its flags; typing elsewhere asks nobody. */
const usePrograms = () => {
  const { form } = useInstanceForm();
  const { kind, program, comfyuiFolder, pythonPath } = draftOf(form.values);
  const [settled] = useDebouncedValue(JSON.stringify([kind, program, comfyuiFolder, pythonPath]), settleMs);
  const isSettled = settled === JSON.stringify([kind, program, comfyuiFolder, pythonPath]);
  return { isSettled, draft: { name: 'flags', kind, program, comfyuiFolder, pythonPath } };
};

/** The extra arguments as one line, a list of what the install offers, and what each given one does. */
export const ArgumentsField = (): ReactNode => {
  const { t } = useTranslation();
  const { form, instanceId } = useInstanceForm();
  const { isSettled, draft } = usePrograms();
  const offered = useAnswer('instances.flags', instanceId === null ? { draft } : { draft, instanceId }, {
    enabled: isSettled,
    staleTimeMs: flagsFreshMs,
    keepPrevious: true,
  });
  const line = form.values.extraArgumentsText;
  const change = (next: string): void => {
    form.setFieldValue('extraArgumentsText', next);
    form.setTouched((touched) => ({ ...touched, extraArgumentsText: true }));
  };
  const flags: readonly OfferedFlag[] = offered.data?.flags ?? [];
  return (
    <Stack gap="xs">
      <AreaField
        path="extraArgumentsText"
        text="extraArguments"
        problemField="extraArguments"
        placeholder={t('instanceForm.fields.extraArguments.placeholder')}
        mono
      />
      <FlagPicker
        flags={flags}
        state={offered.data?.state ?? (offered.isError ? 'unreadable' : 'asking')}
        given={line}
        onPick={(flag) => change(withFlag(line, flag))}
      />
      <GivenArguments line={line} flags={flags} isKnown={offered.data?.state === 'known'} onChange={change} />
    </Stack>
  );
};
