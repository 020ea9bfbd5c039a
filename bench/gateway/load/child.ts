import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/*
 * Load comes from processes of its own, so that making it does not slow down what is measured in the same event loop.
 */

const entry = join(import.meta.dirname, 'main.ts');

/** Runs one kind of load and answers what it measured; fails with what it said when it fails. */
export const runLoad = async <Result>(kind: string, options: object): Promise<Result> => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, kind], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(options));
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`The load "${kind}" ended with ${code}.`);
  return JSON.parse(output) as Result;
};
