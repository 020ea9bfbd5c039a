import { StudioError } from '#contract/errors.ts';
import type { CallHandlers } from '#contract/handlers.ts';
import type { ImportPlan, Snapshot } from '#contract/models/configuration.ts';
import { fixtureNow } from './instance-fixtures.ts';

type ConfigurationHandlers = Pick<
  CallHandlers,
  Extract<keyof CallHandlers, `${'configuration' | 'diagnostics' | 'access'}.${string}`>
>;

const hourMs = 3_600_000;

const plan: ImportPlan = {
  format: 'instances-json',
  isTemplate: false,
  basis: 'fixture',
  entries: [
    {
      key: 'instances/0',
      name: 'Character Gen',
      action: 'update',
      instanceId: 'character-gen',
      port: 8189,
      changes: [
        { field: 'description', before: 'Portraits', after: 'Portraits and full figures for the second chapter' },
        { field: 'extraArguments', before: '', after: '--lowvram --reserve-vram 1.5' },
        { field: 'environmentVariables.HF_HOME', before: '/home/mara/.cache', after: '/data/hf' },
      ],
      clashes: [],
      proposals: [],
      problems: [],
      disabled: false,
      restartNeeded: true,
    },
    {
      key: 'instances/1',
      name: 'comfyui-backup (2)',
      action: 'create',
      instanceId: 'comfyui-backup-2f9a11',
      port: 8194,
      changes: [],
      clashes: [
        { kind: 'name', value: 'comfyui-backup', instanceId: 'batch', instanceName: 'comfyui-backup' },
        { kind: 'port', value: '8190', instanceId: 'batch', instanceName: 'comfyui-backup' },
      ],
      proposals: [
        { kind: 'create', name: 'comfyui-backup (2)', port: 8194 },
        { kind: 'update', instanceId: 'batch', instanceName: 'comfyui-backup' },
        { kind: 'skip' },
      ],
      problems: [],
      disabled: false,
      restartNeeded: false,
    },
    {
      key: 'instances/2',
      name: 'Night renders',
      action: 'create',
      instanceId: 'night-renders-77aa01',
      port: 8195,
      changes: [],
      clashes: [],
      proposals: [],
      problems: [
        {
          field: 'comfyuiFolder',
          severity: 'error',
          code: 'path-missing',
          message: 'ComfyUI folder does not exist or is not accessible',
          details: { path: '/opt/ComfyUI' },
        },
      ],
      disabled: true,
      restartNeeded: false,
    },
    {
      key: 'instances/3',
      name: 'Upscaler',
      action: 'unchanged',
      instanceId: 'upscaler',
      port: 8191,
      changes: [],
      clashes: [],
      proposals: [],
      problems: [],
      disabled: false,
      restartNeeded: false,
    },
  ],
  settings: [{ field: 'startupDelayMs', before: '0', after: '2000' }],
  activeInstanceId: null,
  remarks: [
    {
      code: 'folders-not-kept',
      message: 'Logs and pid files stand in the data folder of the studio.',
      details: { folders: ['/workspace/logs'] },
    },
  ],
};

const snapshots: readonly Snapshot[] = [
  {
    id: 'snapshot-00000003',
    reason: 'before-import',
    takenAt: fixtureNow - hourMs,
    instanceCount: 4,
    hasSettings: true,
  },
  { id: 'fleet-00000018', reason: 'stored', takenAt: fixtureNow - 3 * hourMs, instanceCount: 4, hasSettings: false },
  {
    id: 'settings-00000007',
    reason: 'stored',
    takenAt: fixtureNow - 26 * hourMs,
    instanceCount: null,
    hasSettings: true,
  },
  {
    id: 'snapshot-00000002',
    reason: 'by-hand',
    takenAt: fixtureNow - 80 * hourMs,
    instanceCount: 3,
    hasSettings: true,
  },
];

const logEnd = [
  '{"at":"2026-11-21T14:59:58.120Z","level":"info","message":"The instance is ready","instanceId":"character-gen"}',
  '{"at":"2026-11-21T15:00:12.004Z","level":"warn","message":"A probe failed","folder":"/home/[user]/ComfyUI"}',
  '',
].join('\n');

/** Canned answers about configurations: one plan of an import, some snapshots, a bundle. */
export const configurationHandlers = (): ConfigurationHandlers => {
  let kept = [...snapshots];
  const keep = (reason: Snapshot['reason']): Snapshot => {
    const id = `snapshot-${String(kept.length + 1).padStart(8, '0')}`;
    const snapshot: Snapshot = { id, reason, takenAt: fixtureNow, instanceCount: 4, hasSettings: true };
    kept = [snapshot, ...kept];
    return snapshot;
  };
  return {
    'configuration.export': ({ format, asTemplate }) => ({
      fileName:
        format === 'instances-json' ? 'instances.json' : `atelier-${asTemplate ? 'templates' : 'instances'}.json`,
      text: '{"format":"atelier-instances","version":1,"instances":[]}\n',
      remarks: [
        {
          code: 'secrets-left-out',
          message: 'Character Gen: environmentVariables.HF_TOKEN is a secret and stays here.',
          details: { name: 'Character Gen', fields: ['environmentVariables.HF_TOKEN'] },
        },
      ],
    }),
    'configuration.previewImport': ({ text, choices }) => {
      if (!text.trim().startsWith('{')) {
        throw new StudioError('CONFIGURATION_UNREADABLE', undefined, { details: { reason: 'not-json' } });
      }
      const entries = plan.entries.map((entry) => {
        const choice = choices[entry.key];
        if (choice?.action === 'skip') return { ...entry, action: 'skip' as const };
        return choice?.action === 'update' ? { ...entry, action: 'update' as const } : entry;
      });
      return { ...plan, entries };
    },
    'configuration.import': () => ({
      created: ['comfyui-backup-2f9a11', 'night-renders-77aa01'],
      updated: ['character-gen'],
      unchanged: 1,
      skipped: 0,
      failed: [],
      restartNeeded: ['character-gen'],
      snapshotId: keep('before-import').id,
    }),
    'configuration.snapshots': () => ({ snapshots: kept }),
    'configuration.takeSnapshot': () => keep('by-hand'),
    'configuration.previewRestore': ({ snapshotId }) => ({
      snapshotId,
      basis: 'fixture',
      entries: [
        {
          instanceId: 'character-gen',
          name: 'Character Gen',
          action: 'update',
          changes: [{ field: 'port', before: '8189', after: '8188' }],
          runningJobs: 1,
        },
        { instanceId: 'old', name: 'Video tests', action: 'create', changes: [], runningJobs: 0 },
        { instanceId: 'batch', name: 'Batch Processing', action: 'remove', changes: [], runningJobs: 2 },
      ],
      settings: [{ field: 'balancingStrategy', before: 'fastest-finish', after: 'round-robin' }],
    }),
    'configuration.restore': ({ removeOthers }) => ({
      created: ['old'],
      updated: ['character-gen'],
      removed: removeOthers ? ['batch'] : [],
      failed: [],
      restartNeeded: ['character-gen'],
      snapshotId: keep('before-restore').id,
    }),
    'access.reveal': ({ withLoginLink }) => ({
      studio: { byNetwork: true, token: 'fixture-token-0123456789' },
      gateway: { byNetwork: false, token: null },
      loginLink: withLoginLink ? 'http://192.168.1.20:8001/?key=pv2JQ0xg7m1n' : null,
    }),
    'diagnostics.preview': () => ({
      files: [
        {
          name: 'studio.json',
          bytes: 812,
          truncated: false,
          preview: '{\n  "name": "atelier",\n  "version": "0.1.0"\n}\n',
        },
        { name: 'machine.json', bytes: 2140, truncated: false, preview: '{\n  "gpus": []\n}\n' },
        { name: 'instances.json', bytes: 9120, truncated: false, preview: '{\n  "instances": []\n}\n' },
        { name: 'settings.json', bytes: 1022, truncated: false, preview: '{}\n' },
        { name: 'logs/atelier.log', bytes: 524_288, truncated: true, preview: logEnd },
        { name: 'logs/instances/character-gen.log', bytes: 318_112, truncated: false, preview: 'Prompt executed\n' },
        { name: 'README.txt', bytes: 640, truncated: false, preview: 'Diagnostics of Atelier\n' },
      ],
      totalBytes: 856_134,
      maxBytes: 24 * 1024 ** 2,
      redactions: 37,
    }),
  };
};
