import { join } from 'node:path';
import type { Fleet } from './fleet.ts';

const workflows = join(import.meta.dirname, '..', '..', 'resources', 'workflows');

/** The path of a workflow that comes with the product. */
export const workflowFile = (name: 'text-to-image' | 'image-to-image'): string => join(workflows, `${name}.json`);

/** A workflow that is done at once. */
export const quickPrompt = (prefix = 'quick') => ({
  1: { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: 255 } },
  2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: prefix } },
});

/** The names of the instances that the jobs ran on, in the order in which those were handed out. */
export const ranOn = async (fleet: Fleet): Promise<string[]> => {
  const { jobs } = await fleet.call('jobs.list', { states: ['assigned', 'running', 'succeeded'], limit: 200 });
  const { instances } = await fleet.call('instances.list', {});
  const names = new Map(instances.map(({ configuration }) => [configuration.id, configuration.name]));
  return jobs
    .toSorted((a, b) => (a.assignedAt ?? 0) - (b.assignedAt ?? 0))
    .map(({ instanceId }) => names.get(instanceId ?? '') ?? 'none');
};
