import type { InstanceEvent } from '#contract/models/instance-event.ts';

/** The books of events, one an instance, each of a bounded size: the oldest events give way. */
export interface InstanceEventStore {
  /** All that is kept, oldest first; a damaged line is left out. Fails with STORE_READ_FAILED. */
  read(instanceId: string): Promise<readonly InstanceEvent[]>;
  /** Adds a line before it answers; false when the disk refused it. */
  append(instanceId: string, event: InstanceEvent): boolean;
}

/** The minutes of the last day, kept over a restart. */
export interface SeriesStore {
  /** What was kept, oldest first; more than the last day, but of a bounded size. */
  read(): AsyncIterable<string>;
  append(line: string): boolean;
  close(): void;
}
