import type { OfferedFlag } from '#contract/models/instance.ts';

const flag = (name: string, help: string, changes: Partial<OfferedFlag> = {}): OfferedFlag => ({
  flag: name,
  help,
  takesValue: 'none',
  valueName: '',
  choices: null,
  group: 'other',
  excludes: [],
  setBy: null,
  ...changes,
});

const memory = ['--gpu-only', '--highvram', '--lowvram', '--novram'] as const;
const memoryHelp: Readonly<Record<(typeof memory)[number], string>> = {
  '--gpu-only': 'Keep text encoders and everything else on the GPU as well.',
  '--highvram': 'Models stay in GPU memory after use instead of moving to RAM.',
  '--lowvram': 'Runs the text encoders on the CPU.',
  '--novram': 'When lowvram is not enough.',
};

/** A part of what an install of ComfyUI offers, in its own words. */
export const cannedFlags: readonly OfferedFlag[] = [
  ...memory.map((name) =>
    flag(name, memoryHelp[name], { group: 'memory', excludes: memory.filter((other) => other !== name) }),
  ),
  flag('--reserve-vram', 'How many GB of video memory are left to the system and other software.', {
    takesValue: 'one',
    valueName: 'RESERVE_VRAM',
    group: 'memory',
  }),
  flag('--fast', 'Untested optimisations that may lower the quality. Without names all of them.', {
    takesValue: 'many',
    choices: ['fp16_accumulation', 'fp8_matrix_mult', 'cublas_ops', 'autotune'],
    group: 'precision',
  }),
  flag('--use-pytorch-cross-attention', 'Use the attention function of PyTorch 2.0.', {
    group: 'attention',
    excludes: ['--use-sage-attention'],
  }),
  flag('--use-sage-attention', 'Use sage attention.', {
    group: 'attention',
    excludes: ['--use-pytorch-cross-attention'],
  }),
  flag('--cache-lru', 'Keep at most N node results in the cache. May use more RAM and VRAM.', {
    takesValue: 'one',
    valueName: 'CACHE_LRU',
    group: 'cache',
    excludes: ['--cache-none'],
  }),
  flag('--cache-none', 'Keep as little as possible; every node runs again for each run.', {
    group: 'cache',
    excludes: ['--cache-lru'],
  }),
  flag('--preview-method', 'How pictures are shown while they are made.', {
    takesValue: 'one',
    choices: ['none', 'auto', 'latent2rgb', 'taesd'],
    group: 'preview',
  }),
  flag('--disable-all-custom-nodes', 'Load no custom nodes.', { group: 'nodes' }),
  flag('--verbose', 'How much is logged.', {
    takesValue: 'optional',
    choices: ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'],
    group: 'log',
  }),
  flag('--port', 'The port to listen on.', {
    takesValue: 'one',
    valueName: 'PORT',
    group: 'network',
    setBy: { kind: 'field', field: 'port' },
  }),
  flag('--output-directory', 'The folder for results.', {
    takesValue: 'one',
    valueName: 'OUTPUT_DIRECTORY',
    group: 'folders',
    setBy: { kind: 'field', field: 'folders.output' },
  }),
  flag('--disable-auto-launch', 'Do not open a browser.', { group: 'network', setBy: { kind: 'studio' } }),
  flag('--quick-test-for-ci', 'Quick test for CI.', { setBy: { kind: 'nobody' } }),
];
