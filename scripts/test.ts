import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { findBrowser } from './browser.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name: string): string => join(root, 'node_modules', name);
const typeProjects = ['neutral', 'node', 'desktop', 'preload', 'renderer', 'e2e'];

interface Tally {
  passed: number;
  failed: number;
}

interface Command {
  readonly script: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

interface Step {
  readonly name: string;
  readonly run: (reportFolder: string) => Promise<Tally>;
}

const execute = ({ script, args, environment }: Command): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, FORCE_COLOR: '0', ...environment },
    });
    child.once('error', reject);
    child.once('close', (code) => {
      resolve(code ?? 1);
    });
  });

/** A tool that only passes or fails counts as one. */
const tool = (name: string, ...commands: Command[]): Step => ({
  name,
  run: async () => {
    const codes = await Promise.all(commands.map((command) => execute(command)));
    const failed = codes.filter((code) => code !== 0).length;
    return { passed: codes.length - failed, failed };
  },
});

const vitestReport = z.object({ numPassedTests: z.number(), numFailedTests: z.number(), success: z.boolean() });
const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
});

const readReport = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

const vitest = (name: string, ...projects: string[]): Step => ({
  name,
  run: async (reportFolder) => {
    const report = join(reportFolder, `${name}.json`);
    const args = ['run', ...projects.flatMap((project) => ['--project', project])];
    args.push('--reporter=default', '--reporter=json', `--outputFile.json=${report}`);
    const code = await execute({ script: bin('vitest/vitest.mjs'), args });
    const { numPassedTests, numFailedTests } = vitestReport.parse(readReport(report));
    // A suite that cannot be loaded fails the run without a failed test in the count.
    return { passed: numPassedTests, failed: Math.max(numFailedTests, code === 0 ? 0 : 1) };
  },
});

const endToEnd: Step = {
  name: 'end-to-end',
  run: async (reportFolder) => {
    const browser = await findBrowser();
    process.stdout.write(`Browser: ${browser.source}\n`);
    const report = join(reportFolder, 'end-to-end.json');
    const code = await execute({
      script: bin('@playwright/test/cli.js'),
      args: ['test', '--config', 'e2e/playwright.config.ts', '--reporter=list,json'],
      environment: { ATELIER_CHROMIUM: browser.path, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    });
    const { stats } = playwrightReport.parse(readReport(report));
    const failed = stats.unexpected + stats.flaky;
    return { passed: stats.expected, failed: Math.max(failed, code === 0 ? 0 : 1) };
  },
};

const steps: readonly Step[] = [
  tool('format', { script: bin('@biomejs/biome/bin/biome'), args: ['ci', '--colors=off'] }),
  tool('lint', { script: bin('oxlint/bin/oxlint'), args: ['--deny-warnings'] }),
  tool(
    'types',
    ...typeProjects.map((project) => ({
      script: bin('typescript/bin/tsc'),
      args: ['-p', `tsconfig.${project}.json`, '--pretty', 'false'],
    })),
  ),
  vitest('unit', 'unit', 'renderer'),
  tool('build', { script: join(root, 'scripts/build.ts'), args: [] }),
  vitest('integration', 'integration'),
  endToEnd,
];

/** The fast part, for every save. */
const checkSteps = ['format', 'lint', 'types', 'unit'];

const chosen = (argv: readonly string[]): readonly Step[] => {
  const names = argv.includes('--check') ? checkSteps : argv.filter((name) => !name.startsWith('-'));
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    throw new Error(`Unknown step: ${unknown.join(', ')}. Steps: ${steps.map(({ name }) => name).join(', ')}`);
  }
  return names.length === 0 ? steps : steps.filter(({ name }) => names.includes(name));
};

const main = async (): Promise<number> => {
  const reportFolder = mkdtempSync(join(tmpdir(), 'atelier-test-'));
  const total: Tally = { passed: 0, failed: 0 };
  const lines: string[] = [];
  try {
    for (const step of chosen(process.argv.slice(2))) {
      process.stdout.write(`\n== ${step.name} ==\n`);
      const startedAt = performance.now();
      const tally = await step.run(reportFolder).catch((error: unknown): Tally => {
        process.stderr.write(`${step.name}: ${error instanceof Error ? error.message : String(error)}\n`);
        return { passed: 0, failed: 1 };
      });
      total.passed += tally.passed;
      total.failed += tally.failed;
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      lines.push(`${step.name.padEnd(12)} ${tally.passed} passed, ${tally.failed} failed (${seconds} s)`);
    }
  } finally {
    rmSync(reportFolder, { recursive: true, force: true });
  }
  process.stdout.write(`\n${lines.join('\n')}\n${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 ? 0 : 1;
};

process.exitCode = await main();
