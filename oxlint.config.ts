import { defineConfig } from 'oxlint';

type Rules = NonNullable<Parameters<typeof defineConfig>[0]['rules']>;

const layer = (message: string, ...groups: string[]): Rules => ({
  'no-restricted-imports': ['error', { patterns: [{ group: groups, message }] }],
});

/** The import rules per folder mirror the layer table in docs/architecture.md; test/layers.test.ts is the second net. */
export default defineConfig({
  plugins: ['eslint', 'typescript', 'unicorn', 'oxc', 'import', 'promise'],
  options: { typeAware: true },
  categories: { correctness: 'error', suspicious: 'error' },
  ignorePatterns: ['out/**', 'node_modules/**'],
  rules: {
    'no-empty': ['error', { allowEmptyCatch: false }],
    'no-var': 'error',
    'prefer-const': 'error',
    eqeqeq: 'error',
    'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    'max-params': ['error', { max: 4 }],
    'no-shadow': 'off',
    'no-await-in-loop': 'off',
    'no-underscore-dangle': 'off',
    'import/no-unassigned-import': 'off',
    'import/no-cycle': 'error',
    'promise/always-return': 'off',
    'typescript/consistent-return': 'off',
    'consistent-return': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/no-array-reverse': 'off',
    'unicorn/consistent-function-scoping': 'off',
    // Objects come from factories and use no `this`, so a method may be passed on by itself.
    'typescript/unbound-method': 'off',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/no-unsafe-type-assertion': 'error',
    'typescript/no-unnecessary-type-assertion': 'error',
  },
  overrides: [
    {
      files: ['src/contract/**'],
      rules: layer(
        'the contract imports zod and itself only',
        'node:*',
        'electron',
        '#core/*',
        '#main/*',
        '#sandbox/*',
        'react*',
      ),
    },
    {
      files: ['src/comfyui/**'],
      rules: layer(
        'what ComfyUI does, as pure functions over data: it knows neither the studio nor the sandbox',
        'node:*',
        'electron',
        'zod',
        '#contract/*',
        '#core/*',
        '#main/*',
        '#sandbox/*',
      ),
    },
    {
      files: ['src/main/core/**'],
      rules: {
        ...layer(
          'core imports the contract and itself only; effects come in through core/ports',
          'node:*',
          'electron',
          '#main/*',
          '#sandbox/*',
          'ws',
          'execa',
          'undici',
          'fastify',
          '**/platform/**',
          '**/transport/**',
          '**/gateway/**',
          '**/studio/**',
        ),
        'no-restricted-globals': ['error', 'setTimeout', 'setInterval', 'setImmediate', 'process', 'console', 'fetch'],
        'no-restricted-properties': [
          'error',
          { object: 'Date', property: 'now', message: 'time is a parameter (core/ports/clock.ts)' },
          { object: 'Math', property: 'random', message: 'randomness is a parameter (core/ports/clock.ts)' },
        ],
      },
    },
    {
      files: ['src/main/platform/**'],
      rules: layer(
        'platform implements core ports; it knows no transport, gateway, studio or electron',
        'electron',
        '#main/transport/*',
        '#main/gateway/*',
        '#main/studio/*',
        '#main/headless/*',
        '#main/desktop/*',
        '**/transport/**',
        '**/gateway/**',
        '**/studio/**',
      ),
    },
    {
      files: ['src/main/gateway/**'],
      rules: layer(
        'the gateway imports core and the contract only',
        'electron',
        '#main/platform/*',
        '#main/transport/*',
        '#main/studio/*',
        '**/platform/**',
        '**/transport/**',
        '**/studio/**',
      ),
    },
    {
      files: ['src/main/transport/**'],
      rules: layer(
        'transport imports the contract only',
        'electron',
        '#core/*',
        '#main/platform/*',
        '#main/gateway/*',
        '#main/studio/*',
        '**/platform/**',
        '**/gateway/**',
        '**/studio/**',
      ),
    },
    {
      files: ['src/main/studio/**', 'src/main/headless/**'],
      rules: layer('no electron below the desktop shell', 'electron', 'electron-store', '**/renderer/**'),
    },
    {
      files: ['src/main/desktop/**'],
      rules: layer(
        'the desktop shell talks to the studio only',
        '#core/*',
        '#main/gateway/*',
        '**/core/**',
        '**/gateway/**',
      ),
    },
    {
      files: ['src/preload/**'],
      rules: layer('the preload imports electron and the wire constants only', 'zod', 'node:*', '#core/*', '#main/*'),
    },
    {
      files: ['src/renderer/**'],
      plugins: ['eslint', 'typescript', 'unicorn', 'oxc', 'import', 'promise', 'react', 'jsx-a11y'],
      rules: {
        ...layer('the renderer imports the contract only', 'node:*', 'electron', '#core/*', '#main/*', '#sandbox/*'),
        'react/react-in-jsx-scope': 'off',
        'react/rules-of-hooks': 'error',
      },
    },
    {
      files: ['src/sandbox/**'],
      rules: layer(
        'the sandbox server stands alone: it is a ComfyUI, not a part of the studio',
        '#core/*',
        '#main/*',
        'electron',
      ),
    },
    {
      files: ['**/*.test.ts', '**/*.test.tsx', '**/*.fixture.ts', 'e2e/**', 'bench/**', 'test/**'],
      rules: {
        'no-restricted-imports': 'off',
        'max-lines': 'off',
        'no-restricted-globals': 'off',
        'no-restricted-properties': 'off',
        'typescript/no-unsafe-type-assertion': 'off',
        // Playwright reads the wanted fixtures from an object pattern, an empty one too.
        'no-empty-pattern': 'off',
      },
    },
  ],
});
