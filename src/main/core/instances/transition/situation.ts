import type { LifeEvent } from '../life.ts';
import type { LifePolicy } from '../policy.ts';

/** One kind of event. */
export type Answer<Type extends LifeEvent['type']> = Extract<LifeEvent, { type: Type }>;

/** When and by which rules an event is judged. */
export interface At {
  readonly now: number;
  readonly policy: LifePolicy;
}
