import { StudioError } from '#contract/errors.ts';
import type { MigrationRemark } from '#contract/models/migration.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import type { ComfyEndpoint } from '#core/ports/comfy-client.ts';
import type { MigrationDependencies } from '../migration-dependencies.ts';
import { remark } from '../remark.ts';
import { pause } from './wait.ts';

/** Every version has both classes; they load no model and leave nothing but a picture in the temp folder. */
const classes = ['EmptyImage', 'PreviewImage'] as const;
const prompt: Prompt = {
  '1': { class_type: 'EmptyImage', inputs: { width: 16, height: 16, batch_size: 1, color: 0 } },
  '2': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
};

/** A list of nodes is slow to make with many custom nodes; the prompt itself takes milliseconds unless others are before it. */
const classesLimitMs = 60_000;
const runLimitMs = 60_000;
const lookEveryMs = 100;

/** Lets an instance make a tiny picture, past the queue of the studio: it is no job of the user. */
export const selfTest = async (
  instance: { readonly id: string; readonly name: string; readonly endpoint: ComfyEndpoint },
  { client, clock, makeId }: Pick<MigrationDependencies, 'client' | 'clock' | 'makeId'>,
  signal: AbortSignal,
): Promise<readonly MigrationRemark[]> => {
  const { endpoint } = instance;
  const facts = { instanceId: instance.id, name: instance.name };
  const failed = (reason: string, details: Readonly<Record<string, unknown>> = {}): readonly MigrationRemark[] => [
    remark('warning', 'self-test-failed', 'The instance runs, but its first picture failed.', {
      ...facts,
      reason,
      ...details,
    }),
  ];
  try {
    const known = await client.nodeClasses(endpoint, { timeoutMs: classesLimitMs, signal });
    const missing = classes.filter((name) => !known.has(name));
    if (missing.length > 0) {
      return [
        remark('info', 'self-test-skipped', 'The instance lacks the nodes of the test picture.', { ...facts, missing }),
      ];
    }
    const submission = { promptId: makeId(), clientId: makeId(), prompt, extraData: {} };
    const answer = await client.submit(endpoint, submission, signal);
    if (answer.kind === 'rejected') return failed('rejected', { status: answer.status });
    const deadline = clock.now() + runLimitMs;
    for (;;) {
      const entry = await client.history(endpoint, answer.promptId, signal);
      if (entry !== null) return entry.statusText === 'success' ? [] : failed('node-error');
      if (clock.now() >= deadline) return failed('took-too-long', { limitMs: runLimitMs });
      await pause(lookEveryMs, clock, signal);
    }
  } catch (error) {
    if (!(error instanceof StudioError) || signal.aborted) throw error;
    return failed('no-answer', { code: error.code });
  }
};
