import { describe, expect, it } from 'vitest';
import { comfyuiFlags } from './comfyui-flags.ts';
import { type DirectoryTest, parseArguments } from './parse-arguments.ts';
import { sandboxFlags } from './sandbox-flags.ts';
import { sandboxOptionsFrom } from './sandbox-options.ts';
import { helpText, usageText } from './usage.ts';

const flags = [...comfyuiFlags, ...sandboxFlags];

const directories: DirectoryTest = (path) => {
  if (path === '/there') return 'directory';
  return path === '/file' ? 'not-a-directory' : 'missing';
};

const parse = (...words: string[]) => parseArguments(flags, words, directories);

const given = (...words: string[]): Record<string, readonly string[]> => {
  const parsed = parse(...words);
  if (parsed.kind !== 'run') throw new Error(JSON.stringify(parsed));
  return Object.fromEntries(parsed.given);
};

describe('what is accepted', () => {
  it.each([
    [['--port', '8189'], { '--port': ['8189'] }],
    [['--port=8189'], { '--port': ['8189'] }],
    [['--por', '8189'], { '--port': ['8189'] }],
    [['--port', '1', '--port', '2'], { '--port': ['2'] }],
    [['--listen'], { '--listen': ['0.0.0.0,::'] }],
    [['--listen', '::1'], { '--listen': ['::1'] }],
    [['--listen', '--cpu'], { '--listen': ['0.0.0.0,::'], '--cpu': [] }],
    [['--enable-cors-header'], { '--enable-cors-header': ['*'] }],
    [['--cache-ram', '1', '1'], { '--cache-ram': ['1', '1'] }],
    [['--cache-ram'], { '--cache-ram': [] }],
    [['--directml', '-1'], { '--directml': ['-1'] }],
    [
      ['--extra-model-paths-config', 'a', 'b', '--extra-model-paths-config', 'c'],
      { '--extra-model-paths-config': ['a', 'b', 'c'] },
    ],
    [['--user-directory', '/there'], { '--user-directory': ['/there'] }],
    [['--fast'], { '--fast': [] }],
    [['--fast', 'cublas_ops', '--cpu'], { '--fast': ['cublas_ops'], '--cpu': [] }],
    [['--verbose', 'DETAIL', 'x.log'], { '--verbose': ['DETAIL', 'x.log'] }],
  ] as const)('%j', (words, expected) => {
    expect(given(...words)).toEqual(expected);
  });

  it('--help wins over what stands behind it', () => {
    expect(parse('--help', '--nope')).toEqual({ kind: 'help' });
  });
});

describe('what is refused', () => {
  it.each([
    [['--nope'], 'unrecognized arguments: --nope'],
    [['a', '--nope', '--cpu'], 'unrecognized arguments: a --nope'],
    [['--port'], 'argument --port: expected one argument'],
    [['--port', '--cpu'], 'argument --port: expected one argument'],
    [['--port', 'x'], "argument --port: invalid int value: 'x'"],
    [['--port', '1.5'], "argument --port: invalid int value: '1.5'"],
    [['--max-upload-size', 'big'], "argument --max-upload-size: invalid float value: 'big'"],
    [['--cpu=1'], "argument --cpu: ignored explicit argument '1'"],
    [['--cpu', '--lowvram'], 'argument --lowvram: not allowed with argument --cpu'],
    [['--cache-lru', '3', '--cache-none'], 'argument --cache-none: not allowed with argument --cache-lru'],
    [['--cache-ram', '1', '2', '3'], '--cache-ram accepts at most two values: active GB and inactive GB'],
    [['--verbose', 'LOUD'], '--verbose expects no values, a console LEVEL, or LEVEL FILE'],
    [['--verbose', 'INFO', 'a', 'b'], '--verbose expects no values, a console LEVEL, or LEVEL FILE'],
    [['--fast', 'autotune', 'warp'], "argument --fast: invalid PerformanceFeature value: 'warp'"],
    [
      ['--fp8_e5m2-text-enc', '--fp16-text-enc'],
      'argument --fp16-text-enc: not allowed with argument --fp8_e5m2-text-enc',
    ],
    [['--normalvram'], 'unrecognized arguments: --normalvram'],
    [
      ['--preview-method', 'fancy'],
      "argument --preview-method: invalid choice: 'fancy' (choose from 'none', 'auto', 'latent2rgb', 'taesd')",
    ],
    [['--user-directory', '/nope'], "argument --user-directory: The path '/nope' does not exist."],
    [['--user-directory', '/file'], "argument --user-directory: '/file' is not a directory."],
    [['--extra-model-paths-config'], 'argument --extra-model-paths-config: expected at least one argument'],
    [['--preview', 'none'], 'ambiguous option: --preview could match --preview-method, --preview-size'],
  ] as const)('%j', (words, message) => {
    expect(parse(...words)).toEqual({ kind: 'error', message });
  });
});

describe('usage and help', () => {
  it('keep to 80 columns and name every flag', () => {
    for (const text of [usageText(flags), helpText(flags)]) {
      for (const { name } of flags) expect(text).toContain(name);
    }
    const tooLong = helpText(flags)
      .split('\n')
      .filter((line) => line.length > 80 && !line.includes(' | '));
    expect(tooLong).toEqual([]);
  });

  it('no flag is there twice', () => {
    const names = flags.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('options', () => {
  const options = (...words: string[]) => {
    const parsed = parse(...words);
    if (parsed.kind !== 'run') throw new Error('refused');
    return sandboxOptionsFrom(parsed.given, words);
  };

  it('defaults are those of ComfyUI', () => {
    expect(options()).toMatchObject({
      listenAddresses: ['127.0.0.1'],
      port: 8188,
      corsOrigin: null,
      maxUploadBytes: 104_857_600,
      previewMethod: 'none',
      previewSize: 512,
      cache: { kind: 'ram', inactiveFreeBytes: Number.POSITIVE_INFINITY },
      metadata: true,
      hashName: 'sha256',
      logLevel: 'INFO',
      device: { kind: 'cuda', vramState: 'NORMAL_VRAM', speed: 1, clock: 1 },
    });
  });

  it.each([
    [['--cache-lru', '10'], { cache: { kind: 'lru', maxEntries: 10 } }],
    [['--high-ram'], { cache: { kind: 'classic' } }],
    [['--cache-none'], { cache: { kind: 'none' } }],
    [['--cache-ram', '4', '2'], { cache: { kind: 'ram', inactiveFreeBytes: 2 * 1024 ** 3 } }],
    [['--max-upload-size', '0.5'], { maxUploadBytes: 524_288 }],
    [['--cpu'], { device: { kind: 'cpu', vramState: 'DISABLED' } }],
    [['--verbose'], { logLevel: 'DEBUG', logFile: null }],
    [['--verbose', 'ERROR'], { logLevel: 'ERROR', logFile: null }],
    [['--verbose', 'WARNING', '/tmp/x.log'], { logLevel: 'WARNING', logFile: '/tmp/x.log' }],
    [['--listen', '127.0.0.1, ::1'], { listenAddresses: ['127.0.0.1', '::1'] }],
    [['--sandbox-start-delay', '1.5'], { startDelayMs: 1500 }],
    [['--fault-exit-in-job', '2'], { faults: { inJob: new Map([[2, ['exit']]]) } }],
    [['--fault-hang-after', '2.5'], { faults: { hangAfterMs: 2500 } }],
    [['--fault-grandchild'], { faults: { grandchild: 'plain' } }],
    [['--fault-log-flood'], { faults: { logFloodBytes: 50_000_000 } }],
  ] as const)('%j', (words, expected) => {
    expect(options(...words)).toMatchObject(expected);
  });
});
