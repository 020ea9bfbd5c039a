import type { Prompt } from '#contract/models/workflow.ts';
import type { JobNeeds, SchedulingJob, WorkflowShape } from '#core/scheduling/scheduler-interface.ts';
import { needsOf } from '#core/workflows/job-needs.ts';
import { knowledgeOf } from '#core/workflows/workflow-knowledge.ts';
import { shapeOf } from '#core/workflows/workflow-shape.ts';
import type { JobRecord } from './job-record.ts';
import type { NodeCatalogs } from './node-catalogs.ts';
import { graphNamesOf } from './place-inputs.ts';

/** What a graph needs of an instance, and how much work it is. */
export interface GraphWork {
  readonly shape: WorkflowShape;
  readonly needs: JobNeeds;
}

export type ReadWork = (prompt: Prompt) => GraphWork;

/** Reads graphs with what the instances told of their nodes so far. */
export const createReadWork =
  (catalogs: Pick<NodeCatalogs, 'catalogs'>): ReadWork =>
  (prompt) => {
    const knowledge = knowledgeOf(catalogs.catalogs());
    return { shape: shapeOf(prompt, knowledge), needs: needsOf(prompt, knowledge) };
  };

/** What an instance is asked for; the key tells the two kinds apart. */
const knownOnly = (needs: JobNeeds): JobNeeds =>
  needs.mustBeKnown === true ? needs : { ...needs, key: `known ${needs.key}`, mustBeKnown: true };

/** Needs as they were before `knownOnly`. */
const asRead = (needs: JobNeeds): JobNeeds => {
  const { mustBeKnown, key, ...rest } = needs;
  return mustBeKnown === true ? { ...rest, key: key.slice('known '.length) } : needs;
};

/** Files that come with the job are on no instance's list, and are sent to the one that runs it. */
const withoutUploads = (needs: JobNeeds, names: ReadonlySet<string>): JobNeeds => {
  const combos = needs.combos.filter(({ value }) => !names.has(value));
  if (combos.length === needs.combos.length) return needs;
  const rest = combos.map(({ classType, inputName, value }) => [classType, inputName, value]);
  return { key: JSON.stringify([needs.classTypes, rest]), classTypes: needs.classTypes, combos };
};

const needsOfJob = ({ order, undecided }: JobRecord, { needs }: GraphWork): JobNeeds => {
  const read = asRead(needs);
  const own = order.inputs.length === 0 ? read : withoutUploads(read, new Set(order.inputs.flatMap(graphNamesOf)));
  return undecided ? knownOnly(own) : own;
};

/** A job as the scheduler queues it. */
export const schedulingJobOf = (record: JobRecord, work: GraphWork): SchedulingJob => {
  const { order, view, firm, excludedInstanceIds } = record;
  return {
    jobId: order.jobId,
    shape: work.shape,
    needs: needsOfJob(record, work),
    priority: view.priority,
    rank: view.rank,
    kind: view.kind,
    lane: order.lane,
    requestedInstanceId: view.requestedInstanceId,
    queuedAt: view.submittedAt,
    firm,
    excludedInstanceIds,
  };
};
