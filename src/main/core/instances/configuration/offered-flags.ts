import type { OfferedFlag } from '#contract/models/instance.ts';
import type { FlagKnowledge, KnownFlag } from './flag-knowledge.ts';
import { gpuFlags, managedFlags, overridingFlags, refusedFlags, uselessFlags } from './rules/own-flags.ts';

/** Flags of ours that no field stands for. */
const studioFlags: ReadonlySet<string> = new Set(['--disable-auto-launch', ...Object.keys(uselessFlags)]);
const deviceFlags: ReadonlySet<string> = new Set(['--cpu', '--directml', ...gpuFlags]);

const setByOf = (name: string): OfferedFlag['setBy'] => {
  const field = managedFlags[name] ?? overridingFlags[name];
  if (field !== undefined && field !== '') return { kind: 'field', field };
  if (deviceFlags.has(name)) return { kind: 'field', field: 'gpuDevice' };
  if (field === '' || studioFlags.has(name)) return { kind: 'studio' };
  return Object.hasOwn(refusedFlags, name) ? { kind: 'nobody' } : null;
};

/** The topic of a flag by the words in its name; the first that fits. A flag of a version to come lands under "other". */
const topics: readonly (readonly [OfferedFlag['group'], RegExp])[] = [
  ['log', /log|verbose|print|stdout/],
  ['preview', /preview/],
  ['folders', /directory|paths?-|database|user/],
  ['cache', /cache/],
  ['attention', /attention|sage|flash|xformers/],
  ['precision', /fp\d|bf16|precision|deterministic|channels-last|fast/],
  ['memory', /vram|gpu-only|cpu|memory|smart|mmap|pinned|async-offload|directml|cuda|device|disk/],
  ['nodes', /node|manager|whitelist|api/],
  ['network', /listen|port|tls|cors|upload|compress|launch|front-end|comfy-api|host/],
];

const groupOf = (name: string): OfferedFlag['group'] => topics.find(([, words]) => words.test(name))?.[0] ?? 'other';

const excludedBy = (flag: KnownFlag, all: readonly KnownFlag[]): string[] =>
  flag.group === null
    ? []
    : all.filter((other) => other.group === flag.group && other.name !== flag.name).map(({ name }) => name);

/** Every flag of an install, with who sets it. Those that are set already are told too, so that nobody looks for them in vain. */
export const offeredFlags = ({ flags, explanations }: FlagKnowledge): OfferedFlag[] => {
  const all = [...flags.values()].filter(({ name }) => name.startsWith('--'));
  return all.map((flag) => ({
    flag: flag.name,
    help: explanations.get(flag.name) ?? '',
    takesValue: flag.values,
    valueName: flag.valueName,
    choices: flag.choices === null ? null : [...flag.choices],
    group: groupOf(flag.name),
    excludes: excludedBy(flag, all),
    setBy: setByOf(flag.name),
  }));
};
