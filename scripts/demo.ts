import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createStudioClient } from '#contract/client.ts';
import { promptSchema } from '#contract/models/workflow.ts';
import { memoryWirePair } from '#contract/wires/memory.ts';
import { runDemo, temporaryDataFolder } from '../src/main/headless/demo/run-demo.ts';
import { readHeadlessCommand } from '../src/main/headless/options.ts';
import { headlessStudioOptions } from '../src/main/headless/run-headless.ts';
import { createNodeStudio } from '../src/main/studio/node-studio.ts';
import { ensureBuilt } from './build.ts';

const root = join(import.meta.dirname, '..');
const usage = `Usage: npm run demo [-- --once] [-- --output DIR]

Starts three sandbox instances, balances fourteen workflows over them, saves the pictures and prints a summary.
  --once        End after the summary (exit code 0 when every job succeeded).
  --output DIR  Where the pictures go (default: demo-output).
`;

const { values } = parseArgs({
  options: { once: { type: 'boolean' }, output: { type: 'string' }, help: { type: 'boolean' } },
});

const workflow = (name: string) =>
  promptSchema.parse(JSON.parse(readFileSync(join(root, 'resources', 'workflows', `${name}.json`), 'utf8')));

const untilInterrupted = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });

const demo = async (): Promise<number> => {
  ensureBuilt();
  const interrupted = untilInterrupted();
  const data = await temporaryDataFolder();
  const command = readHeadlessCommand(
    ['--data-folder', data.path, '--studio-port', '0', '--gateway-port', '0', '--log-level', 'warn'],
    {},
  );
  if (command.kind !== 'serve') return 1;
  const out = join(root, 'out');
  const files = {
    version: 'demo',
    rendererFolder: join(out, 'renderer'),
    sandboxEntry: join(out, 'main', 'sandbox.js'),
  };
  const studio = await createNodeStudio(headlessStudioOptions(command.request, files, process.env), {
    capabilities: [],
  });
  const client = createStudioClient(
    () => {
      const pair = memoryWirePair();
      studio.connect(pair.studio);
      return pair.client;
    },
    { schedule: () => () => undefined, random: () => 0 },
  );
  try {
    const run = runDemo({
      client,
      content: studio.content,
      workflows: {
        textToImage: workflow('text-to-image'),
        imageToImage: workflow('image-to-image'),
        twoOutputs: workflow('two-outputs'),
      },
      outputFolder: values.output ?? join(root, 'demo-output'),
      stream: process.stdout,
    });
    const failed = await Promise.race([run, interrupted.then(() => null)]);
    if (values.once === true || failed === null) return failed === 0 ? 0 : 1;
    process.stdout.write(`\nStudio   ${studio.addresses.studio}\nEnd with Ctrl+C.\n`);
    await interrupted;
    return 0;
  } finally {
    client.close();
    await studio.stop();
    await data.remove();
  }
};

if (values.help === true) process.stdout.write(usage);
else process.exit(await demo());
