import { type ErrorCode, StudioError } from '#contract/errors.ts';
import type { LaunchPlan } from '#core/ports/process-host.ts';
import { systemErrorCode } from './system-error.ts';

/** What was being done when the system refused. */
export type LaunchStep = 'create-folder' | 'working-folder' | 'open-log' | 'spawn';

const codeOf = (step: LaunchStep, systemCode: string | null): ErrorCode => {
  if (systemCode === 'ENOSPC' || systemCode === 'EDQUOT') return 'LAUNCH_DISK_FULL';
  if (step === 'working-folder') return 'LAUNCH_FOLDER_INVALID';
  const isCommandRefused = ['ENOENT', 'EACCES', 'ENOEXEC', 'ENOTDIR', 'EISDIR', 'ELOOP'].includes(systemCode ?? '');
  return step === 'spawn' && isCommandRefused ? 'LAUNCH_PYTHON_MISSING' : 'LAUNCH_FAILED';
};

/** The error of the contract for a launch that the system refused, with the facts a user needs to mend it. */
export const launchError = (plan: LaunchPlan, step: LaunchStep, path: string, cause: unknown): StudioError => {
  const systemCode = systemErrorCode(cause);
  const details = { instanceId: plan.instanceId, step, path, systemCode };
  return new StudioError(codeOf(step, systemCode), undefined, { details, cause });
};
