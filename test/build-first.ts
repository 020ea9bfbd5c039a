import { ensureBuilt } from '../scripts/build.ts';

/** Tests that start the built program build it first, when a source changed. */
export default (): void => {
  ensureBuilt();
};
