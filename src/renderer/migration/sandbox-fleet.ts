import type { InstanceDraft } from '#contract/models/instance.ts';

const withoutGpus = 2;
const mostInstances = 8;

/** One for each GPU, as it would be with ComfyUI; two where there is none, so that there is something to balance. */
export const sandboxCount = (gpus: number): number => (gpus === 0 ? withoutGpus : Math.min(gpus, mostInstances));

/** A sandbox instance that stands for one card. */
export const sandboxDraft = (name: string, port: number): InstanceDraft => ({
  name,
  kind: 'local',
  program: 'sandbox',
  port,
  autoStart: true,
});

/** The first name of the kind that nobody has. */
export const freeName = (nameOf: (number: number) => string, taken: ReadonlySet<string>): string => {
  for (let number = 1; ; number += 1) {
    const name = nameOf(number);
    if (!taken.has(name)) return name;
  }
};
