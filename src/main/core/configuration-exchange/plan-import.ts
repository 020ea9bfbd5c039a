import type { FieldChange, ImportChoice, ImportEntry } from '#contract/models/configuration.ts';
import type { InstanceConfiguration, InstanceDraft, ValidationReport } from '#contract/models/instance.ts';
import { compareConfigurations } from './compare-configurations.ts';
import type { ExchangeEntry, ExchangeFile } from './exchange-file.ts';
import { withStoredSecrets } from './secret-free.ts';

/** What the plan of one entry needs beyond the file. */
export interface PlanDesk {
  readonly fleet: readonly InstanceConfiguration[];
  readonly complete: (draft: InstanceDraft, existing: InstanceConfiguration | null) => InstanceConfiguration;
  readonly validate: (draft: InstanceDraft, existing: InstanceConfiguration | null) => Promise<ValidationReport>;
  /** A port from the given one on that neither an instance nor a program uses. */
  readonly suggestPort: (from: number) => Promise<number>;
  readonly isRunning: (instanceId: string) => boolean;
  readonly restartNeededFor: (before: InstanceConfiguration, after: InstanceConfiguration) => readonly string[];
}

/** An entry of the plan with what is stored when it is carried out. */
export interface PlannedEntry {
  readonly entry: ImportEntry;
  readonly configuration: InstanceConfiguration | null;
}

/** What earlier entries of the same file have taken already. */
interface Taken {
  readonly ports: Map<number, string>;
  readonly names: Map<string, string>;
  readonly instanceIds: Set<string>;
}

const folded = (name: string): string => name.trim().toLocaleLowerCase('en');

/** The instance that an entry means: by its id, else by its name where exactly one has it. */
const meantInstance = (
  { id, draft }: ExchangeEntry,
  fleet: readonly InstanceConfiguration[],
  taken: ReadonlySet<string>,
): InstanceConfiguration | null => {
  const free = fleet.filter((each) => !taken.has(each.id));
  const byId = id === null ? undefined : free.find((each) => each.id === id);
  if (byId !== undefined) return byId;
  const named = free.filter(({ name }) => folded(name) === folded(draft.name));
  return named.length === 1 ? (named[0] ?? null) : null;
};

const freeName = (wanted: string, names: ReadonlySet<string>): string => {
  for (let number = 2; ; number += 1) {
    const name = `${wanted.slice(0, 190)} (${number})`;
    if (!names.has(folded(name))) return name;
  }
};

const freePort = async (from: number, taken: ReadonlySet<number>, desk: PlanDesk): Promise<number> => {
  let port = await desk.suggestPort(from);
  while (taken.has(port)) port = await desk.suggestPort(port + 1 > 65_535 ? 1024 : port + 1);
  return port;
};

/** The only install that the other instances use; a file of another program names none. */
const sharedInstall = (
  fleet: readonly InstanceConfiguration[],
): Pick<InstanceConfiguration, 'comfyuiFolder' | 'pythonPath'> | null => {
  const installs = new Map(
    fleet
      .filter(({ kind, program, comfyuiFolder }) => kind === 'local' && program === 'comfyui' && comfyuiFolder !== '')
      .map((each) => [`${each.comfyuiFolder}\n${each.pythonPath}`, each]),
  );
  const [only] = installs.values();
  return installs.size === 1 && only !== undefined
    ? { comfyuiFolder: only.comfyuiFolder, pythonPath: only.pythonPath }
    : null;
};

const nothing = (entry: ExchangeEntry, action: 'skip' | 'invalid'): ImportEntry => ({
  key: entry.key,
  name: entry.draft.name,
  action,
  instanceId: null,
  port: entry.draft.port ?? null,
  changes: [],
  clashes: [],
  proposals: [],
  problems:
    entry.damage === null
      ? []
      : [
          {
            field: '',
            severity: 'error',
            code: 'entry-damaged',
            message: entry.damage.message,
            details: { reason: entry.damage.reason, field: entry.damage.field },
          },
        ],
  disabled: false,
  restartNeeded: false,
});

/** What the entry runs into: names and ports of other instances, and of earlier entries. */
const clashesOf = (
  wanted: { readonly name: string; readonly port: number; readonly isRemote: boolean },
  others: readonly InstanceConfiguration[],
  taken: Taken,
): ImportEntry['clashes'] => {
  const withName = others.find(({ name }) => folded(name) === folded(wanted.name));
  const withPort = wanted.isRemote
    ? undefined
    : others.find(({ kind, port }) => kind === 'local' && port === wanted.port);
  const earlierName = taken.names.get(folded(wanted.name));
  const earlierPort = wanted.isRemote ? undefined : taken.ports.get(wanted.port);
  const clash = (kind: 'name' | 'port', value: string, other: InstanceConfiguration | string) =>
    typeof other === 'string'
      ? { kind, value, instanceId: null, instanceName: other }
      : { kind, value, instanceId: other.id, instanceName: other.name };
  const name = withName ?? earlierName;
  const port = withPort ?? earlierPort;
  return [
    ...(name === undefined ? [] : [clash('name', wanted.name, name)]),
    ...(port === undefined ? [] : [clash('port', String(wanted.port), port)]),
  ];
};

const planUpdate = async (
  entry: ExchangeEntry,
  existing: InstanceConfiguration,
  choice: ImportChoice,
  desk: PlanDesk,
): Promise<PlannedEntry> => {
  const draft = { ...entry.draft, id: existing.id, ...fieldsOf(choice) };
  const configuration = withStoredSecrets(desk.complete(draft, existing), existing);
  const changes: readonly FieldChange[] = compareConfigurations(existing, configuration);
  const isSame = changes.length === 0;
  const { problems } = isSame ? { problems: [] } : await desk.validate({ ...configuration }, existing);
  const isBad = problems.some(({ severity }) => severity === 'error');
  return {
    entry: {
      ...nothing(entry, 'skip'),
      name: configuration.name,
      action: isSame ? 'unchanged' : isBad ? 'invalid' : 'update',
      instanceId: existing.id,
      port: configuration.port,
      changes: [...changes],
      problems: [...problems],
      restartNeeded: desk.isRunning(existing.id) && desk.restartNeededFor(existing, configuration).length > 0,
    },
    configuration,
  };
};

const fieldsOf = ({ name, port, comfyuiFolder, pythonPath }: ImportChoice): Partial<InstanceDraft> => ({
  ...(name === undefined ? {} : { name }),
  ...(port === undefined ? {} : { port }),
  ...(comfyuiFolder === undefined ? {} : { comfyuiFolder }),
  ...(pythonPath === undefined ? {} : { pythonPath }),
});

const planCreation = async (
  entry: ExchangeEntry,
  choice: ImportChoice,
  desk: PlanDesk,
  context: { readonly taken: Taken; readonly isForeign: boolean; readonly kept: readonly InstanceConfiguration[] },
): Promise<PlannedEntry> => {
  const { taken, kept } = context;
  const install = context.isForeign && entry.draft.kind !== 'remote' ? sharedInstall(desk.fleet) : null;
  const { id: _id, ...rest } = entry.draft;
  const isIdFree =
    entry.id !== null && !desk.fleet.some(({ id }) => id === entry.id) && !taken.instanceIds.has(entry.id);
  const base = { ...rest, ...(isIdFree && entry.id !== null ? { id: entry.id } : {}), ...install };
  const isRemote = base.kind === 'remote';
  const wantedName = choice.name ?? base.name;
  const wantedPort = choice.port ?? base.port ?? (await freePort(8188, new Set(taken.ports.keys()), desk));
  const clashes = clashesOf({ name: wantedName, port: wantedPort, isRemote }, kept, taken);
  const names = new Set([...kept.map(({ name }) => folded(name)), ...taken.names.keys()]);
  const name = clashes.some(({ kind }) => kind === 'name') ? freeName(wantedName, names) : wantedName;
  const hasPortClash = clashes.some(({ kind }) => kind === 'port');
  const port = hasPortClash ? await freePort(wantedPort, new Set(taken.ports.keys()), desk) : wantedPort;
  const draft: InstanceDraft = { ...base, ...fieldsOf(choice), name, port };
  const { problems } = await desk.validate(draft, null);
  const isBad = problems.some(({ severity }) => severity === 'error');
  const configuration = desk.complete(isBad ? { ...draft, enabled: false } : draft, null);
  return {
    entry: {
      ...nothing(entry, 'skip'),
      name: configuration.name,
      action: 'create',
      instanceId: configuration.id,
      port: configuration.port,
      clashes,
      proposals: clashes.length === 0 ? [] : proposalsOf(clashes, { name, port }),
      problems: [...problems],
      disabled: isBad,
    },
    configuration,
  };
};

const proposalsOf = (
  clashes: ImportEntry['clashes'],
  created: { readonly name: string; readonly port: number },
): ImportEntry['proposals'] => {
  const others = new Map(
    clashes.flatMap(({ instanceId, instanceName }) =>
      instanceId === null ? [] : [[instanceId, instanceName] as const],
    ),
  );
  return [
    { kind: 'create', ...created },
    ...[...others].map(([instanceId, instanceName]) => ({ kind: 'update' as const, instanceId, instanceName })),
    { kind: 'skip' },
  ];
};

/** Marks what the entry uses, so that the next ones keep out of its way. */
const take = (taken: Taken, { entry, configuration }: PlannedEntry): void => {
  if (configuration === null || entry.action === 'skip' || entry.action === 'invalid') return;
  if (configuration.kind === 'local') taken.ports.set(configuration.port, configuration.name);
  taken.names.set(folded(configuration.name), configuration.name);
  taken.instanceIds.add(configuration.id);
};

/** What a file would do to the instances that are there, entry by entry, in the order of the file. */
export const planImport = async (
  file: ExchangeFile,
  choices: Readonly<Record<string, ImportChoice>>,
  desk: PlanDesk,
): Promise<readonly PlannedEntry[]> => {
  const taken: Taken = { ports: new Map(), names: new Map(), instanceIds: new Set() };
  const planned: PlannedEntry[] = [];
  for (const entry of file.entries) {
    const choice = Object.hasOwn(choices, entry.key) ? (choices[entry.key] ?? {}) : {};
    const next = await planEntry(file, entry, choice, { desk, taken });
    take(taken, next);
    planned.push(next);
  }
  return planned;
};

const planEntry = async (
  file: ExchangeFile,
  entry: ExchangeEntry,
  choice: ImportChoice,
  { desk, taken }: { readonly desk: PlanDesk; readonly taken: Taken },
): Promise<PlannedEntry> => {
  if (entry.damage !== null) return { entry: nothing(entry, 'invalid'), configuration: null };
  const meant = file.isTemplate ? null : meantInstance(entry, desk.fleet, taken.instanceIds);
  const chosen = choice.instanceId === undefined ? undefined : desk.fleet.find(({ id }) => id === choice.instanceId);
  const target = choice.action === 'create' ? null : (chosen ?? meant);
  if (choice.action === 'skip') {
    return { entry: { ...nothing(entry, 'skip'), instanceId: meant?.id ?? null }, configuration: null };
  }
  if (target !== null) return planUpdate(entry, target, choice, desk);
  // What the file itself changes about an instance later on is not known here; what it has taken is.
  const kept = desk.fleet.filter(({ id }) => !taken.instanceIds.has(id));
  return planCreation(entry, choice, desk, { taken, kept, isForeign: file.format !== 'atelier' || file.isTemplate });
};
