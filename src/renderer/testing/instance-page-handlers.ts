import type { instancePageCalls } from '#contract/calls/instance-page.ts';
import { StudioError } from '#contract/errors.ts';
import type { CallHandlers } from '#contract/handlers.ts';
import type { InstanceView } from '#contract/models/instance.ts';
import type { InstanceFile, InstancePlace } from '#contract/models/instance-files.ts';
import type { LogLevel, LogLine } from '#contract/models/instance-log.ts';
import { gigabytes } from './instance-fixtures.ts';
import type { LiveTopic } from './live-topic.ts';
import { drawnSeries } from './series-fixtures.ts';

type InstancePageHandlers = Pick<CallHandlers, keyof typeof instancePageCalls>;

interface PageTopics {
  readonly instances: LiveTopic<'instances'>;
  readonly log: (instanceId: string) => LiveTopic<'log'>;
  readonly instanceEvents: (instanceId: string) => LiveTopic<'instanceEvents'>;
}

const ansi = new RegExp(`${String.fromCodePoint(27)}\\[[0-9;]*m`, 'g');
const levelOf = (line: string): LogLevel => {
  if (/Traceback|Error|FAILED|^ {2}File/.test(line)) return 'error';
  return /WARNING/.test(line) ? 'warning' : 'info';
};

const file = (place: InstancePlace, path: string, changes: Partial<InstanceFile> = {}): InstanceFile => ({
  place,
  path,
  kinds: [],
  kind: 'folder',
  writable: true,
  sizeBytes: gigabytes(0.4),
  fileCount: 214,
  chosen: false,
  sharedWith: [],
  freeBytes: gigabytes(412),
  ...changes,
});

const filesOf = ({ configuration }: InstanceView): InstanceFile[] => {
  const root = `/home/mara/.config/atelier/instances/${configuration.id}`;
  return [
    file('program', '/home/mara/ComfyUI', {
      chosen: true,
      sharedWith: ['batch', 'default'],
      sizeBytes: gigabytes(7.1),
      fileCount: 48_211,
    }),
    file('base', root, { sizeBytes: gigabytes(1.2), fileCount: 1904 }),
    file('models', '/mnt/models', {
      chosen: true,
      sharedWith: ['batch', 'default', 'flux'],
      sizeBytes: null,
      fileCount: null,
      freeBytes: gigabytes(96),
    }),
    file('extra-models', '/mnt/archive/loras', {
      chosen: true,
      kinds: ['loras', 'embeddings'],
      kind: 'missing',
      writable: null,
      sizeBytes: null,
      fileCount: null,
    }),
    file('input', '/home/mara/.config/atelier/shared/input', { sharedWith: ['batch'], fileCount: 61 }),
    file('output', '/home/mara/Pictures/character-gen', { chosen: true, sizeBytes: gigabytes(18.4), fileCount: 9120 }),
    file('user', `${root}/user`, { sizeBytes: 84_000, fileCount: 12 }),
    file('temp', `${root}/temp`, { kind: 'missing', writable: null, sizeBytes: null, fileCount: null }),
    file('custom-nodes', '/home/mara/ComfyUI/custom_nodes', {
      writable: false,
      sizeBytes: gigabytes(0.9),
      fileCount: 6120,
    }),
    file('database', `${root}/comfyui.db`, { kind: 'file', writable: null, sizeBytes: 143_360, fileCount: null }),
    file('log', `/home/mara/.config/atelier/logs/comfyui_instance_${configuration.id}.log`, {
      kind: 'file',
      writable: null,
      sizeBytes: 11_534_336,
      fileCount: null,
    }),
  ];
};

/** The calls of the instance page, over the same canned topics as the rest. */
export const instancePageHandlers = ({ instances, log, instanceEvents }: PageTopics): InstancePageHandlers => {
  const find = (instanceId: string): InstanceView => {
    const view = instances.state().instances.find(({ configuration }) => configuration.id === instanceId);
    if (view === undefined) throw new StudioError('INSTANCE_NOT_FOUND');
    return view;
  };
  const linesOf = (instanceId: string): LogLine[] => {
    find(instanceId);
    const text = log(instanceId)
      .state()
      .chunks.map((chunk) => chunk.text)
      .join('');
    const lines = text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    return lines.map((line, number) => ({ number, text: line, level: levelOf(line.replace(ansi, '')) }));
  };
  return {
    'telemetry.series': ({ instanceId, gpuIndexes, range }) => {
      const { status } = find(instanceId);
      return status === 'stopped'
        ? drawnSeries(range, gpuIndexes, Number.POSITIVE_INFINITY)
        : drawnSeries(range, gpuIndexes);
    },
    'instances.events': ({ instanceId, beforeId = Number.POSITIVE_INFINITY, limit }) => {
      find(instanceId);
      const older = instanceEvents(instanceId)
        .state()
        .events.filter(({ id }) => id < beforeId);
      return { events: older.slice(-limit).toReversed(), more: older.length > limit };
    },
    'instances.files': ({ instanceId }) => ({ files: filesOf(find(instanceId)) }),
    'instances.restartNeeded': ({ instanceId }) => ({
      fields: instanceId === 'batch' ? ['port', 'extraArguments'] : [],
      atStart: ['program', 'host', 'port', 'gpuDevice', 'extraArguments', 'pythonPath', 'comfyuiFolder', 'folders'],
    }),
    'instances.logInfo': ({ instanceId }) => {
      const lines = linesOf(instanceId);
      const sizeBytes = lines.reduce((sum, { text }) => sum + text.length + 1, 0);
      return { lineCount: lines.length, sizeBytes, generation: 'canned', files: [] };
    },
    'instances.readLogLines': ({ instanceId, from, count, numbers }) => {
      const lines = linesOf(instanceId);
      const start = from ?? Math.max(0, lines.length - count);
      const wanted = numbers ?? Array.from({ length: count }, (_, index) => start + index);
      return { generation: 'canned', lines: wanted.flatMap((number) => lines[number] ?? []) };
    },
    'instances.searchLog': ({ instanceId, text, levels, caseSensitive }) => {
      const lines = linesOf(instanceId);
      const wanted = caseSensitive ? text : text.toLowerCase();
      const found = lines.filter((line) => {
        const plain = line.text.replace(ansi, '');
        return (
          (levels.length === 0 || levels.includes(line.level)) &&
          (caseSensitive ? plain : plain.toLowerCase()).includes(wanted)
        );
      });
      return {
        generation: 'canned',
        lineCount: lines.length,
        matchCount: found.length,
        lines: found.map(({ number }) => number),
      };
    },
  };
};
