import packageJson from '../../package.json' with { type: 'json' };
import { silenceSqliteWarning } from './headless/quiet-sqlite.ts';

/** The headless studio: what `npm run serve` and a container start. Ends the process when the studio has ended. */
export const main = async (argv: readonly string[]): Promise<void> => {
  silenceSqliteWarning();
  const { builtFiles, runHeadless } = await import('./headless/run-headless.ts');
  process.exit(await runHeadless(argv, builtFiles(import.meta.url, packageJson.version)));
};

if (import.meta.main) await main(process.argv.slice(2));
