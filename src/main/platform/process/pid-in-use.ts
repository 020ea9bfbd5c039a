import { hasErrorCode } from './system-error.ts';

/** Whether any process has this pid, a zombie included; EPERM means that it is somebody else's. */
export const isPidInUse = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (hasErrorCode(error, 'EPERM')) return true;
    if (hasErrorCode(error, 'ESRCH')) return false;
    throw error;
  }
};
