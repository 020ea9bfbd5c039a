import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import { type InstanceEvent, instanceEventSchema } from '#contract/models/instance-event.ts';
import type { InstanceEventStore } from '#core/ports/event-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import { createAppendedFile } from '../logging/appended-file.ts';
import { hasErrorCode, systemErrorCode } from '../process/system-error.ts';

/** A full file moves aside once, so that between half a MiB and one MiB of the newest events is kept of each instance. */
const limits = { maxFileBytes: 512 * 1024, filesKept: 1 };

const readText = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return '';
    const details = { path, systemCode: systemErrorCode(error) };
    throw new StudioError('STORE_READ_FAILED', 'The events cannot be read.', { details, cause: error });
  }
};

const parseLine = (line: string): InstanceEvent | null => {
  try {
    return instanceEventSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch (error) {
    // A line that was torn by a power cut.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

/** Events as lines of `<folder>/<instance id>.jsonl`. */
export const createInstanceEventStore = (options: {
  readonly folder: string;
  readonly logger: Logger;
}): InstanceEventStore => {
  const { folder, logger } = options;
  const pathOf = (instanceId: string): string => join(folder, `${instanceId}.jsonl`);
  return {
    read: async (instanceId) => {
      const path = pathOf(instanceId);
      const text = `${await readText(`${path}.1`)}\n${await readText(path)}`;
      const lines = text.split('\n').filter((line) => line !== '');
      const events = lines.flatMap((line) => parseLine(line) ?? []);
      if (events.length < lines.length) {
        logger.debug('Damaged lines in the events of an instance', { instanceId, lines: lines.length - events.length });
      }
      return events;
    },
    append: (instanceId, event) => {
      // Events are rare, so that no file is kept open for them.
      const file = createAppendedFile(pathOf(instanceId), limits);
      try {
        // A line break first, where a torn line may stand at the end: an empty line is nothing.
        return file.append(`\n${JSON.stringify(event)}\n`);
      } finally {
        file.close();
      }
    },
  };
};
