import { StudioError } from '#contract/errors.ts';
import type {
  ExchangeFailure,
  ExchangeRemark,
  ExportFormat,
  FieldChange,
  ImportChoice,
  ImportPlan,
  ImportResult,
} from '#contract/models/configuration.ts';
import type { InstanceConfiguration, InstanceDraft, ValidationReport } from '#contract/models/instance.ts';
import type { Settings } from '#contract/models/settings.ts';
import type { Fleet } from '../instances/fleet-interface.ts';
import type { SnapshotStore } from '../ports/snapshots.ts';
import { textHash } from '../shared/text-hash.ts';
import { carryOut, failureOf } from './carry-out.ts';
import { compareSettings } from './compare-configurations.ts';
import { type ExchangeFile, remark, type WrittenFile } from './exchange-file.ts';
import { writeAtelierFile } from './formats/atelier-format.ts';
import { writeInstancesConfig } from './formats/instances-config.ts';
import { type SplitArguments, writeInstancesJson } from './formats/instances-json.ts';
import { readExchangeFile } from './formats/read-exchange-file.ts';
import { type PlannedEntry, planImport } from './plan-import.ts';

export interface ExchangeDependencies {
  readonly fleet: Pick<Fleet, 'list' | 'activeInstanceId' | 'create' | 'update' | 'remove' | 'setActive'>;
  readonly settings: {
    current(): Settings;
    change(apply: (before: Settings) => Settings): Promise<Settings>;
  };
  readonly snapshots: SnapshotStore;
  readonly complete: (draft: InstanceDraft, existing: InstanceConfiguration | null) => InstanceConfiguration;
  readonly validate: (draft: InstanceDraft, existing: InstanceConfiguration | null) => Promise<ValidationReport>;
  readonly suggestPort: (from: number) => Promise<number>;
  readonly restartNeededFor: (before: InstanceConfiguration, after: InstanceConfiguration) => readonly string[];
  readonly splitArguments: SplitArguments;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Name and version, as files that are written name it. */
  readonly program: string;
  readonly logFolder: string;
}

/** Takes configurations out of the studio and brings them in. */
export interface ExchangeDesk {
  export(request: {
    readonly format: ExportFormat;
    readonly instanceIds: readonly string[] | undefined;
    readonly asTemplate: boolean;
  }): WrittenFile;
  previewImport(text: string, choices: Readonly<Record<string, ImportChoice>>): Promise<ImportPlan>;
  /** CONFIGURATION_OUTDATED when the instances are not those of the preview any more. */
  import(text: string, choices: Readonly<Record<string, ImportChoice>>, basis: string): Promise<ImportResult>;
}

/** Stands for the configurations that a plan was made for. */
export const basisOf = (fleet: Pick<Fleet, 'list' | 'activeInstanceId'>, settings: Settings): string =>
  textHash(
    JSON.stringify([fleet.list().map(({ configuration }) => configuration), fleet.activeInstanceId(), settings]),
  );

type Named = readonly (readonly [string, readonly string[]])[];

const remarksOf = (code: ExchangeRemark['code'], named: Named, says: string): readonly ExchangeRemark[] =>
  named.map(([name, fields]) => remark(code, `${name}: ${fields.join(', ')} ${says}`, { name, fields: [...fields] }));

/** `atelier-instances-2026-11-21.json` */
const fileNameOf = (base: string, at: number): string => `${base}-${new Date(at).toISOString().slice(0, 10)}.json`;

const write = (
  request: Parameters<ExchangeDesk['export']>[0],
  instances: readonly InstanceConfiguration[],
  dependencies: ExchangeDependencies,
): WrittenFile => {
  const { fleet, settings, now, program, logFolder } = dependencies;
  const active = instances.some(({ id }) => id === fleet.activeInstanceId()) ? fleet.activeInstanceId() : null;
  const leftOutSays = 'is a secret and stays here.';
  const lostSays = 'has no place in this format.';
  switch (request.format) {
    case 'atelier': {
      const { text, leftOut } = writeAtelierFile({
        instances,
        activeInstanceId: active,
        template: request.asTemplate,
        exportedAt: new Date(now()).toISOString(),
        program,
      });
      const base = request.asTemplate ? 'atelier-templates' : 'atelier-instances';
      return { fileName: fileNameOf(base, now()), text, remarks: remarksOf('secrets-left-out', leftOut, leftOutSays) };
    }
    case 'instances-json': {
      const { text, leftOut, lost } = writeInstancesJson({
        instances,
        startupDelayMs: settings.current().startupDelayMs,
        logFolder,
      });
      const remarks = [
        ...remarksOf('secrets-left-out', leftOut, leftOutSays),
        ...remarksOf('fields-left-out', lost, lostSays),
        ...(active === null ? [] : [remark('active-left-out', 'The format knows no active instance.')]),
      ];
      return { fileName: 'instances.json', text, remarks };
    }
    case 'instances-config': {
      const { text, leftOut, lost } = writeInstancesConfig({ instances, activeInstanceId: active, savedAt: now() });
      const remarks = [
        ...remarksOf('secrets-left-out', leftOut, leftOutSays),
        ...remarksOf('fields-left-out', lost, lostSays),
      ];
      return { fileName: 'comfyui_instances.json', text, remarks };
    }
  }
};

const withDelay = (settings: Settings, { startupDelayMs }: ExchangeFile): Settings =>
  startupDelayMs === null ? settings : { ...settings, startupDelayMs };

/** The instance that the file wants to be active, under the id that it has or gets here. */
const activeOf = (file: ExchangeFile, planned: readonly PlannedEntry[], present: string | null): string | null => {
  const wanted = file.entries.find(({ id }) => id !== null && id === file.activeId);
  const entry = planned.find(({ entry: { key } }) => key === wanted?.key)?.entry;
  const takesPart = entry !== undefined && entry.action !== 'skip' && entry.action !== 'invalid';
  return takesPart && entry.instanceId !== present ? entry.instanceId : null;
};

const takenOver = (planned: readonly PlannedEntry[], file: ExchangeFile): readonly ExchangeRemark[] => {
  const named = planned.flatMap(({ entry, configuration }) =>
    entry.action === 'create' && configuration !== null && configuration.comfyuiFolder !== '' ? [configuration] : [],
  );
  const [first] = named;
  if (file.format === 'atelier' || first === undefined) return [];
  return [
    remark('folder-taken-over', `The file names no ComfyUI, so that of the other instances is used.`, {
      path: first.comfyuiFolder,
      names: named.map(({ name }) => name),
    }),
  ];
};

export const createExchangeDesk = (dependencies: ExchangeDependencies): ExchangeDesk => {
  const { fleet, settings, snapshots } = dependencies;
  const configurations = (): InstanceConfiguration[] => fleet.list().map(({ configuration }) => configuration);

  const plan = async (text: string, choices: Readonly<Record<string, ImportChoice>>) => {
    const basis = basisOf(fleet, settings.current());
    const file = readExchangeFile(text, dependencies.splitArguments);
    const planned = await planImport(file, choices, {
      ...dependencies,
      fleet: configurations(),
      isRunning: (instanceId) =>
        fleet.list().some(({ configuration, pid }) => configuration.id === instanceId && pid !== null),
    });
    const changes: readonly FieldChange[] = compareSettings(settings.current(), withDelay(settings.current(), file));
    const answer: ImportPlan = {
      format: file.format,
      isTemplate: file.isTemplate,
      basis,
      entries: planned.map(({ entry }) => entry),
      settings: [...changes],
      activeInstanceId: activeOf(file, planned, fleet.activeInstanceId()),
      remarks: [...file.remarks, ...takenOver(planned, file)],
    };
    return { file, planned, answer };
  };

  return {
    export: (request) => {
      const all = configurations();
      const missing = request.instanceIds?.find((id) => !all.some((each) => each.id === id));
      if (missing !== undefined) {
        throw new StudioError('INSTANCE_NOT_FOUND', undefined, { details: { instanceId: missing } });
      }
      return write(
        request,
        all.filter(({ id }) => request.instanceIds?.includes(id) ?? true),
        dependencies,
      );
    },
    previewImport: async (text, choices) => (await plan(text, choices)).answer,
    import: async (text, choices, basis) => {
      const { file, planned, answer } = await plan(text, choices);
      if (answer.basis !== basis) throw new StudioError('CONFIGURATION_OUTDATED');
      const snapshot = await snapshots.add('before-import', {
        fleet: { instances: configurations(), activeInstanceId: fleet.activeInstanceId() },
        settings: settings.current(),
      });
      const steps = planned.flatMap(({ entry: { action }, configuration }) =>
        configuration !== null && (action === 'create' || action === 'update') ? [{ action, configuration }] : [],
      );
      const done = await carryOut(fleet, steps);
      const failed: ExchangeFailure[] = [...done.failed];
      if (answer.settings.length > 0) {
        await settings
          .change((before) => withDelay(before, file))
          .catch((error: unknown) => {
            failed.push(failureOf('settings', error));
          });
      }
      if (answer.activeInstanceId !== null && !done.failedIds.has(answer.activeInstanceId)) {
        await fleet.setActive(answer.activeInstanceId).catch((error: unknown) => {
          failed.push(failureOf('active', error));
        });
      }
      const count = (action: string): number => planned.filter(({ entry }) => entry.action === action).length;
      return {
        created: done.created,
        updated: done.updated,
        unchanged: count('unchanged'),
        skipped: count('skip') + count('invalid'),
        failed,
        restartNeeded: done.restartNeeded,
        snapshotId: snapshot.id,
      };
    },
  };
};
