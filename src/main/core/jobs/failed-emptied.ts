import type { WorkflowShape } from '#core/scheduling/scheduler-interface.ts';
import type { FleetCandidate } from './fleet-view.ts';

/** Shapes that are remembered; the oldest are left out beyond it. */
const maxShapes = 500;

type Card = Pick<FleetCandidate, 'vramTotalBytes'>;

/** What did not fit into a card of a size although that had been emptied before: another try of the same kind is spared. */
export interface FailedEmptied {
  has(shape: WorkflowShape, card: Card): boolean;
  add(shape: WorkflowShape, card: Card): void;
  /** It did fit after all: something else was in the way. */
  remove(shape: WorkflowShape, card: Card): void;
}

const keyOf = ({ fingerprint }: WorkflowShape, { vramTotalBytes }: Card): string => `${vramTotalBytes} ${fingerprint}`;

export const createFailedEmptied = (): FailedEmptied => {
  const failed = new Set<string>();
  return {
    // Cards whose size nobody knows are not told apart.
    has: (shape, card) => card.vramTotalBytes !== null && failed.has(keyOf(shape, card)),
    add: (shape, card) => {
      failed.add(keyOf(shape, card));
      for (const oldest of failed) {
        if (failed.size <= maxShapes) break;
        failed.delete(oldest);
      }
    },
    remove: (shape, card) => {
      failed.delete(keyOf(shape, card));
    },
  };
};
