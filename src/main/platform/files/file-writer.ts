import { StudioError } from '#contract/errors.ts';
import type { FileWriter } from '#core/ports/machine.ts';
import { systemErrorCode } from '../process/system-error.ts';
import { writeFileAtomically } from './atomic-file.ts';

/** Writes the generated files of instances. Child processes of other users may have to read them, so they are not private. */
export const createFileWriter = (): FileWriter => ({
  write: async (path, text) => {
    try {
      await writeFileAtomically(path, text, 0o644);
    } catch (error) {
      throw new StudioError('STORE_WRITE_FAILED', 'A generated file could not be written.', {
        details: { path, systemCode: systemErrorCode(error) },
        cause: error,
      });
    }
  },
});
