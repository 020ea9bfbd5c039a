import type { ErrorCode } from '#contract/errors.ts';
import type { JobView } from '#contract/models/job.ts';

/** What somebody can do about a job that ended without a word of its instance. Clients show it as it is: it is all that they get. */
const advice: Partial<Record<ErrorCode, string>> = {
  JOB_LOST: 'Look into the log of the instance, then run the job again.',
  JOB_NOT_REPEATED: 'See there whether it did what it should, and run it again only if it did not.',
  JOB_SECRET_LOST: 'Submit the workflow again, with the key.',
  JOB_TIMEOUT: 'Give it a longer limit, or look into the log of the instance for what it waited for.',
  GPU_OUT_OF_MEMORY: 'Run it on a card with more memory, or with smaller pictures or batches.',
  INSTANCE_NOT_FOUND: 'Give the job to another instance, or run it again without naming one.',
  INSTANCE_AUTH: 'Correct the credentials of the remote instance, then run the job again.',
  INSTANCE_WRONG_ANSWER: 'Check that the address of the instance is that of a ComfyUI, then run the job again.',
  INPUT_INVALID: 'Upload the pictures of the workflow again, then run it again.',
  WORKFLOW_NODE_UNKNOWN: 'Install the custom node that is missing, or give the job to an instance that has it.',
  WORKFLOW_REJECTED: 'Correct the inputs of the workflow, then run it again.',
  STORE_READ_FAILED: 'Check the disk of the data folder, then submit the workflow again.',
};

const otherAdvice = 'Run the job again; if it ends like this again, look into the log of the instance.';

const maxDetailCharacters = 1000;

const happened = ({ error, deaths, reason, instanceId }: JobView): string => {
  const where = instanceId === null ? '' : ` (instance ${instanceId})`;
  if (reason?.code === 'too-many-deaths') {
    return `The job was set aside: ${deaths} instances ended while they ran it${where}.`;
  }
  if (reason?.code === 'too-many-losses') {
    const { losses } = reason.details;
    const times = typeof losses === 'number' ? `${losses} times` : 'again and again';
    return `The job was set aside: instances were out of reach ${times} while they had it${where}.`;
  }
  const told = error?.code === 'WORKFLOW_REJECTED' ? error.details?.['details'] : '';
  const details = typeof told === 'string' && told !== '' ? `: ${told.slice(0, maxDetailCharacters)}` : '';
  const what = `${error?.message ?? 'The job ended without a result.'}${details}`;
  return where === '' ? what : `${what.replace(/\.$/u, '')}${where}.`;
};

/** What happened to a job that ended without an entry of its instance, and what to do about it. */
export const endedWords = (view: JobView): string => {
  const todo = (view.error === null ? undefined : advice[view.error.code]) ?? otherAdvice;
  return `${happened(view)}\n${todo}`;
};
