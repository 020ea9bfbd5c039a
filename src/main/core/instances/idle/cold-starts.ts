import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { Life } from '../life.ts';

/** How long starts take, learned from those that came up. */
export interface ColdStarts {
  /** A step of the life of an instance. */
  note(configuration: Program, previous: Life, next: Life): void;
  /** From the launch of the process until it is ready, in milliseconds. */
  expectedMs(configuration: Program): number;
  forget(instanceId: string): void;
}

type Program = Pick<InstanceConfiguration, 'id' | 'program'>;

/** Before the first start: ComfyUI with some custom nodes on a disk that has to be read; the sandbox is one small program. */
const priorMs = { comfyui: 30_000, sandbox: 2_000 } as const;
/** Weight of the latest start: the first one after a boot reads from the disk, the next ones from memory. */
const newShare = 0.3;

export const createColdStarts = (now: () => number): ColdStarts => {
  const launchedAt = new Map<string, number>();
  const learned = new Map<string, { readonly program: Program['program']; readonly ms: number }>();

  const expectedMs = ({ id, program }: Program): number => {
    const known = learned.get(id);
    return known?.program === program ? known.ms : priorMs[program];
  };

  return {
    note: (configuration, previous, next) => {
      const { id, program } = configuration;
      // The wait for its turn is not counted: it is the start of others.
      if (next.process === 'launching' && previous.process !== 'launching') launchedAt.set(id, now());
      if (next.state.kind === 'starting') return;
      const since = launchedAt.get(id);
      launchedAt.delete(id);
      const isUp = next.state.kind === 'ready' || next.state.kind === 'paused';
      if (since === undefined || !isUp || previous.state.kind !== 'starting') return;
      const tookMs = now() - since;
      const isFirst = learned.get(id)?.program !== program;
      const ms = isFirst ? tookMs : expectedMs(configuration) * (1 - newShare) + tookMs * newShare;
      learned.set(id, { program, ms });
    },
    expectedMs,
    forget: (instanceId) => {
      launchedAt.delete(instanceId);
      learned.delete(instanceId);
    },
  };
};
