import type { instanceCalls } from '#contract/calls/instances.ts';
import { StudioError } from '#contract/errors.ts';
import type { CallHandlers } from '#contract/handlers.ts';
import {
  type FieldProblem,
  type InstanceDraft,
  type InstanceState,
  type InstanceView,
  instanceConfigurationSchema,
  longestName,
} from '#contract/models/instance.ts';
import type { ProblemCode } from '#contract/models/problem-codes.ts';
import { cannedConnectionReport } from './connection-fixtures.ts';
import { cannedFlags } from './flag-fixtures.ts';
import { fixtureNow, instance, ready, stopped } from './instance-fixtures.ts';
import type { LiveTopic } from './live-topic.ts';

type InstanceHandlers = Pick<CallHandlers, keyof typeof instanceCalls>;

/** The fields of the command line; the real ones are the studio's to say. */
const launchFields = ['host', 'port', 'gpuDevice', 'environmentVariables', 'extraArguments', 'folders'] as const;

const restartFields = (
  old: InstanceView | undefined,
  draft: { readonly [Field in (typeof launchFields)[number]]?: unknown },
): string[] =>
  old?.status !== 'running'
    ? []
    : launchFields.filter((field) => {
        const wanted = draft[field];
        return wanted !== undefined && JSON.stringify(wanted) !== JSON.stringify(old.configuration[field]);
      });

const problemsOf = (draft: InstanceDraft, others: readonly InstanceView[]): FieldProblem[] => {
  const problems: FieldProblem[] = [];
  const add = (field: string, code: ProblemCode, message: string, details: Record<string, unknown> = {}): void => {
    problems.push({ field, severity: 'error', code, message, details });
  };
  if (draft.name.length > longestName) {
    const details = { length: draft.name.length, max: longestName };
    add('name', 'text-long', `Name must have at most ${longestName} characters; it has ${draft.name.length}`, details);
  }
  if (draft.name.trim() === '') add('name', 'name-missing', 'Name is missing');
  const { port } = draft;
  if (port !== undefined && (port < 1 || port > 65_535)) {
    add('port', 'port-range', 'Port must be between 1 and 65535');
  }
  const holder = others.find(({ configuration }) => configuration.port === port);
  if (holder !== undefined && draft.kind !== 'remote') {
    const { name } = holder.configuration;
    add('port', 'port-instance', `Port ${port} is already used by instance "${name}"`, { port, instanceName: name });
  }
  if (draft.gpuDevice === 'cuda:7') {
    add('gpuDevice', 'gpu-missing', "GPU device 'cuda:7' not available on this system", { device: 'cuda:7' });
  }
  if (draft.customNodesPath === '/missing') {
    const message = 'Custom nodes path does not exist or is not accessible';
    add('customNodesPath', 'path-missing', message, { path: '/missing' });
  }
  if (draft.extraArgumentsText?.includes('--lowvramm') === true) {
    add('extraArguments', 'argument-unknown', 'This ComfyUI does not know --lowvramm; did you mean --lowvram?', {
      argument: '--lowvramm',
      suggestion: '--lowvram',
    });
  }
  for (const name of Object.keys(draft.environmentVariables ?? {})) {
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      add(`environmentVariables.${name}`, 'variable-name', `"${name}" is not a valid variable name`, { name });
    }
  }
  return problems;
};

/** The calls about instances, over views that change at once instead of over processes. */
export const instanceHandlers = (topic: LiveTopic<'instances'>): InstanceHandlers => {
  const all = (): readonly InstanceView[] => topic.state().instances;
  const find = (instanceId: string): InstanceView => {
    const view = all().find(({ configuration }) => configuration.id === instanceId);
    if (view === undefined) throw new StudioError('INSTANCE_NOT_FOUND');
    return view;
  };
  const become = (instanceId: string, state: InstanceState): InstanceView => {
    const old = find(instanceId);
    const made = instance({ configuration: old.configuration, state });
    const view = { ...made, statistics: old.statistics, device: old.device, endpoint: old.endpoint };
    topic.publish({ type: 'changed', instance: view });
    return view;
  };
  const others = (instanceId: string | undefined): InstanceView[] =>
    all().filter(({ configuration }) => configuration.id !== instanceId);
  const check = (draft: InstanceDraft, instanceId?: string): void => {
    const problems = problemsOf(draft, others(instanceId));
    if (problems.length > 0) throw new StudioError('INSTANCE_INVALID', undefined, { details: { problems } });
  };
  return {
    'instances.list': () => ({ ...topic.state() }),
    'instances.get': ({ instanceId }) => find(instanceId),
    'instances.create': ({ draft }) => {
      check(draft);
      const id = draft.id ?? `instance-${all().length + 1}`;
      const view = instance({ configuration: instanceConfigurationSchema.parse({ ...draft, id }) });
      topic.publish({ type: 'changed', instance: view });
      return view;
    },
    'instances.update': ({ instanceId, changes, basis }) => {
      const old = find(instanceId);
      if (basis !== undefined && basis.port !== old.configuration.port && changes.port !== old.configuration.port) {
        throw new StudioError('INSTANCE_CHANGED', undefined, { details: { fields: ['port'] } });
      }
      check({ ...old.configuration, ...changes, name: changes.name ?? old.configuration.name }, instanceId);
      const configuration = instanceConfigurationSchema.parse({ ...old.configuration, ...changes });
      const view = { ...old, configuration };
      topic.publish({ type: 'changed', instance: view });
      return { instance: view, restartNeededFor: restartFields(old, changes) };
    },
    'instances.delete': ({ instanceId }) => {
      find(instanceId);
      topic.publish({ type: 'removed', instanceId });
      return {};
    },
    'instances.validate': ({ draft, instanceId }) => {
      const problems = problemsOf(draft, others(instanceId));
      const old = all().find(({ configuration }) => configuration.id === instanceId);
      return { valid: problems.length === 0, problems, restartNeededFor: restartFields(old, draft) };
    },
    'instances.flags': ({ draft }) =>
      draft.kind === 'remote' ? { state: 'remote', flags: [] } : { state: 'known', flags: [...cannedFlags] },
    'instances.testConnection': ({ draft }) => cannedConnectionReport(draft),
    'instances.suggestPort': ({ from }) => {
      const taken = new Set(all().map(({ configuration }) => configuration.port));
      let port = from;
      while (taken.has(port)) port += 1;
      return { port };
    },
    'instances.previewLaunch': ({ draft }) => ({
      command: draft.pythonPath || '/home/mara/ComfyUI/.venv/bin/python',
      arguments: ['main.py', '--listen', draft.host ?? '127.0.0.1', '--port', String(draft.port ?? 8188)],
      environment: { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: '0', ...draft.environmentVariables },
      workingFolder: draft.comfyuiFolder || '/home/mara/ComfyUI',
    }),
    'instances.start': ({ instanceId }) =>
      become(instanceId, { kind: 'starting', pid: 5123, startedAt: fixtureNow, phase: 'imports', attempt: 1 }),
    'instances.stop': ({ instanceId }) => become(instanceId, stopped),
    'instances.restart': ({ instanceId }) =>
      become(instanceId, { kind: 'starting', pid: 5123, startedAt: fixtureNow, phase: 'launching', attempt: 1 }),
    'instances.pause': ({ instanceId }) =>
      become(instanceId, {
        kind: 'paused',
        pid: 4120,
        pausedAt: fixtureNow,
        readyAt: fixtureNow - 600_000,
        health: 'healthy',
        failures: 0,
        version: '0.33.0',
      }),
    'instances.drain': ({ instanceId, afterwards }) => {
      const old = find(instanceId);
      const view: InstanceView = { ...old, draining: afterwards };
      topic.publish({ type: 'changed', instance: view });
      return view;
    },
    'instances.free': ({ instanceId }) => {
      find(instanceId);
      return {};
    },
    'instances.resume': ({ instanceId }) => become(instanceId, ready()),
    'instances.startAll': () => {
      const started = all()
        .filter(({ state }) => state.kind === 'stopped')
        .map(({ configuration }) => configuration.id);
      for (const id of started) become(id, ready());
      return { started };
    },
    'instances.stopAll': () => {
      const ids = all().map(({ configuration }) => configuration.id);
      for (const id of ids) become(id, stopped);
      return { stopped: ids };
    },
    'instances.setActive': ({ instanceId }) => {
      if (instanceId !== null) find(instanceId);
      topic.publish({ type: 'active', instanceId });
      return { activeInstanceId: instanceId };
    },
    'instances.readLog': ({ beforeByte = 0 }) => ({ startByte: 0, endByte: beforeByte, text: '' }),
  };
};
