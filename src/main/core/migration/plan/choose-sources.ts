import type { MigrationCandidate, MigrationFinding, PlannedConflict } from '#contract/models/migration.ts';
import { samePath } from '../../instances/configuration/paths.ts';
import { isThisMachine } from '../../instances/configuration/remote-address.ts';
import { type PlanFacts, planConflict, type Source, type Step } from './plan-facts.ts';

interface Entry {
  readonly finding: MigrationFinding;
  readonly candidate: MigrationCandidate;
}

const entriesOf = ({ findings }: PlanFacts): readonly Entry[] =>
  findings.flatMap((finding) => finding.candidates.map((candidate) => ({ finding, candidate })));

const isLocalUrl = ({ url, host }: MigrationCandidate): boolean => url !== '' && isThisMachine(host);

/** Another chosen finding that stands for the same server: one that runs the same program on the port, or has it at the address. */
const twinOf = (entry: Entry, entries: readonly Entry[]): Entry | undefined => {
  const { comfyuiFolder, port } = entry.candidate;
  if (port === null || (comfyuiFolder === '' && !isLocalUrl(entry.candidate))) return undefined;
  return entries.find(({ finding, candidate }) => {
    if (finding.id === entry.finding.id || candidate.comfyuiFolder === '' || candidate.port !== port) return false;
    return comfyuiFolder === '' || (candidate.runningPid !== null && candidate.comfyuiFolder === comfyuiFolder);
  });
};

interface Program {
  readonly comfyuiFolder: string;
  readonly pythonPath: string;
  readonly ofName: string;
}

/** The ComfyUI for what names none: the one that the user points at, else the first of the chosen findings. */
const programForAll = (facts: PlanFacts, entries: readonly Entry[]): Program | null => {
  const { comfyuiFolder, pythonPath } = facts.choices;
  if (comfyuiFolder !== '') return { comfyuiFolder, pythonPath, ofName: comfyuiFolder };
  const other = entries.find(({ candidate }) => candidate.comfyuiFolder !== '');
  if (other === undefined) return null;
  return { ...other.candidate, pythonPath: other.candidate.pythonPath || pythonPath, ofName: other.candidate.name };
};

const remote = ({ finding, candidate }: Entry): Source => ({
  finding,
  candidate,
  kind: 'remote',
  comfyuiFolder: '',
  pythonPath: '',
});

/** A running server that does not tell its folder, and one of a list: reached by address where no program is known. */
const withoutProgram = (entry: Entry, program: Program | null): Step<Source | null> => {
  const { finding, candidate } = entry;
  const details = { name: candidate.name };
  if (finding.kind === 'running' || (program === null && isLocalUrl(candidate))) {
    const message = `${candidate.name}: its program is not known, so it is connected by its address and not started by Atelier.`;
    return {
      made: remote(entry),
      conflicts: [
        planConflict('install-missing', 'warning', 'connected', {
          message,
          details: { ...details, url: candidate.url },
        }),
      ],
    };
  }
  if (program === null) {
    const message = `${candidate.name} has no ComfyUI of its own: choose one that it runs.`;
    return { made: null, conflicts: [planConflict('install-missing', 'error', '', { message, details })] };
  }
  const message = `${candidate.name} has no ComfyUI of its own; it runs ${program.comfyuiFolder}.`;
  return {
    made: {
      finding,
      candidate,
      kind: 'local',
      comfyuiFolder: program.comfyuiFolder,
      pythonPath: candidate.pythonPath || program.pythonPath,
    },
    conflicts: [
      planConflict('install-missing', 'info', 'other-install', {
        message,
        details: { ...details, path: program.comfyuiFolder },
      }),
    ],
  };
};

const ownProgram = ({ finding, candidate }: Entry, facts: PlanFacts): Step<Source> => {
  const pythonPath = candidate.pythonPath || facts.choices.pythonPath;
  const source: Source = { finding, candidate, kind: 'local', comfyuiFolder: candidate.comfyuiFolder, pythonPath };
  if (pythonPath !== '') return { made: source, conflicts: [] };
  const message = `${candidate.name}: no Python was found beside it, so the one of the system is tried.`;
  const details = { name: candidate.name, path: candidate.comfyuiFolder };
  return {
    made: source,
    conflicts: [planConflict('python-missing', 'warning', 'system-python', { message, details })],
  };
};

const alreadyThere = (source: Source, { existing, platform }: PlanFacts): readonly PlannedConflict[] => {
  const { candidate } = source;
  const instance = existing.find((each) =>
    source.kind === 'remote'
      ? each.kind === 'remote' && each.url.replace(/\/+$/u, '') === candidate.url.replace(/\/+$/u, '')
      : each.kind === 'local' &&
        each.comfyuiFolder !== '' &&
        samePath(each.comfyuiFolder, candidate.comfyuiFolder, platform),
  );
  if (instance === undefined) return [];
  const message = `The instance "${instance.name}" runs the same ComfyUI already; another one is made beside it.`;
  const details = { name: candidate.name, instanceId: instance.id, instanceName: instance.name };
  return [planConflict('already-an-instance', 'warning', 'kept-as-it-is', { message, details })];
};

/** What becomes an instance, and with which program. */
export const chooseSources = (facts: PlanFacts): Step<readonly Source[]> => {
  const entries = entriesOf(facts);
  const program = programForAll(facts, entries);
  const made: Source[] = [];
  const conflicts: PlannedConflict[] = [];
  for (const entry of entries) {
    const { candidate } = entry;
    const twin = twinOf(entry, entries);
    if (twin !== undefined) {
      const message = `"${candidate.name}" is the server that "${twin.candidate.name}" stands for already.`;
      const details = { name: candidate.name, otherName: twin.candidate.name, url: candidate.url };
      conflicts.push(planConflict('same-server', 'info', 'left-out', { message, details }));
      continue;
    }
    const isRemote = candidate.comfyuiFolder === '' && candidate.url !== '' && !isLocalUrl(candidate);
    const isOwn = candidate.comfyuiFolder !== '';
    const step: Step<Source | null> = isRemote
      ? { made: remote(entry), conflicts: [] }
      : isOwn
        ? ownProgram(entry, facts)
        : withoutProgram(entry, program);
    conflicts.push(...step.conflicts);
    if (step.made === null) continue;
    made.push(step.made);
    conflicts.push(...alreadyThere(step.made, facts));
  }
  return { made, conflicts };
};

/** What the user had: the one that its list calls active, else the one that runs, else the first; null where there is none. */
export const legacyOf = (sources: readonly Source[]): Source | null =>
  sources.find(({ candidate, kind }) => candidate.isActive && kind === 'local') ??
  sources.find(({ candidate }) => candidate.isActive) ??
  sources.find(({ kind }) => kind === 'local') ??
  sources[0] ??
  null;
