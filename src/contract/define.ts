import type { z } from 'zod';
import type { ErrorCode } from './errors.ts';

/** Who may make a call: anyone who may look, anyone who may work, or the owner of the machine. */
export type Access = 'read' | 'write' | 'admin';

/** One call of the contract. Besides `errors`, every call may answer INPUT_INVALID, AUTH_*, CALL_CANCELLED and INTERNAL. */
export interface CallDefinition<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly summary: string;
  readonly input: Input;
  readonly output: Output;
  readonly errors: readonly ErrorCode[];
  readonly access: Access;
}

/** One topic: the schema of its whole state and of one numbered step. `keyed` topics are watched by a key. */
export interface TopicDefinition<State extends z.ZodType = z.ZodType, Event extends z.ZodType = z.ZodType> {
  readonly summary: string;
  readonly keyed: boolean;
  readonly snapshot: State;
  readonly event: Event;
  readonly access: Access;
}

export const defineCall = <Input extends z.ZodType, Output extends z.ZodType>(
  definition: CallDefinition<Input, Output>,
): CallDefinition<Input, Output> => definition;

export const defineTopic = <State extends z.ZodType, Event extends z.ZodType>(
  definition: TopicDefinition<State, Event>,
): TopicDefinition<State, Event> => definition;
