import type { ConnectionCheck, ConnectionFindingCode, ConnectionReport } from '#contract/models/connection.ts';
import type { FieldProblem, InstanceDraft } from '#contract/models/instance.ts';

type Facts = Readonly<Record<string, unknown>>;

const found = (name: ConnectionCheck['name'], code: ConnectionFindingCode, details: Facts = {}): ConnectionCheck => ({
  name,
  outcome: 'passed',
  code,
  problems: [],
  message: 'The English of scripts.',
  advice: '',
  durationMs: 12,
  details: { ...details },
});

const broken = (name: ConnectionCheck['name'], problem: Omit<FieldProblem, 'message'>): ConnectionCheck => ({
  ...found(name, 'not-tried', problem.details),
  outcome: problem.severity === 'error' ? 'failed' : 'warning',
  code: null,
  problems: [{ ...problem, message: 'The English of scripts.' }],
});

const ofThisMachine = (draft: InstanceDraft): readonly ConnectionCheck[] => [
  { ...found('folder', 'comfyui-found', { path: draft.comfyuiFolder || '/home/mara/ComfyUI' }), durationMs: 3 },
  {
    ...found('python', 'python', { version: 'Python 3.12.4', command: '/home/mara/ComfyUI/.venv/bin/python' }),
    durationMs: 182,
  },
  broken('port', {
    field: 'port',
    severity: 'warning',
    code: 'port-taken',
    details: { port: draft.port ?? 8188, program: 'python', pid: 4120 },
  }),
  broken('gpu', { field: 'gpuDevice', severity: 'error', code: 'gpu-missing', details: { device: 'cuda:2' } }),
  found('folders', 'own-folders', { folder: '/home/mara/.local/share/atelier/instances/new' }),
  { ...found('flags', 'flags', { flags: 84 }), durationMs: 2400 },
];

const ofAnAddress = ({ url = '' }: InstanceDraft): readonly ConnectionCheck[] => [
  found('address', 'address', { address: url }),
  found('reachable', 'host-open', { host: 'gpu-box', port: 8188 }),
  { ...found('authentication', 'credentials-refused'), outcome: 'failed' },
  { ...found('system-stats', 'not-tried'), outcome: 'skipped', durationMs: 0 },
];

/** What "Test connection" answers: most is well, one thing is not. */
export const cannedConnectionReport = (draft: InstanceDraft): ConnectionReport => ({
  reachable: false,
  checks: [...(draft.kind === 'remote' ? ofAnAddress(draft) : ofThisMachine(draft))],
});
