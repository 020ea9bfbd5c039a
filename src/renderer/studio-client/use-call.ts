import {
  keepPreviousData,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
} from '@tanstack/react-query';
import type { CallInput, CallName, CallOutput } from '#contract/calls/index.ts';
import { useServices } from '../state/app-context.tsx';

/** A call that changes something, as a mutation. What changed arrives over the topics. */
export const useCall = <Name extends CallName>(
  name: Name,
): UseMutationResult<CallOutput<Name>, Error, CallInput<Name>> => {
  const { client } = useServices();
  return useMutation({ mutationFn: (input: CallInput<Name>) => client.call(name, input) });
};

interface AnswerOptions {
  readonly enabled?: boolean;
  readonly staleTimeMs?: number;
  /** Asks again after this time, as long as somebody looks. */
  readonly refetchIntervalMs?: number;
  /** Shows the last answer while the one for a new input is under way. */
  readonly keepPrevious?: boolean;
}

/** The answer of a call that only reads, cached by its input. */
export const useAnswer = <Name extends CallName>(
  name: Name,
  input: CallInput<Name>,
  options: AnswerOptions = {},
): UseQueryResult<CallOutput<Name>> => {
  const { client } = useServices();
  return useQuery<CallOutput<Name>>({
    queryKey: ['call', name, input],
    queryFn: ({ signal }) => client.call(name, input, { signal }),
    enabled: options.enabled ?? true,
    staleTime: options.staleTimeMs ?? 0,
    retry: false,
    refetchOnWindowFocus: false,
    refetchInterval: options.refetchIntervalMs ?? false,
    ...(options.keepPrevious === true ? { placeholderData: keepPreviousData } : {}),
  });
};
