import { comfyuiFlags } from './command-line/comfyui-flags.ts';
import { parseArguments } from './command-line/parse-arguments.ts';
import { sandboxFlags } from './command-line/sandbox-flags.ts';
import { sandboxOptionsFrom } from './command-line/sandbox-options.ts';
import { helpText, usageText } from './command-line/usage.ts';

const flags = [...comfyuiFlags, ...sandboxFlags];

const main = async (words: readonly string[]): Promise<void> => {
  // Node's own notices (experimental APIs) would stand between the log lines that a supervisor reads.
  process.removeAllListeners('warning');
  const parsed = parseArguments(flags, words);
  if (parsed.kind === 'help') {
    process.stdout.write(helpText(flags));
    return;
  }
  if (parsed.kind === 'error') {
    process.stderr.write(`${usageText(flags)}main.py: error: ${parsed.message}\n`);
    process.exitCode = 2;
    return;
  }
  const options = sandboxOptionsFrom(parsed.given, words);
  if (options.listFeatureFlags) {
    const { registeredFeatureFlags } = await import('./routes/features.ts');
    process.stdout.write(`${JSON.stringify(registeredFeatureFlags, null, 2)}\n`);
    return;
  }
  const { startSandbox } = await import('./start-up/start.ts');
  await startSandbox(options);
};

await main(process.argv.slice(2));
