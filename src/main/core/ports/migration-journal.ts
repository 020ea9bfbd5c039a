import type { ErrorCode } from '#contract/errors.ts';
import type { GatewayPortFinding } from '#contract/models/gateway.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { MigrationPlan, MigrationRemark, StepProgress } from '#contract/models/migration.ts';

/** What was there before a change, written down before the change: all that is needed to take it back. */
export type EffectFacts =
  | { readonly kind: 'none' }
  /** Folders that were missing, the highest first, and where to a deleted instance's folder of the same name is set aside. */
  | { readonly kind: 'folders'; readonly missing: readonly string[]; readonly aside: string | null }
  | { readonly kind: 'copy'; readonly from: string; readonly to: string; readonly targetExisted: boolean }
  | { readonly kind: 'instance'; readonly configuration: InstanceConfiguration }
  | { readonly kind: 'active'; readonly before: string | null; readonly after: string }
  | {
      readonly kind: 'port';
      readonly wanted: number;
      /** Where the gateway listened, and what the settings said. */
      readonly portBefore: number;
      readonly settingBefore: number;
      readonly finding: GatewayPortFinding;
    };

export type DoneOutcome = Extract<StepProgress['outcome'], 'done' | 'warning' | 'skipped'>;

export interface EntryError {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * One line of a run's journal. An effect has its `intent` on disk before anything is changed and its `done` after; one with an
 * intent only is in doubt: it may have happened in full, in part or not at all.
 */
export type JournalEntry =
  | {
      readonly type: 'begun';
      readonly at: number;
      readonly runId: string;
      readonly plan: MigrationPlan;
      /** Address of the server that an instance stands for, by instance id. */
      readonly oldServers: Readonly<Record<string, string>>;
    }
  | { readonly type: 'intent'; readonly at: number; readonly effectId: string; readonly facts: EffectFacts }
  | {
      readonly type: 'done';
      readonly at: number;
      readonly effectId: string;
      readonly outcome: DoneOutcome;
      readonly remarks: readonly MigrationRemark[];
    }
  | { readonly type: 'failed'; readonly at: number; readonly effectId: string; readonly error: EntryError }
  | { readonly type: 'interrupted'; readonly at: number }
  | { readonly type: 'resumed'; readonly at: number }
  | { readonly type: 'finished'; readonly at: number }
  | { readonly type: 'undo-begun'; readonly at: number }
  | {
      readonly type: 'taken-back';
      readonly at: number;
      readonly effectId: string;
      readonly remarks: readonly MigrationRemark[];
    }
  | { readonly type: 'undo-failed'; readonly at: number; readonly error: EntryError }
  | { readonly type: 'undone'; readonly at: number };

export type BegunEntry = Extract<JournalEntry, { type: 'begun' }>;

/** The entries of one run, in their order; the first one is always there. */
export interface Journal {
  readonly begun: BegunEntry;
  readonly entries: readonly JournalEntry[];
}
