import type { z } from 'zod';
import { configurationCalls } from './configuration.ts';
import { galleryCalls } from './gallery.ts';
import { gatewayCalls } from './gateway.ts';
import { instancePageCalls } from './instance-page.ts';
import { instanceCalls } from './instances.ts';
import { jobCalls } from './jobs.ts';
import { migrationApplyCalls, migrationScanCalls } from './migration.ts';
import { studioCalls } from './studio.ts';
import { templateCalls } from './templates.ts';
import { viewerCalls } from './viewer.ts';
import { workflowCalls } from './workflows.ts';

/** Every call of the product: `area.verb` to its definition. */
export const calls = {
  ...studioCalls,
  ...gatewayCalls,
  ...configurationCalls,
  ...instanceCalls,
  ...instancePageCalls,
  ...templateCalls,
  ...jobCalls,
  ...workflowCalls,
  ...galleryCalls,
  ...migrationScanCalls,
  ...migrationApplyCalls,
  ...viewerCalls,
} as const;

export type Calls = typeof calls;
export type CallName = keyof Calls;
/** What a caller may send (defaults left out). */
export type CallInput<Name extends CallName> = z.input<Calls[Name]['input']>;
/** What a handler receives (parsed, defaults filled in). */
export type ParsedCallInput<Name extends CallName> = z.output<Calls[Name]['input']>;
export type CallOutput<Name extends CallName> = z.output<Calls[Name]['output']>;

/** Own properties only, so that `constructor` or `__proto__` is no call. */
export const isCallName = (name: string): name is CallName => Object.hasOwn(calls, name);
