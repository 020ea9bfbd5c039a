import type { SocketFrame } from '#core/ports/comfy-client.ts';
import { isObject } from '#core/shared/json-object.ts';
import { type BinaryFrame, readBinaryFrame } from './binary-frames.ts';
import { executing, message, type NodeInWork, type Outgoing } from './outgoing.ts';
import { createProgressFloor } from './progress-floor.ts';
import { isResultFrame, type ResultNodes } from './result-nodes.ts';

type Data = Readonly<Record<string, unknown>>;

/** Circumstances in which a frame of a job comes. */
export interface Moment {
  /** Counts the runs of the job, which may be begun again on another instance. */
  readonly run: number;
  /** The instance has begun with it: until then it hears what is told to everybody there. */
  readonly isRunning: boolean;
  /** Its client is connected. */
  readonly isHeard: boolean;
  /** An output of a node as clients are told of it. */
  readonly shown: (output: unknown) => unknown;
}

/** What a client has been told of a job. */
export interface Told {
  /** Anything at all. */
  readonly anything: boolean;
  readonly executed: ReadonlySet<string>;
}

/** What is told of one job to its client, over all of its runs. */
export interface JobStory {
  /** What a frame of an instance becomes for the client. */
  hear(frame: SocketFrame, moment: Moment): readonly Outgoing[];
  readonly told: Told;
  /** The node in work; null between runs. */
  readonly current: NodeInWork | null;
  /** Nodes that the last run had from its cache, as far as it told. */
  readonly cachedNodes: ReadonlySet<string>;
  /** The instance said that this run is over. */
  readonly isOver: boolean;
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Told at the end, when it can be read what became of the job, and not when an instance says so. */
const isEnding = (type: string, data: Data): boolean => {
  if (type === 'execution_success' || type === 'execution_interrupted') return true;
  // A node that only blocks its followers reports so, and the prompt goes on (comfyui-protocol.md 3.4).
  return type === 'execution_error' && data['exception_type'] !== 'ExecutionBlocked';
};

const connectionTypes = new Set(['status', 'feature_flags', 'logs']);

/** Its files stay when the instance is gone, so that they need not be told of again. */
const isLasting = (output: unknown): boolean =>
  Object.values(isObject(output) ? output : {}).every(
    (list) => !Array.isArray(list) || list.every((item: unknown) => !isObject(item) || item['type'] === 'output'),
  );

const nodeNames = (frame: BinaryFrame, current: NodeInWork | null): readonly (string | null)[] => {
  const metadata = frame.kind === 'picture' ? frame.metadata : null;
  const names = [metadata?.['node_id'], metadata?.['real_node_id'], metadata?.['display_node_id']].map(text);
  return names.some((name) => name !== null) ? names : [current?.node ?? null, current?.displayNode ?? null];
};

/** Counts the result frames of each node, so that a run that is begun again does not send what the client has. */
const createResultCounts = () => {
  const counts = new Map<string, { told: number; ofRun: number }>();
  return {
    again: (): void => {
      for (const count of counts.values()) count.ofRun = 0;
    },
    /** Whether this one is new to the client. */
    take: (nodeId: string, isHeard: boolean): boolean => {
      const count = counts.get(nodeId) ?? { told: 0, ofRun: 0 };
      counts.set(nodeId, count);
      count.ofRun += 1;
      if (count.ofRun <= count.told) return false;
      if (isHeard) count.told = count.ofRun;
      return true;
    },
  };
};

/** `resultNodes` is asked at most once, since the graph may have to be read from disk. */
export const createJobStory = (jobId: string, resultNodes: () => ResultNodes): JobStory => {
  const floor = createProgressFloor();
  const results = createResultCounts();
  const executed = new Set<string>();
  const cachedNodes = new Set<string>();
  let known: ResultNodes | null = null;
  let current: NodeInWork | null = null;
  let anything = false;
  let isOver = false;
  let run: number | null = null;
  /** The client heard of an earlier run, and is told of this one only what is new. */
  let isRepeat = false;

  const beginRun = (next: number): void => {
    isRepeat = anything;
    if (isRepeat) floor.again();
    results.again();
    run = next;
    current = null;
    isOver = false;
    cachedNodes.clear();
  };

  const pass = (type: string, data: Data): readonly Outgoing[] => [message(type, data, jobId)];

  const hearCached = (data: Data): readonly Outgoing[] => {
    const nodes: readonly unknown[] = Array.isArray(data['nodes']) ? data['nodes'] : [];
    const nodeIds = nodes.filter((nodeId) => typeof nodeId === 'string');
    for (const nodeId of nodeIds) cachedNodes.add(nodeId);
    floor.cached(nodeIds);
    return isRepeat ? [] : pass('execution_cached', data);
  };

  const hearExecuting = (data: Data): readonly Outgoing[] => {
    const node = text(data['node']);
    if (node === null) {
      isOver = true;
      return [];
    }
    const displayNode = text(data['display_node']) ?? node;
    // Without a prompt it is what an instance says of the work in progress when its own connection was opened again.
    const isNews = 'prompt_id' in data || current?.node !== node;
    current = { node, displayNode };
    return isNews && !floor.isBehind(node) ? [executing(jobId, current)] : [];
  };

  const hearExecuted = (data: Data, { shown, isHeard }: Moment): readonly Outgoing[] => {
    const nodeId = text(data['node']) ?? '';
    const { output } = data;
    if (isRepeat && executed.has(nodeId) && isLasting(output)) return [];
    // The history may name a node that another one made by either.
    if (isHeard) for (const name of [nodeId, text(data['display_node']) ?? nodeId]) executed.add(name);
    return pass('executed', { ...data, output: shown(output) });
  };

  const hearProgress = (type: string, data: Data, { isHeard }: Moment): readonly Outgoing[] => {
    if (!isHeard) return pass(type, data);
    const held = type === 'progress' ? floor.step(data) : floor.snapshot(data);
    return held === null ? [] : pass(type, held);
  };

  const hearMessage = (type: string, data: Data, moment: Moment): readonly Outgoing[] => {
    switch (type) {
      case 'execution_start':
        return isRepeat ? [] : pass(type, data);
      case 'execution_cached':
        return hearCached(data);
      case 'executing':
        return hearExecuting(data);
      case 'executed':
        return hearExecuted(data, moment);
      case 'progress':
      case 'progress_state':
        return hearProgress(type, data, moment);
      default:
        isOver ||= isEnding(type, data);
        if (isEnding(type, data) || connectionTypes.has(type)) return [];
        // What names no prompt may be told to everybody on that instance, also to those whose turn is still to come.
        return 'prompt_id' in data || moment.isRunning ? pass(type, data) : [];
    }
  };

  const hearBinary = (bytes: Uint8Array, { isRunning, isHeard }: Moment): readonly Outgoing[] => {
    const frame = readBinaryFrame(bytes);
    if (frame === null || (frame.kind === 'other' && !isRunning)) return [];
    known ??= resultNodes();
    const names = nodeNames(frame, current);
    const isResult = isResultFrame(frame, names, known);
    if (isResult && !results.take(names[0] ?? '', isHeard)) return [];
    return [{ kind: 'binary', jobId, frame, at: current, isResult }];
  };

  return {
    hear: (frame, moment) => {
      if (run !== moment.run) beginRun(moment.run);
      const items =
        frame.kind === 'binary' ? hearBinary(frame.bytes, moment) : hearMessage(frame.type, frame.data, moment);
      anything ||= moment.isHeard && items.length > 0;
      return items;
    },
    get told() {
      return { anything, executed };
    },
    get current() {
      return current;
    },
    cachedNodes,
    get isOver() {
      return isOver;
    },
  };
};
