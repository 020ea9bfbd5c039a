import { z } from 'zod';
import { defineCall } from '../define.ts';
import { instanceIdSchema } from '../models/instance.ts';
import { jobIdSchema } from '../models/job.ts';
import {
  exportKinds,
  pictureSourceSchema,
  preflightSchema,
  savedWorkflowSchema,
  shareOutcomeSchema,
  workflowClassesSchema,
  workflowContentSchema,
  workflowIdSchema,
  workflowNameSchema,
} from '../models/library.ts';
import { promptSchema, workflowInspectionSchema } from '../models/workflow.ts';
import { messageLimits } from '../wire.ts';

const byId = z.object({ workflowId: workflowIdSchema });
const someIds = z.array(workflowIdSchema).min(1).max(1000);
const expectedRevision = z.int().positive().describe('What the caller saw; WORKFLOW_CHANGED where it is another one');
const someText = z
  .string()
  .describe(`Up to ${messageLimits.workflowMaxCharacters} characters; more is INPUT_TOO_LARGE`);

const storeErrors = ['STORE_CORRUPT', 'STORE_NEWER_VERSION', 'STORE_READ_FAILED', 'STORE_WRITE_FAILED'] as const;
const readErrors = [
  'WORKFLOW_NOT_JSON',
  'WORKFLOW_UI_FORMAT',
  'WORKFLOW_INVALID',
  'WORKFLOW_NO_OUTPUTS',
  'INPUT_TOO_LARGE',
] as const;

/** Calls about workflows before they run: reading and converting them, their forms, and the library of saved ones. */
export const workflowCalls = {
  'workflows.convert': defineCall({
    summary:
      'Turns the file of the editor into the graph that ComfyUI runs; WORKFLOW_UI_FORMAT says what stands in the way.',
    input: z.object({ text: someText, fileName: z.string().max(255).default('') }),
    output: workflowInspectionSchema,
    errors: readErrors,
    access: 'read',
  }),
  'workflows.classes': defineCall({
    summary: 'What the instances tell of these classes, for a form: limits, lists of values, helps.',
    input: z.object({ classTypes: z.array(z.string().max(500)).max(10_000) }),
    output: workflowClassesSchema,
    errors: [],
    access: 'read',
  }),
  'workflows.preflight': defineCall({
    summary: 'Which instances could run a graph, what the others lack, and when it would begin.',
    input: z.object({
      prompt: promptSchema,
      instanceId: instanceIdSchema.nullable().default(null),
      priority: z.int().min(-100).max(100).default(0),
      inputs: z.array(z.string().max(255)).max(100).default([]).describe('Names of files that come with the job'),
    }),
    output: preflightSchema,
    errors: [],
    access: 'read',
  }),
  'workflows.list': defineCall({
    summary: 'Saved workflows, the latest changed first; or the deleted ones that can be brought back.',
    input: z.object({
      search: z.string().max(200).default(''),
      tag: z.string().max(100).nullable().default(null),
      deleted: z.boolean().default(false),
    }),
    output: z.object({ workflows: z.array(savedWorkflowSchema) }),
    errors: storeErrors,
    access: 'read',
  }),
  'workflows.get': defineCall({
    summary: 'A saved workflow with its graph.',
    input: byId,
    output: z.object({ workflow: savedWorkflowSchema, content: workflowContentSchema }),
    errors: ['WORKFLOW_NOT_FOUND', ...storeErrors],
    access: 'read',
  }),
  'workflows.save': defineCall({
    summary: 'Saves a new workflow, or with an id and the revision that the caller saw a changed one.',
    input: z.object({
      workflowId: workflowIdSchema.nullable().default(null),
      expectedRevision: expectedRevision.nullable().default(null),
      content: workflowContentSchema,
    }),
    output: savedWorkflowSchema,
    errors: ['WORKFLOW_NOT_FOUND', 'WORKFLOW_CHANGED', 'WORKFLOW_LIBRARY_FULL', ...storeErrors],
    access: 'write',
  }),
  'workflows.change': defineCall({
    summary: 'Another name or other tags of a saved workflow.',
    input: byId.extend({
      expectedRevision,
      name: workflowNameSchema.optional(),
      tags: workflowContentSchema.shape.tags.unwrap().optional(),
    }),
    output: savedWorkflowSchema,
    errors: ['WORKFLOW_NOT_FOUND', 'WORKFLOW_CHANGED', ...storeErrors],
    access: 'write',
  }),
  'workflows.duplicate': defineCall({
    summary: 'A copy of a saved workflow under another name.',
    input: byId,
    output: savedWorkflowSchema,
    errors: ['WORKFLOW_NOT_FOUND', 'WORKFLOW_LIBRARY_FULL', ...storeErrors],
    access: 'write',
  }),
  'workflows.delete': defineCall({
    summary: 'Takes workflows out of the library; they can be brought back for 30 days.',
    input: z.object({ workflowIds: someIds }),
    output: z.object({ deleted: z.int() }),
    errors: storeErrors,
    access: 'write',
  }),
  'workflows.restore': defineCall({
    summary: 'Brings deleted workflows back.',
    input: z.object({ workflowIds: someIds }),
    output: z.object({ restored: z.int() }),
    errors: ['WORKFLOW_NOT_FOUND', 'WORKFLOW_LIBRARY_FULL', ...storeErrors],
    access: 'write',
  }),
  'workflows.picture': defineCall({
    summary: 'The picture of a saved workflow.',
    input: byId,
    output: z.object({ contentType: z.string(), base64: z.string() }),
    errors: ['WORKFLOW_NOT_FOUND', ...storeErrors],
    access: 'read',
  }),
  'workflows.setPicture': defineCall({
    summary:
      'Makes a result or an uploaded picture the picture of a saved workflow; null goes back to its latest result.',
    input: byId.extend({ from: pictureSourceSchema.nullable() }),
    output: savedWorkflowSchema,
    errors: ['WORKFLOW_NOT_FOUND', 'JOB_NOT_FOUND', ...storeErrors],
    access: 'write',
  }),
  'workflows.noteRun': defineCall({
    summary: 'Says that a job runs a saved workflow, so that its result may become the picture.',
    input: byId.extend({ jobId: jobIdSchema }),
    output: z.object({}),
    errors: ['WORKFLOW_NOT_FOUND', ...storeErrors],
    access: 'write',
  }),
  'workflows.export': defineCall({
    summary:
      'Saved workflows as the text of a file: `atelier` takes any number with all that belongs to them, the others one.',
    input: z.object({ workflowIds: someIds, as: z.enum(exportKinds).default('atelier') }),
    output: z.object({ fileName: z.string(), text: z.string() }),
    errors: ['WORKFLOW_NOT_FOUND', 'WORKFLOW_NODE_UNKNOWN', ...storeErrors],
    access: 'read',
  }),
  'workflows.import': defineCall({
    summary: 'Saves what is in an exported file, or a workflow in either format of ComfyUI. Nothing is overwritten.',
    input: z.object({ text: someText, fileName: z.string().max(255).default('') }),
    output: z.object({ workflows: z.array(savedWorkflowSchema) }),
    errors: ['WORKFLOW_LIBRARY_FULL', ...readErrors, ...storeErrors],
    access: 'write',
  }),
  'workflows.share': defineCall({
    summary:
      'Puts a copy of a saved workflow among the workflows of instances, where their pages show it. Nothing is overwritten.',
    input: byId.extend({ instanceIds: z.array(instanceIdSchema).min(1).max(256) }),
    output: z.object({ outcomes: z.array(shareOutcomeSchema) }),
    errors: ['WORKFLOW_NOT_FOUND', 'WORKFLOW_NODE_UNKNOWN', ...storeErrors],
    access: 'write',
  }),
} as const;
