import { type Flag, switchFlag, valueFlag } from './flag.ts';

const serverFlags: readonly Flag[] = [
  {
    ...valueFlag(
      '--listen',
      'IP',
      'Address to listen on; several separated by commas. Bare: every address, IPv4 and IPv6. (default: 127.0.0.1)',
    ),
    arity: { kind: 'optional', bare: '0.0.0.0,::' },
  },
  valueFlag('--port', 'PORT', 'Port to listen on. (default: 8188)', 'int'),
  valueFlag('--tls-keyfile', 'TLS_KEYFILE', 'Accepted; this server speaks plain HTTP only.'),
  valueFlag('--tls-certfile', 'TLS_CERTFILE', 'Accepted; this server speaks plain HTTP only.'),
  {
    ...valueFlag(
      '--enable-cors-header',
      'ORIGIN',
      'Answer with CORS headers for ORIGIN (bare: any) and drop the origin check.',
    ),
    arity: { kind: 'optional', bare: '*' },
  },
  valueFlag('--max-upload-size', 'MAX_UPLOAD_SIZE', 'Largest request body in MB. (default: 100)', 'float'),
  switchFlag('--enable-compress-response-body', 'Compress JSON and text answers for clients that ask for it.'),
  switchFlag('--multi-user', 'Keep settings and user data apart by the comfy-user header.'),
];

const folderFlags: readonly Flag[] = [
  valueFlag('--base-directory', 'BASE_DIRECTORY', 'Folder of models, custom_nodes, input, output, temp and user.'),
  valueFlag('--models-directory', 'MODELS_DIRECTORY', 'Folder of the models; must exist.', 'existing-directory'),
  {
    ...valueFlag('--extra-model-paths-config', 'PATH', 'YAML files with more model folders.'),
    arity: { kind: 'at-least-one' },
    repeatable: true,
  },
  valueFlag('--output-directory', 'OUTPUT_DIRECTORY', 'Folder of the results.'),
  valueFlag('--temp-directory', 'TEMP_DIRECTORY', 'Folder in which "temp" is made; it is wiped at each start.'),
  valueFlag('--input-directory', 'INPUT_DIRECTORY', 'Folder of the uploads.'),
  valueFlag(
    '--user-directory',
    'USER_DIRECTORY',
    'Folder of settings and user data; must exist.',
    'existing-directory',
  ),
  valueFlag('--database-url', 'DATABASE_URL', 'Database, sqlite:///PATH or sqlite:///:memory:.'),
  valueFlag('--front-end-root', 'FRONTEND_ROOT', 'Folder of a front end to serve; must exist.', 'existing-directory'),
  valueFlag('--front-end-version', 'FRONTEND_VERSION', 'Accepted; the sandbox has its own start page.'),
];

const deviceFlags: readonly Flag[] = [
  valueFlag('--cuda-device', 'DEVICE_ID', 'Show this process only these devices; "all" leaves the environment alone.'),
  valueFlag('--default-device', 'DEFAULT_DEVICE_ID', 'Device that comes first; the others stay visible.', 'int'),
  {
    ...valueFlag('--directml', 'DIRECTML_DEVICE', 'Accepted; no effect.', 'int'),
    arity: { kind: 'optional', bare: '-1' },
  },
  valueFlag('--oneapi-device-selector', 'SELECTOR_STRING', 'Accepted; no effect.'),
  switchFlag('--gpu-only', 'Keep everything on the GPU.', 'vram'),
  switchFlag('--highvram', 'Keep models in GPU memory after use.', 'vram'),
  switchFlag('--lowvram', 'Spare GPU memory.', 'vram'),
  switchFlag('--novram', 'Spare GPU memory as far as possible.', 'vram'),
  switchFlag('--cpu', 'Run on the CPU.', 'vram'),
  valueFlag('--reserve-vram', 'GB', 'GPU memory to leave to others.', 'float'),
  valueFlag('--vram-headroom', 'GB', 'GPU memory to keep free beside the models.', 'float'),
  switchFlag('--disable-smart-memory', 'Unload the models after each prompt.'),
  switchFlag('--enable-dynamic-vram', 'Accepted; no effect.'),
  switchFlag('--disable-dynamic-vram', 'Accepted; no effect.'),
  { ...valueFlag('--async-offload', 'STREAMS', 'Accepted; no effect.', 'int'), arity: { kind: 'optional', bare: '2' } },
  switchFlag('--disable-async-offload', 'Accepted; no effect.'),
  switchFlag('--disable-pinned-memory', 'Accepted; no effect.'),
  switchFlag('--disable-nvml-pressure', 'Accepted; no effect.'),
  switchFlag('--disable-cuda-graphs', 'Accepted; no effect.'),
  switchFlag('--cuda-malloc', 'Accepted; no effect.', 'cuda-malloc'),
  switchFlag('--disable-cuda-malloc', 'Leaves the allocator out of the device name.', 'cuda-malloc'),
  switchFlag('--deterministic', 'Accepted; the sandbox always is.'),
  {
    ...valueFlag('--fast', 'OPTIMIZATION', 'Accepted; no effect.', {
      oneOf: ['fp16_accumulation', 'fp8_matrix_mult', 'cublas_ops', 'autotune'],
      enumName: 'PerformanceFeature',
    }),
    arity: { kind: 'any' },
  },
  switchFlag('--fast-disk', 'Accepted; no effect.'),
];

const noEffect = 'Accepted; no effect.';

const numberFormatFlags: readonly Flag[] = [
  switchFlag('--force-fp32', noEffect, 'precision'),
  switchFlag('--force-fp16', noEffect, 'precision'),
  switchFlag('--fp32-unet', noEffect, 'unet'),
  switchFlag('--fp64-unet', noEffect, 'unet'),
  switchFlag('--bf16-unet', noEffect, 'unet'),
  switchFlag('--fp16-unet', noEffect, 'unet'),
  switchFlag('--fp8_e4m3fn-unet', noEffect, 'unet'),
  switchFlag('--fp8_e5m2-unet', noEffect, 'unet'),
  switchFlag('--fp16-vae', noEffect, 'vae'),
  switchFlag('--fp32-vae', noEffect, 'vae'),
  switchFlag('--bf16-vae', noEffect, 'vae'),
  switchFlag('--cpu-vae', noEffect),
  switchFlag('--fp8_e8m0fnu-unet', noEffect, 'unet'),
  switchFlag('--fp8_e4m3fn-text-enc', noEffect, 'text-encoder'),
  switchFlag('--fp8_e5m2-text-enc', noEffect, 'text-encoder'),
  switchFlag('--fp16-text-enc', noEffect, 'text-encoder'),
  switchFlag('--fp32-text-enc', noEffect, 'text-encoder'),
  switchFlag('--bf16-text-enc', noEffect, 'text-encoder'),
  switchFlag('--fp16-intermediates', noEffect),
  switchFlag('--enable-triton-backend', noEffect),
  switchFlag('--disable-triton-backend', noEffect),
  switchFlag('--force-channels-last', noEffect),
  switchFlag('--supports-fp8-compute', noEffect),
  switchFlag('--use-split-cross-attention', noEffect, 'attention'),
  switchFlag('--use-quad-cross-attention', noEffect, 'attention'),
  switchFlag('--use-pytorch-cross-attention', noEffect, 'attention'),
  switchFlag('--use-sage-attention', noEffect, 'attention'),
  switchFlag('--use-flash-attention', noEffect, 'attention'),
  switchFlag('--use-ck-attention', noEffect, 'attention'),
  switchFlag('--disable-xformers', noEffect),
  switchFlag('--force-upcast-attention', noEffect, 'upcast'),
  switchFlag('--dont-upcast-attention', noEffect, 'upcast'),
  switchFlag('--force-non-blocking', noEffect),
  switchFlag('--mmap-torch-files', noEffect),
  switchFlag('--disable-mmap', noEffect),
];

const executionFlags: readonly Flag[] = [
  valueFlag('--preview-method', '{none,auto,latent2rgb,taesd}', 'Previews of samplers. (default: none)', {
    oneOf: ['none', 'auto', 'latent2rgb', 'taesd'],
  }),
  valueFlag('--preview-size', 'PREVIEW_SIZE', 'Longest side of a preview. (default: 512)', 'int'),
  {
    ...valueFlag(
      '--cache-ram',
      'GB',
      'Drop old results under RAM pressure, with thresholds. The default mode.',
      'float',
    ),
    arity: { kind: 'between', min: 0, max: 2 },
    problemOf: ({ length }) =>
      length > 2 ? '--cache-ram accepts at most two values: active GB and inactive GB' : null,
    exclusiveGroup: 'cache',
  },
  switchFlag('--cache-classic', 'Keep the results of the last prompt only.', 'cache'),
  { ...valueFlag('--cache-lru', 'N', 'Keep the N results that were used last.', 'int'), exclusiveGroup: 'cache' },
  switchFlag('--cache-none', 'Keep no results.', 'cache'),
  switchFlag('--high-ram', 'Same as --cache-classic.', 'cache'),
  switchFlag('--disable-metadata', 'Write no prompt and no workflow into files.'),
  valueFlag('--default-hashing-function', '{md5,sha1,sha256,sha512}', 'Hash that compares uploads. (default: sha256)', {
    oneOf: ['md5', 'sha1', 'sha256', 'sha512'],
  }),
];

const logLevels: readonly string[] = ['DEBUG', 'DETAIL', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'];

const runFlags: readonly Flag[] = [
  switchFlag('--auto-launch', 'Accepted; the sandbox opens no browser.'),
  switchFlag('--disable-auto-launch', 'Accepted; the sandbox opens no browser.'),
  switchFlag('--dont-print-server', 'Do not print where the server listens.'),
  switchFlag('--quick-test-for-ci', 'End with 0 once everything is loaded.'),
  switchFlag('--windows-standalone-build', noEffect),
  switchFlag('--disable-all-custom-nodes', 'Load no custom nodes.'),
  {
    ...valueFlag('--whitelist-custom-nodes', 'NAME', 'Custom nodes to load in spite of --disable-all-custom-nodes.'),
    arity: { kind: 'at-least-one' },
  },
  switchFlag('--disable-api-nodes', 'No paid nodes; adds a strict Content-Security-Policy.'),
  {
    ...valueFlag(
      '--verbose',
      'LEVEL',
      'Least important level that is logged (DEBUG, DETAIL, INFO, WARNING, ERROR, CRITICAL).',
    ),
    arity: { kind: 'between', min: 0, max: 2 },
    problemOf: ([level, ...files]) =>
      files.length > 1 || (level !== undefined && !logLevels.includes(level))
        ? '--verbose expects no values, a console LEVEL, or LEVEL FILE'
        : null,
    repeatable: true,
  },
  switchFlag('--log-stdout', 'Log to stdout; errors stay on stderr.'),
  switchFlag('--enable-manager', 'Serve the reboot route of ComfyUI-Manager.'),
  switchFlag('--disable-manager-ui', noEffect),
  switchFlag('--enable-manager-legacy-ui', noEffect),
  valueFlag('--comfy-api-base', 'COMFY_API_BASE', noEffect),
  switchFlag('--enable-assets', 'Accepted; the sandbox has no assets system and says so.'),
  switchFlag('--enable-asset-hashing', noEffect),
  { ...valueFlag('--feature-flag', 'KEY[=VALUE]', 'Add a flag to /features.'), repeatable: true },
  switchFlag('--list-feature-flags', 'Print the registered feature flags as JSON and end.'),
  switchFlag('--debug-hang', noEffect),
];

/** The flags of ComfyUI 0.33 (comfyui-protocol.md 1.2). */
export const comfyuiFlags: readonly Flag[] = [
  ...serverFlags,
  ...folderFlags,
  ...deviceFlags,
  ...numberFormatFlags,
  ...executionFlags,
  ...runFlags,
];
