/** The folders that ComfyUI takes by a flag. */
export type FlagFolder = 'base' | 'models' | 'output' | 'input' | 'user' | 'temp';

/** A command line of ComfyUI, taken apart: what an instance says in its own fields, and the rest. */
export interface ReadArguments {
  readonly folders: Readonly<Partial<Record<FlagFolder, string>>>;
  readonly port: number | null;
  readonly host: string;
  readonly modelConfigurationFiles: readonly string[];
  /** Empty where no flag says one. */
  readonly gpuDevice: string;
  readonly databaseUrl: string;
  /** Passed on as they are. */
  readonly others: readonly string[];
  /** Flags that an instance of Atelier cannot keep. */
  readonly leftOut: readonly string[];
}

const folderFlags: Readonly<Record<string, FlagFolder>> = {
  '--base-directory': 'base',
  '--models-directory': 'models',
  '--output-directory': 'output',
  '--input-directory': 'input',
  '--user-directory': 'user',
  '--temp-directory': 'temp',
};
/** Said by the studio itself, or of no use to an instance: the last one only opens a browser. */
const dropped = new Set([
  '--auto-launch',
  '--disable-auto-launch',
  '--dont-print-server',
  '--windows-standalone-build',
]);
/** The studio speaks plain HTTP to its own instances. */
const leftOutFlags = new Set(['--tls-keyfile', '--tls-certfile']);

interface Draft {
  readonly folders: Partial<Record<FlagFolder, string>>;
  port: number | null;
  host: string;
  gpuDevice: string;
  databaseUrl: string;
  readonly modelConfigurationFiles: string[];
  readonly others: string[];
  readonly leftOut: string[];
}

/** `--flag=value` is one token, else the tokens up to the next flag are its values. */
interface Flag {
  readonly name: string;
  readonly values: readonly string[];
  /** As they stood. */
  readonly tokens: readonly string[];
}

const isFlag = (token: string): boolean => /^--[A-Za-z]/u.test(token);

const groupFlags = (tokens: readonly string[]): readonly Flag[] => {
  const flags: { name: string; values: string[]; tokens: string[] }[] = [];
  for (const token of tokens) {
    if (isFlag(token)) {
      const at = token.indexOf('=');
      flags.push({
        name: at === -1 ? token : token.slice(0, at),
        values: at === -1 ? [] : [token.slice(at + 1)],
        tokens: [token],
      });
    } else {
      const last = flags.at(-1);
      if (last === undefined) flags.push({ name: '', values: [token], tokens: [token] });
      else {
        last.values.push(token);
        last.tokens.push(token);
      }
    }
  }
  return flags;
};

const portOf = (text: string | undefined): number | null => {
  const port = Number(text);
  return text !== undefined && /^\d{1,5}$/u.test(text) && port > 0 && port <= 65_535 ? port : null;
};

/** `0` or `GPU-…` as ComfyUI and CUDA take them, in the words of an instance. */
export const deviceOf = (text: string): string => {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0) return '';
  if (parts[0] === '-1' || /^no(?:ne|devfiles)$/iu.test(parts[0] ?? '')) return 'cpu';
  if (parts.length === 1 && parts[0] === 'all') return '';
  return parts.map((part) => (/^\d+$/u.test(part) ? `cuda:${part}` : part)).join(',');
};

const take = (draft: Draft, { name, values, tokens }: Flag): void => {
  const [value = ''] = values;
  const folder = folderFlags[name];
  if (folder !== undefined) draft.folders[folder] = value;
  else if (name === '--port') draft.port = portOf(value);
  else if (name === '--listen') draft.host = value === '' ? '0.0.0.0' : (value.split(',')[0] ?? '');
  else if (name === '--extra-model-paths-config') draft.modelConfigurationFiles.push(...values);
  else if (name === '--cuda-device' || name === '--default-device') draft.gpuDevice = deviceOf(value);
  else if (name === '--cpu') draft.gpuDevice = 'cpu';
  else if (name === '--directml') draft.gpuDevice = value === '' ? 'directml' : `directml:${value}`;
  else if (name === '--database-url') draft.databaseUrl = value;
  else if (leftOutFlags.has(name)) draft.leftOut.push(name);
  else if (name !== '' && !dropped.has(name)) draft.others.push(...tokens);
};

/** Reads the arguments that stand after `main.py` (comfyui-protocol.md 1.2). Words before the first flag mean nothing to ComfyUI. */
export const readArguments = (tokens: readonly string[]): ReadArguments => {
  const draft: Draft = {
    folders: {},
    port: null,
    host: '',
    gpuDevice: '',
    databaseUrl: '',
    modelConfigurationFiles: [],
    others: [],
    leftOut: [],
  };
  for (const flag of groupFlags(tokens)) take(draft, flag);
  return draft;
};

/** The GPU that the environment of a process leaves it; empty where it leaves all. */
export const deviceOfEnvironment = (environment: Readonly<Record<string, string | undefined>>): string => {
  for (const name of ['CUDA_VISIBLE_DEVICES', 'HIP_VISIBLE_DEVICES', 'ROCR_VISIBLE_DEVICES']) {
    const device = deviceOf(environment[name] ?? '');
    if (device !== '') return device;
  }
  return '';
};

/** Variables that make a ComfyUI run as it did; nothing else of a foreign environment is looked at, since tokens stand in it. */
const keptVariables = new Set([
  'PYTORCH_CUDA_ALLOC_CONF',
  'PYTORCH_HIP_ALLOC_CONF',
  'HSA_OVERRIDE_GFX_VERSION',
  'COMFYUI_ENABLE_MIOPEN',
  'HF_HOME',
  'HF_HUB_CACHE',
  'TORCH_HOME',
  'XDG_CACHE_HOME',
  'OMP_NUM_THREADS',
  'PYTORCH_ENABLE_MPS_FALLBACK',
  'PYTORCH_TUNABLEOP_ENABLED',
  'MIOPEN_FIND_MODE',
]);

export const keptEnvironment = (environment: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && keptVariables.has(name) ? [[name, value] as const] : [],
    ),
  );
