import type { ErrorText } from './error-text.ts';

/** Errors of workflows and jobs. */
export const workErrors = {
  WORKFLOW_NOT_JSON: {
    happened: 'This file is not JSON.',
    detailed: ['This file is not JSON: {{reason}}.'],
    means: 'It is damaged or of another kind, so there is no workflow in it.',
    do: 'Choose a workflow that ComfyUI exported.',
  },
  WORKFLOW_UI_FORMAT: {
    happened: 'This workflow was saved for the editor.',
    means: 'It describes how the graph looks, not how it runs.',
    do: 'In ComfyUI choose "Export (API)" and drop that file instead.',
  },
  WORKFLOW_INVALID: {
    happened: 'This file holds no workflow in API format.',
    detailed: ['This file holds no workflow in API format: {{reason}}.'],
    means: 'The nodes could not be read.',
    do: 'In ComfyUI choose "Export (API)" and drop that file.',
  },
  WORKFLOW_NO_OUTPUTS: {
    happened: 'This workflow has no output.',
    means: 'It would run and leave nothing behind.',
    do: 'Add a node that saves or shows something, such as Save Image, and export again.',
  },
  WORKFLOW_NODE_UNKNOWN: {
    happened: 'No instance knows a node of this workflow.',
    detailed: ['No instance knows {{classTypes}}.'],
    means: 'It belongs to a custom node that is not installed there.',
    do: 'Install the custom node, or choose an instance that has it.',
  },
  WORKFLOW_REJECTED: {
    happened: 'ComfyUI rejects this workflow.',
    means: 'An input is missing or has a value that is not allowed.',
    do: 'Correct the nodes named below and export it again.',
  },
  WORKFLOW_NOT_FOUND: {
    happened: 'This saved workflow does not exist any more.',
    means: 'It was deleted, maybe in another window.',
    do: 'Choose another one; deleted workflows can be restored in the library for 30 days.',
  },
  WORKFLOW_CHANGED: {
    happened: 'This workflow was changed in the meantime.',
    means: 'Somebody saved it in another window. Nothing was overwritten.',
    do: 'Save yours as a new workflow, or open the saved one again.',
  },
  WORKFLOW_LIBRARY_FULL: {
    happened: 'The library is full.',
    detailed: ['The library is full: it takes {{maxWorkflows}} workflows.'],
    means: 'Nothing was saved.',
    do: 'Export workflows that you do not need and delete them.',
  },
  JOB_NOT_FOUND: {
    happened: 'This job does not exist any more.',
    means: 'It was cleared.',
    do: 'Run the workflow again if you need it.',
  },
  JOB_FINISHED: {
    happened: 'This job has already ended.',
    means: 'There is nothing left to cancel.',
    do: 'Look at its results.',
  },
  JOB_NODE_FAILED: {
    happened: 'A node of the workflow failed.',
    detailed: ['The node {{classType}} failed.'],
    means: 'The job ended there; results of earlier nodes are kept.',
    do: 'Read its message below, change the workflow and run it again.',
  },
  JOB_LOST: {
    happened: 'The instance lost this job.',
    means: 'It ended or was restarted while the job was running.',
    do: 'Run it again.',
  },
  JOB_TIMEOUT: {
    happened: 'The job made no progress for too long.',
    means: 'It was ended, so that others can run.',
    do: 'Run it again, or raise the time-out of the instance.',
  },
  JOB_NOT_REPEATED: {
    happened: 'The instance was lost while it ran this job.',
    means: 'The workflow acts outside ComfyUI and may have done so already, so it is not run again by itself.',
    do: 'Look what it has done there; retry the job if it should run again.',
  },
  JOB_SECRET_LOST: {
    happened: 'The key for the API nodes of this job cannot be read any more.',
    means: 'It was stored under jobs.key in the data folder, which is gone or was replaced. The job was set aside.',
    do: 'Put that file back and retry the job, or run the workflow again from where you are signed in.',
  },
  JOB_QUEUE_FULL: {
    happened: 'The queue is full.',
    detailed: ['The queue is full: {{maxQueuedJobs}} jobs wait already.'],
    means: 'The job was not taken.',
    do: 'Wait until some are done, or cancel some.',
  },
  JOB_QUEUE_CLOSED: {
    happened: 'The queue takes no new jobs now.',
    means: 'It is draining: what waits is finished first.',
    do: 'Resume the queue on the queue page, then try again.',
  },
  JOB_NOT_WAITING: {
    happened: 'This job does not wait any more.',
    means: 'It was started or has ended in the meantime, so its place and priority are settled.',
    do: 'Look at the list again; cancel it first if it must run differently.',
  },
  JOB_NOT_FINISHED: {
    happened: 'This job has not ended yet.',
    means: 'Only jobs that have ended or are parked can be retried or removed.',
    do: 'Cancel it first, or wait until it is done.',
  },
  BATCH_NOT_FOUND: {
    happened: 'This batch does not exist any more.',
    means: 'Its jobs were removed from the list.',
    do: 'Run it again if you need it.',
  },
  BATCH_TOO_LARGE: {
    happened: 'This batch has too many jobs.',
    detailed: [
      'This batch would have {{total}} jobs; {{batchMaxJobs}} is the most.',
      'This batch would have {{total}} jobs; {{max}} is the most.',
    ],
    means: 'Nothing was queued.',
    do: 'Make the lists shorter, or run it in parts.',
  },
  BATCH_PARAMETER_INVALID: {
    happened: 'A list is for an input that this workflow does not have.',
    detailed: ['This workflow has no input {{inputName}} at node {{nodeId}}.'],
    means: 'Nothing was queued.',
    do: 'Choose an input that the workflow has.',
  },
} as const satisfies Record<string, ErrorText>;
