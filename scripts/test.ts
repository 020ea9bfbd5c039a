import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { findBrowser } from './browser.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name: string): string => join(root, 'node_modules', name);
const typeProjects = ['neutral', 'node', 'desktop', 'preload', 'renderer', 'e2e'];

interface Tally {
  passed: number;
  failed: number;
  /** What failed, for the end of the output: a log of a machine is often read from its end. */
  readonly failures: readonly string[];
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
    const failures = commands.filter((_, index) => codes[index] !== 0).map(({ args }) => [name, ...args].join(' '));
    return { passed: codes.length - failures.length, failed: failures.length, failures };
  },
});

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
});

const playwrightSuite = z.object({
  specs: z.array(
    z.object({
      title: z.string(),
      file: z.string(),
      line: z.number(),
      tests: z.array(z.object({ status: z.enum(['expected', 'unexpected', 'flaky', 'skipped']) })),
    }),
  ),
  get suites() {
    return z.array(playwrightSuite).default([]);
  },
});
const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
  suites: z.array(playwrightSuite),
});

/** Names of what failed, with the file; a file that could not be loaded stands by itself. */
const failedInVitest = ({ testResults }: z.infer<typeof vitestReport>): readonly string[] =>
  testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, assertionResults }) => {
      const file = relative(root, name);
      const failed = assertionResults.filter(({ status }) => status === 'failed');
      return failed.length === 0 ? [file] : failed.map(({ fullName }) => `${file} › ${fullName}`);
    });

const failedInPlaywright = (suites: readonly z.infer<typeof playwrightSuite>[]): readonly string[] =>
  suites.flatMap((suite) => [
    ...suite.specs
      .filter(({ tests }) => tests.some(({ status }) => status === 'unexpected' || status === 'flaky'))
      .map(({ file, line, title }) => `${file}:${line} › ${title}`),
    ...failedInPlaywright(suite.suites),
  ]);

const readReport = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

const vitest = (name: string, ...projects: string[]): Step => ({
  name,
  run: async (reportFolder) => {
    const report = join(reportFolder, `${name}.json`);
    const args = ['run', ...projects.flatMap((project) => ['--project', project])];
    args.push('--reporter=default', '--reporter=json', `--outputFile.json=${report}`);
    const code = await execute({ script: bin('vitest/vitest.mjs'), args });
    const result = vitestReport.parse(readReport(report));
    // A suite that cannot be loaded fails the run without a failed test in the count.
    const failed = Math.max(result.numFailedTests, code === 0 ? 0 : 1);
    const named = failedInVitest(result);
    const failures = failed > 0 && named.length === 0 ? [`${name}: an error outside of the tests, see above`] : named;
    return { passed: result.numPassedTests, failed, failures };
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
    const { stats, suites } = playwrightReport.parse(readReport(report));
    const failed = stats.unexpected + stats.flaky;
    return {
      passed: stats.expected,
      failed: Math.max(failed, code === 0 ? 0 : 1),
      failures: failedInPlaywright(suites),
    };
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
  const total = { passed: 0, failed: 0 };
  const lines: string[] = [];
  const failures: string[] = [];
  try {
    for (const step of chosen(process.argv.slice(2))) {
      process.stdout.write(`\n== ${step.name} ==\n`);
      const startedAt = performance.now();
      const tally = await step.run(reportFolder).catch((error: unknown): Tally => {
        process.stderr.write(`${step.name}: ${error instanceof Error ? error.message : String(error)}\n`);
        return { passed: 0, failed: 1, failures: [step.name] };
      });
      total.passed += tally.passed;
      total.failed += tally.failed;
      failures.push(...tally.failures);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      lines.push(`${step.name.padEnd(12)} ${tally.passed} passed, ${tally.failed} failed (${seconds} s)`);
    }
  } finally {
    rmSync(reportFolder, { recursive: true, force: true });
  }
  if (failures.length > 0) process.stdout.write(`\nFailed:\n${failures.map((name) => `  ${name}\n`).join('')}`);
  process.stdout.write(`\n${lines.join('\n')}\n${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 ? 0 : 1;
};

process.exitCode = await main();
