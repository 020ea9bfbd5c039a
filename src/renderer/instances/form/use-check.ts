import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { CallOutput } from '#contract/calls/index.ts';
import type { InstanceDraft } from '#contract/models/instance.ts';
import { useConnectionState } from '../../studio-client/connection-state.ts';
import { useAnswer } from '../../studio-client/use-call.ts';

const settleMs = 250;
type Report = CallOutput<'instances.validate'>;

/** What the studio thinks of a draft, asked again as one types. */
export interface Check {
  /** The latest report; undefined before the first. It stays while the studio is away. */
  readonly report: Report | undefined;
  readonly isAway: boolean;
  readonly isChecking: boolean;
  readonly again: () => Promise<unknown>;
}

export const useCheck = (draft: InstanceDraft, instanceId: string | null): Check => {
  const [settled] = useDebouncedValue(draft, settleMs);
  const isOpen = useConnectionState() === 'open';
  const target = instanceId === null ? {} : { instanceId };
  // Asked anew when the studio is back.
  const answer = useAnswer(
    'instances.validate',
    { draft: settled, ...target },
    { enabled: isOpen, keepPrevious: true },
  );
  const [report, setReport] = useState<Report>();
  if (answer.data !== undefined && answer.data !== report) setReport(answer.data);
  return {
    report,
    isAway: !isOpen,
    isChecking: isOpen && report === undefined && answer.isFetching,
    again: () => answer.refetch(),
  };
};
