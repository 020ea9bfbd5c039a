import type { PlannedConflict } from '#contract/models/migration.ts';
import { textHash } from '../../shared/text-hash.ts';
import { type Placed, type PlanFacts, planConflict, type Source, type Step } from './plan-facts.ts';

/** The instance that stands for the one ComfyUI that a user had (002-H1). */
export const legacyName = 'Legacy Instance';

const longestName = 200;

/** `NVIDIA GeForce RTX 4090` as people call it. */
const shortGpuName = (name: string): string =>
  name.replace(/^(?:NVIDIA|AMD|Intel(?:\(R\))?)\s+(?:GeForce\s+|Radeon\s+)?/iu, '');

/** Half of a letter outside the basic plane is no letter. */
const cut = (name: string, length = longestName): string => name.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');

/** A single install becomes the legacy instance; of a list each keeps the name that it has there. */
const wantedName = (placed: Placed, legacy: Source | null, names: number): string => {
  const { source, gpu, isFurther } = placed;
  const isOnly = source === legacy && source.finding.candidates.length === 1 && source.kind === 'local';
  const own = cut(source.candidate.name.trim(), longestName - 40) || 'ComfyUI';
  if (isFurther && gpu !== null) return cut(`${own} - ${shortGpuName(gpu.name)}`);
  return isOnly || names === 1 ? legacyName : own;
};

const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-+|-+$/gu, '')
    .slice(0, 40)
    .replace(/-+$/u, '');

/** Made of what it stands for, so that the same plan has the same ids. */
const idOf = (placed: Placed, name: string, taken: ReadonlySet<string>): string => {
  const { source, gpuDevice, isFurther } = placed;
  for (let number = 0; ; number += 1) {
    const text = JSON.stringify([source.finding.id, source.candidate.key, isFurther ? gpuDevice : '', number]);
    const unique = textHash(text).slice(0, 6);
    const slug = slugOf(name);
    const id = slug === '' ? `instance-${unique}` : `${slug}-${unique}`;
    if (!taken.has(id)) return id;
  }
};

const freeName = (wanted: string, taken: ReadonlySet<string>): string => {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${cut(wanted, longestName - 6)} ${number}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
};

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** A name and an id for each, different from all others. Names that differ in case only are the same to a reader. */
export const giveNames = (
  placed: readonly Placed[],
  legacy: Source | null,
  facts: PlanFacts,
): Step<ReadonlyMap<Placed, Named>> => {
  const existing = new Set(facts.existing.map(({ name }) => name.toLowerCase()));
  const names = new Set(existing);
  const ids = new Set(facts.existing.map(({ id }) => id));
  const made = new Map<Placed, Named>();
  const conflicts: PlannedConflict[] = [];
  const firstOnes = placed.filter(({ isFurther, source }) => !isFurther && source.kind === 'local').length;
  for (const each of placed) {
    const isLegacy = each.source === legacy && !each.isFurther;
    const wanted = wantedName(each, legacy, isLegacy && each.source.kind === 'local' ? firstOnes : 0);
    const name = freeName(wanted, names);
    const id = idOf(each, name, ids);
    names.add(name.toLowerCase());
    ids.add(id);
    made.set(each, { id, name });
    // Two cards of one kind are told apart by a number; only a name that somebody gave is worth a word.
    if (name === wanted || each.isFurther) continue;
    const message = `The name "${wanted}" is taken; it becomes "${name}".`;
    conflicts.push(
      planConflict('name-taken', 'info', 'renamed', { message, details: { name: wanted, newName: name } }),
    );
  }
  return { made, conflicts };
};
