import type { JobProgress } from '#contract/models/job.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import { type OutputKnowledge, outputNodesOf } from '#core/workflows/output-nodes.ts';
import { neededFor } from '#core/workflows/prompt-links.ts';
import type { PromptEvent } from './frame-reading.ts';

/** How far a run of a prompt is. */
export interface RunProgress {
  /** The nodes that run for the outputs of the prompt. */
  readonly planned: ReadonlySet<string>;
  readonly done: ReadonlySet<string>;
  readonly cachedNodes: number;
  readonly current: { readonly nodeId: string; readonly value: number; readonly max: number } | null;
  /** What was shown before; a run on another instance starts over, but what a person sees never goes back. */
  readonly shownFraction: number;
  readonly shownDone: number;
}

/** The start of a run; `before` is what an earlier run of the same job had reached. */
export const startProgress = (prompt: Prompt, knowledge: OutputKnowledge, before: JobProgress | null): RunProgress => {
  const outputs = outputNodesOf(prompt, knowledge);
  const planned = neededFor(prompt, outputs.length > 0 ? outputs : Object.keys(prompt));
  return {
    planned,
    done: new Set(),
    cachedNodes: 0,
    current: null,
    shownFraction: before?.fraction ?? 0,
    shownDone: before?.nodesDone ?? 0,
  };
};

/** Only a whole job is 1; until its end was seen the bar stays a little short of it. */
const almostDone = 0.999;

const fractionOf = ({ planned, done, current }: RunProgress): number => {
  if (planned.size === 0) return 0;
  const running = current !== null && !done.has(current.nodeId) && current.max > 0 ? current.value / current.max : 0;
  return Math.min(almostDone, (done.size + Math.min(1, Math.max(0, running))) / planned.size);
};

const keepHighest = (progress: RunProgress): RunProgress => ({
  ...progress,
  shownFraction: Math.max(progress.shownFraction, fractionOf(progress)),
  shownDone: Math.max(progress.shownDone, progress.done.size),
});

/** Only nodes of the plan count: a node may make others while it runs, which nobody knew of before. */
const withDone = (progress: RunProgress, nodeIds: readonly string[]): RunProgress => ({
  ...progress,
  done: new Set([...progress.done, ...nodeIds.filter((nodeId) => progress.planned.has(nodeId))]),
});

/** The progress after one event of the run. */
export const advanceProgress = (progress: RunProgress, event: PromptEvent): RunProgress => {
  switch (event.kind) {
    case 'cached':
      return keepHighest({ ...withDone(progress, event.nodeIds), cachedNodes: event.nodeIds.length });
    case 'nodes': {
      const entries = Object.entries(event.nodes);
      const finished = entries.filter(([, node]) => node.finished).map(([nodeId]) => nodeId);
      const running = entries.findLast(([, node]) => !node.finished);
      const current =
        running === undefined
          ? progress.current
          : { nodeId: running[1].displayNodeId, value: running[1].value, max: running[1].max };
      return keepHighest({ ...withDone(progress, finished), current });
    }
    case 'executing': {
      if (progress.current?.nodeId === event.nodeId) return progress;
      return keepHighest({ ...progress, current: { nodeId: event.nodeId, value: 0, max: 1 } });
    }
    case 'step': {
      const nodeId = progress.planned.has(event.nodeId) ? event.nodeId : (progress.current?.nodeId ?? event.nodeId);
      return keepHighest({ ...progress, current: { nodeId, value: event.value, max: event.max } });
    }
    case 'executed':
      return keepHighest(withDone(progress, [event.nodeId]));
    case 'started':
    case 'preview':
    case 'succeeded':
    case 'failed':
    case 'interrupted':
    case 'ended':
      return progress;
  }
};

/** As screens see it; `succeeded` makes it whole. */
export const showProgress = (progress: RunProgress, prompt: Prompt, succeeded: boolean): JobProgress => {
  const { current, planned } = progress;
  const nodeId = succeeded ? null : (current?.nodeId ?? null);
  return {
    nodeId,
    classType: nodeId !== null && Object.hasOwn(prompt, nodeId) ? (prompt[nodeId]?.class_type ?? '') : '',
    value: succeeded ? 1 : (current?.value ?? 0),
    max: succeeded ? 1 : (current?.max ?? 1),
    nodesDone: succeeded ? planned.size : Math.min(progress.shownDone, planned.size),
    nodesTotal: planned.size,
    fraction: succeeded ? 1 : progress.shownFraction,
  };
};
