import { z } from 'zod';
import { defineCall } from '../define.ts';
import { jobIdSchema, jobStateSchema, jobSubmissionSchema, jobViewSchema } from '../models/job.ts';
import { promptSchema, workflowInspectionSchema } from '../models/workflow.ts';
import { messageLimits } from '../wire.ts';

const byId = z.object({ jobId: jobIdSchema });

/** Calls about workflows and the jobs that run them. */
export const jobCalls = {
  'workflows.inspect': defineCall({
    summary: 'Reads the text of a workflow file and says what it is; other formats are refused with advice.',
    input: z.object({
      // No limit of the schema: a longer text is INPUT_TOO_LARGE, which says more than INPUT_INVALID.
      text: z.string().describe(`Up to ${messageLimits.workflowMaxCharacters} characters; more is INPUT_TOO_LARGE`),
      fileName: z.string().max(255).default(''),
    }),
    output: workflowInspectionSchema,
    errors: ['WORKFLOW_NOT_JSON', 'WORKFLOW_UI_FORMAT', 'WORKFLOW_INVALID', 'WORKFLOW_NO_OUTPUTS', 'INPUT_TOO_LARGE'],
    access: 'read',
  }),
  'jobs.submit': defineCall({
    summary:
      'Queues a workflow. With an instanceId it runs there, else on the active instance, else where the strategy says.',
    input: jobSubmissionSchema,
    output: jobViewSchema,
    errors: [
      'INSTANCE_NOT_FOUND',
      'WORKFLOW_UI_FORMAT',
      'WORKFLOW_INVALID',
      'WORKFLOW_NO_OUTPUTS',
      'WORKFLOW_NODE_UNKNOWN',
      'WORKFLOW_REJECTED',
      'JOB_QUEUE_FULL',
    ],
    access: 'write',
  }),
  'jobs.list': defineCall({
    summary: 'Jobs, newest first.',
    input: z.object({
      states: z.array(jobStateSchema).optional(),
      limit: z.int().min(1).max(1000).default(100),
    }),
    output: z.object({ jobs: z.array(jobViewSchema) }),
    errors: [],
    access: 'read',
  }),
  'jobs.get': defineCall({
    summary: 'One job.',
    input: byId,
    output: jobViewSchema,
    errors: ['JOB_NOT_FOUND'],
    access: 'read',
  }),
  'jobs.prompt': defineCall({
    summary: 'The graph of a job.',
    input: byId,
    output: z.object({ prompt: promptSchema }),
    errors: ['JOB_NOT_FOUND'],
    access: 'read',
  }),
  'jobs.cancel': defineCall({
    summary: 'Takes a waiting job out of the queue, or interrupts a running one.',
    input: byId,
    output: jobViewSchema,
    errors: ['JOB_NOT_FOUND', 'JOB_FINISHED'],
    access: 'write',
  }),
  'jobs.clearFinished': defineCall({
    summary: 'Forgets finished jobs. Their files stay.',
    input: z.object({}),
    output: z.object({ removed: z.int() }),
    errors: [],
    access: 'write',
  }),
} as const;
