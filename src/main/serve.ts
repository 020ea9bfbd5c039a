import packageJson from '../../package.json' with { type: 'json' };
import { builtFiles, runHeadless } from './headless/run-headless.ts';

/** The headless studio: what `npm run serve` and a container start. Ends the process when the studio has ended. */
export const main = async (argv: readonly string[]): Promise<void> => {
  process.exit(await runHeadless(argv, builtFiles(import.meta.url, packageJson.version)));
};

if (import.meta.main) await main(process.argv.slice(2));
