import { z } from 'zod';
import { defineCall } from '../define.ts';
import {
  migrationChoicesSchema,
  migrationFindingSchema,
  migrationPlanSchema,
  migrationRunSchema,
} from '../models/migration.ts';

const byRun = z.strictObject({ runId: z.string().max(100) });

/** Calls that look at what a user has and say what would become of it. */
export const migrationScanCalls = {
  'migration.scan': defineCall({
    summary:
      'Looks for ComfyUI where it usually is, and at the places given. Reads only; every place has a time limit.',
    input: z.strictObject({
      folders: z.array(z.string().min(1).max(4096)).max(20).default([]),
      files: z.array(z.string().min(1).max(4096)).max(20).default([]),
      urls: z.array(z.string().min(1).max(2000)).max(20).default([]),
      usualPlaces: z.boolean().default(true),
    }),
    output: z.object({ findings: z.array(migrationFindingSchema), durationMs: z.number() }),
    errors: ['INPUT_INVALID'],
    access: 'admin',
  }),
  'migration.plan': defineCall({
    summary: 'What would become of what was found, in full, nothing done: the dry run.',
    input: migrationChoicesSchema,
    output: migrationPlanSchema,
    errors: ['INPUT_INVALID', 'MIGRATION_FINDING_GONE'],
    access: 'admin',
  }),
} as const;

/** Calls that turn what a user has into instances, and back. */
export const migrationApplyCalls = {
  'migration.apply': defineCall({
    summary: 'Carries out a plan step by step, journaled; the topic `migration` tells how far it is.',
    input: z.strictObject({ planId: z.string().max(100) }),
    output: migrationRunSchema,
    errors: ['MIGRATION_PLAN_OUTDATED', 'MIGRATION_BUSY', 'STORE_WRITE_FAILED'],
    access: 'admin',
  }),
  'migration.cancel': defineCall({
    summary: 'Ends a run that is under way and takes back what it did.',
    input: byRun,
    output: migrationRunSchema,
    errors: ['MIGRATION_RUN_NOT_FOUND'],
    access: 'admin',
  }),
  'migration.undo': defineCall({
    summary: 'Takes back a run: instances, settings and folders are byte for byte what they were before.',
    input: byRun,
    output: migrationRunSchema,
    errors: ['MIGRATION_RUN_NOT_FOUND', 'MIGRATION_BUSY', 'STORE_WRITE_FAILED'],
    access: 'admin',
  }),
  'migration.runs': defineCall({
    summary: 'Earlier runs, latest first.',
    input: z.strictObject({}),
    output: z.object({ runs: z.array(migrationRunSchema) }),
    errors: [],
    access: 'read',
  }),
} as const;
