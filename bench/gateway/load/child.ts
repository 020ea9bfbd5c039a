import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Core, holdToCore } from '../own-core.ts';

/*
 * Load comes from processes of its own, so that making it does not slow down what is measured in the same event loop.
 */

const entry = join(import.meta.dirname, 'main.ts');

/** Runs one kind of load, on a core where one is named, and answers what it measured; fails when the load fails. */
export const runLoad = async <Result>(kind: string, options: object, core?: Core): Promise<Result> => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, kind], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (child.pid !== undefined && core !== undefined) holdToCore(child.pid, core);
  child.stdin.end(JSON.stringify(options));
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`The load "${kind}" ended with ${code}.`);
  return JSON.parse(output) as Result;
};
