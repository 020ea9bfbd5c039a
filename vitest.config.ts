import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/**
 * Three projects. `unit` runs pure and in-process tests side by side; `integration` starts real processes and ports,
 * one file at a time, so that a busy two-core machine does not turn load into failures; `renderer` has a DOM.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'src/{comfyui,contract,main,sandbox,preload}/**/*.test.ts',
            'test/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
          ],
          exclude: ['**/*.integration.test.ts'],
          environment: 'node',
          // No module keeps state or works at import time, so the files can share their workers.
          isolate: false,
          testTimeout: 10_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['{src,test}/**/*.integration.test.ts'],
          environment: 'node',
          globalSetup: ['./test/build-first.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // A neighbour on a shared CI machine can stall real processes for seconds; at a desk a flaky test must be seen.
          retry: process.env['CI'] === 'true' ? 1 : 0,
        },
      },
      {
        plugins: [react()],
        test: {
          name: 'renderer',
          include: ['src/renderer/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          setupFiles: ['src/renderer/testing/console.ts'],
          // Pages come on demand, and drawing them shares the processors with everything else.
          testTimeout: 30_000,
        },
      },
    ],
  },
});
