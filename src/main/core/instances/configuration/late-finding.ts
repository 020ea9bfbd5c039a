import type { ConnectionCheckName } from '#contract/models/connection.ts';
import { type CodedAdvice, type Finding, failed } from './connection-check.ts';

const lateDisk: CodedAdvice = {
  code: 'late-disk',
  advice: 'The disk does not answer. Check the drive or the network share.',
};
const lateChecks: Readonly<Partial<Record<ConnectionCheckName, CodedAdvice>>> = {
  flags: {
    code: 'late-python',
    advice: 'Python takes very long to start. Try again, now that its files were read once.',
  },
  gpu: {
    code: 'late-driver',
    advice: 'The tool of the graphics driver hangs. Run nvidia-smi by hand, and restart the machine if it hangs too.',
  },
  folder: lateDisk,
  folders: lateDisk,
};
const lateElsewhere: CodedAdvice = {
  code: 'late',
  advice:
    'The other side accepts connections but hangs, or something on the way swallows them. Look at its log, and restart it.',
};

/** A check that was not done in time, by its name: who keeps it waiting, and what to do about that. */
export const lateFinding = (name: ConnectionCheckName, limitMs: number): Finding => {
  const { code, advice } = lateChecks[name] ?? lateElsewhere;
  const seconds = Math.ceil(limitMs / 1000);
  return failed(code, { message: `No answer within ${seconds} seconds`, advice }, { limitMs: seconds * 1000 });
};
