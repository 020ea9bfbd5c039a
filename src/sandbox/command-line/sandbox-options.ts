import type { FaultPlan } from '../faults/fault-plan.ts';
import { faultPlanFrom } from '../faults/fault-plan.ts';

export type CacheMode =
  /** Results outside the current prompt are dropped while less than this much RAM is free (Infinity: always). */
  | { readonly kind: 'ram'; readonly inactiveFreeBytes: number }
  | { readonly kind: 'classic' }
  | { readonly kind: 'lru'; readonly maxEntries: number }
  | { readonly kind: 'none' };

export type LogLevel = 'DEBUG' | 'DETAIL' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL';

export interface SandboxOptions {
  /** The command line behind the program's name, as GET /system_stats shows it. */
  readonly argv: readonly string[];
  readonly listenAddresses: readonly string[];
  readonly port: number;
  /** null = origin check, else the value of Access-Control-Allow-Origin. */
  readonly corsOrigin: string | null;
  /** May be a fraction of a byte: the limit is given in MB. */
  readonly maxUploadBytes: number;
  readonly compressResponses: boolean;
  readonly multiUser: boolean;
  readonly directories: {
    readonly base: string | null;
    readonly models: string | null;
    readonly input: string | null;
    readonly output: string | null;
    /** The folder in which "temp" is made. */
    readonly temp: string | null;
    readonly user: string | null;
    readonly frontEnd: string | null;
  };
  readonly extraModelPathsFiles: readonly string[];
  readonly databaseUrl: string | null;
  readonly enableAssets: boolean;
  readonly device: {
    readonly kind: 'cpu' | 'cuda';
    readonly vramState: 'NORMAL_VRAM' | 'HIGH_VRAM' | 'LOW_VRAM' | 'NO_VRAM' | 'DISABLED';
    readonly cudaDevice: string | null;
    readonly defaultDevice: number | null;
    readonly cudaMalloc: boolean;
    readonly unloadAfterPrompt: boolean;
    readonly speed: number;
    readonly clock: number;
    readonly vramBytes: number;
    readonly name: string;
  };
  readonly previewMethod: string;
  readonly previewSize: number;
  readonly cache: CacheMode;
  readonly metadata: boolean;
  readonly hashName: string;
  readonly logLevel: LogLevel;
  readonly logFile: string | null;
  readonly logToStdout: boolean;
  readonly printServer: boolean;
  readonly quickTest: boolean;
  readonly loadCustomNodes: boolean;
  readonly whitelistedCustomNodes: readonly string[];
  readonly apiNodes: boolean;
  readonly manager: boolean;
  readonly featureFlags: readonly string[];
  readonly listFeatureFlags: boolean;
  readonly startDelayMs: number;
  readonly control: boolean;
  readonly testNodes: boolean;
  /** The nodes and routes of image editors. */
  readonly etn: boolean;
  readonly faults: FaultPlan;
}

type Given = ReadonlyMap<string, readonly string[]>;

const levels: readonly LogLevel[] = ['DEBUG', 'DETAIL', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'];

const gibibyte = 1024 ** 3;

const defaultVramBytes = 8 * gibibyte;

/** Typed access to what was given on the command line. */
const reader = (given: Given) => ({
  has: (name: string): boolean => given.has(name),
  text: (name: string): string | null => given.get(name)?.at(-1) ?? null,
  list: (name: string): readonly string[] => given.get(name) ?? [],
  number: (name: string, fallback: number): number => {
    const text = given.get(name)?.at(-1);
    return text === undefined ? fallback : Number(text);
  },
});

type Reader = ReturnType<typeof reader>;

const cacheFrom = (flags: Reader): CacheMode => {
  if (flags.has('--cache-classic') || flags.has('--high-ram')) return { kind: 'classic' };
  if (flags.has('--cache-none')) return { kind: 'none' };
  if (flags.has('--cache-lru')) {
    const maxEntries = flags.number('--cache-lru', 0);
    return maxEntries > 0 ? { kind: 'lru', maxEntries } : { kind: 'ram', inactiveFreeBytes: Number.POSITIVE_INFINITY };
  }
  const inactive = flags.list('--cache-ram')[1];
  return {
    kind: 'ram',
    inactiveFreeBytes: inactive === undefined ? Number.POSITIVE_INFINITY : Number(inactive) * gibibyte,
  };
};

const deviceFrom = (flags: Reader): SandboxOptions['device'] => {
  const cpu = flags.has('--cpu');
  const states = [
    ['--cpu', 'DISABLED'],
    ['--gpu-only', 'HIGH_VRAM'],
    ['--highvram', 'HIGH_VRAM'],
    ['--lowvram', 'LOW_VRAM'],
    ['--novram', 'NO_VRAM'],
  ] as const;
  return {
    kind: cpu ? 'cpu' : 'cuda',
    vramState: states.find(([name]) => flags.has(name))?.[1] ?? 'NORMAL_VRAM',
    cudaDevice: flags.text('--cuda-device'),
    defaultDevice: flags.has('--default-device') ? flags.number('--default-device', 0) : null,
    cudaMalloc: !flags.has('--disable-cuda-malloc'),
    unloadAfterPrompt: flags.has('--disable-smart-memory'),
    speed: flags.number('--sandbox-speed', 1),
    clock: flags.number('--sandbox-clock', 1),
    vramBytes: flags.number('--sandbox-vram', defaultVramBytes),
    name: flags.text('--sandbox-gpu-name') ?? 'Sandbox GPU',
  };
};

const directoriesFrom = (flags: Reader): SandboxOptions['directories'] => ({
  base: flags.text('--base-directory'),
  models: flags.text('--models-directory'),
  input: flags.text('--input-directory'),
  output: flags.text('--output-directory'),
  temp: flags.text('--temp-directory'),
  user: flags.text('--user-directory'),
  frontEnd: flags.text('--front-end-root'),
});

const loggingFrom = (flags: Reader): Pick<SandboxOptions, 'logLevel' | 'logFile' | 'logToStdout'> => {
  const words = flags.list('--verbose');
  const level = levels.findLast((name) => words.includes(name));
  return {
    logLevel: level ?? (flags.has('--verbose') ? 'DEBUG' : 'INFO'),
    logFile: words.find((word) => !levels.some((name) => name === word)) ?? null,
    logToStdout: flags.has('--log-stdout'),
  };
};

/** Turns a parsed command line into what the server is told; names and units instead of flags and strings. */
export const sandboxOptionsFrom = (given: Given, argv: readonly string[]): SandboxOptions => {
  const flags = reader(given);
  const whitelisted = flags.list('--whitelist-custom-nodes');
  return {
    argv,
    listenAddresses: (flags.text('--listen') ?? '127.0.0.1').split(',').map((address) => address.trim()),
    port: flags.number('--port', 8188),
    corsOrigin: flags.text('--enable-cors-header'),
    maxUploadBytes: flags.number('--max-upload-size', 100) * 1024 * 1024,
    compressResponses: flags.has('--enable-compress-response-body'),
    multiUser: flags.has('--multi-user'),
    directories: directoriesFrom(flags),
    extraModelPathsFiles: flags.list('--extra-model-paths-config'),
    databaseUrl: flags.text('--database-url'),
    enableAssets: flags.has('--enable-assets'),
    device: deviceFrom(flags),
    previewMethod: flags.text('--preview-method') ?? 'none',
    previewSize: flags.number('--preview-size', 512),
    cache: cacheFrom(flags),
    metadata: !flags.has('--disable-metadata'),
    hashName: flags.text('--default-hashing-function') ?? 'sha256',
    ...loggingFrom(flags),
    printServer: !flags.has('--dont-print-server'),
    quickTest: flags.has('--quick-test-for-ci'),
    loadCustomNodes: !flags.has('--disable-all-custom-nodes'),
    whitelistedCustomNodes: whitelisted,
    apiNodes: !flags.has('--disable-api-nodes'),
    manager: flags.has('--enable-manager'),
    featureFlags: flags.list('--feature-flag'),
    listFeatureFlags: flags.has('--list-feature-flags'),
    startDelayMs: flags.number('--sandbox-start-delay', 0.3) * 1000,
    control: flags.has('--sandbox-control'),
    testNodes: flags.has('--sandbox-test-nodes'),
    etn: flags.has('--sandbox-etn'),
    faults: faultPlanFrom(flags),
  };
};
