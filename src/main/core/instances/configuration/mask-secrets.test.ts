import { describe, expect, it } from 'vitest';
import { isSecretName, maskSecrets } from './mask-secrets.ts';

describe('masking secrets', () => {
  it.each([
    'HF_TOKEN',
    'OPENAI_API_KEY',
    'AWS_SECRET_ACCESS_KEY',
    'DB_PASSWORD',
    'db-passwd',
    'apiKey',
    '--comfy-api-key',
    'GITHUB_TOKENS',
    'SESSION_COOKIE',
  ])('%s names a secret', (name) => expect(isSecretName(name)).toBe(true));

  it.each([
    'PATH',
    'KEYBOARD',
    'TOKENIZERS_PARALLELISM',
    'MONKEY',
    '--cache-none',
    'AUTHOR',
    'PYTORCH_CUDA_ALLOC_CONF',
  ])('%s does not', (name) => expect(isSecretName(name)).toBe(false));

  it('hides values of variables and arguments, and passwords in addresses', () => {
    const shown = maskSecrets({
      instanceId: 'one',
      command: 'python',
      arguments: [
        'main.py',
        '--comfy-api-key',
        'k1',
        '--auth-token=k2',
        '--proxy',
        'http://me:k3@proxy:1',
        '--port',
        '8188',
      ],
      environment: { HF_TOKEN: 'k4', EMPTY_TOKEN: '', HTTPS_PROXY: 'http://me:k5@proxy', PATH: '/usr/bin' },
      workingFolder: '/comfy',
      foldersToCreate: [],
      port: 8188,
    });
    expect(JSON.stringify(shown)).not.toMatch(/k\d/);
    expect(shown).toEqual({
      command: 'python',
      arguments: [
        'main.py',
        '--comfy-api-key',
        '••••••',
        '--auth-token=••••••',
        '--proxy',
        'http://••••••@proxy:1',
        '--port',
        '8188',
      ],
      environment: { HF_TOKEN: '••••••', EMPTY_TOKEN: '', HTTPS_PROXY: 'http://••••••@proxy', PATH: '/usr/bin' },
      workingFolder: '/comfy',
    });
  });

  it('does not hide what follows a flag without a value', () => {
    const base = {
      instanceId: 'one',
      command: 'python',
      environment: {},
      workingFolder: '/',
      foldersToCreate: [],
      port: 1,
    };
    expect(maskSecrets({ ...base, arguments: ['--use-token', '--port', '1'] }).arguments).toEqual([
      '--use-token',
      '--port',
      '1',
    ]);
  });
});
