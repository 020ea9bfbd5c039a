import type { NodeInfo } from '#comfyui/validation/node-class.ts';

/** A picture batch as nodes hand it on: one RGB float image after another, values 0 to 1, channels interleaved. */
export interface ImageBatch {
  readonly kind: 'image';
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly frames: readonly Float32Array[];
}

/** A mask batch: one float a pixel, 0 to 1. */
export interface MaskBatch {
  readonly kind: 'mask';
  readonly width: number;
  readonly height: number;
  readonly frames: readonly Float32Array[];
}

/** Folders of this server (comfyui-protocol.md 1.2). */
export interface SandboxFolders {
  readonly base: string;
  readonly input: string;
  readonly output: string;
  readonly temp: string;
  readonly user: string;
  /** Folder name (checkpoints, loras, ...) to the places it is searched in. */
  readonly models: ReadonlyMap<string, readonly string[]>;
}

/** The memory of the simulated card: models are loaded into it, the least recently used are evicted, and it can run out. */
export interface SimulatedDevice {
  /** Makes a model resident; resolves after its simulated load time (0 when it is there already). Throws the OOM error. */
  load(model: { key: string; bytes: number; className: string }, signal: ExecutionSignal): Promise<void>;
  /** Takes working memory for the run of `work`; throws the OOM error when it does not fit. */
  allocate<Result>(bytes: number, work: () => Promise<Result>): Promise<Result>;
  /** Simulated work of so many reference-card milliseconds: slower on a slow card, faster with the clock scale. */
  work(referenceMs: number, signal: ExecutionSignal): Promise<void>;
  unloadAll(): void;
  readonly totalBytes: number;
  freeBytes(): number;
}

export interface ExecutionSignal {
  /** Throws the interrupt error once the prompt was interrupted; checked where ComfyUI checks (4.4). */
  throwIfInterrupted(): void;
  readonly abort: AbortSignal;
}

/** What a running node may use. */
export interface NodeContext {
  readonly nodeId: string;
  readonly folders: SandboxFolders;
  readonly device: SimulatedDevice;
  readonly signal: ExecutionSignal;
  /** The prompt as submitted and coerced, for the metadata of a saved file; null with --disable-metadata. */
  readonly metadata: { readonly prompt: unknown; readonly extraPnginfo: Readonly<Record<string, unknown>> } | null;
  /** One step of progress, with a preview picture where previews are on. */
  progress(
    value: number,
    max: number,
    preview?: () => Promise<{ bytes: Uint8Array; mediaType: 'image/jpeg' | 'image/png' }>,
  ): Promise<void>;
  /** A line of text shown on the node while it runs (binary frame 3, comfyui-protocol.md 3.6). Absent outside a server. */
  sendText?(text: string): void;
  readonly previewsEnabled: boolean;
  /** Longest side of a preview picture. */
  readonly previewSize: number;
  /** Survives as long as the node's result stays cached (5.2: PreviewImage keeps its random prefix per node id). */
  readonly memory: Map<string, unknown>;
  readonly random: () => number;
  /** A line on the server's log at level INFO. */
  log(line: string): void;
  /** Local time, for %year% and the like in file names. */
  now(): Date;
}

export interface NodeResult {
  /** One value per output slot. */
  readonly values: readonly unknown[];
  /** What `executed.output` and the history show; only nodes that show something have it. */
  readonly ui?: Readonly<Record<string, readonly unknown[]>>;
}

/** One node class of the sandbox. */
export interface NodeDefinition {
  readonly classType: string;
  /** Output types by slot, e.g. ['IMAGE', 'MASK']. */
  readonly outputTypes: readonly string[];
  readonly isOutputNode: boolean;
  /** Built on each request, since combo options are the files that are in a folder now. */
  info(folders: SandboxFolders): Promise<NodeInfo>;
  /** IS_CHANGED: a value that joins the cache key; NaN = never cached. Absent when the class has none. */
  changeKey?(inputs: Readonly<Record<string, unknown>>, folders: SandboxFolders): Promise<string | number>;
  /** VALIDATE_INPUTS: true, or the reason. Replaces the combo check of the inputs that it names. */
  readonly customValidation?: {
    readonly inputNames: readonly string[];
    check(inputs: Readonly<Record<string, unknown>>, folders: SandboxFolders): true | string;
  };
  run(inputs: Readonly<Record<string, unknown>>, context: NodeContext): Promise<NodeResult>;
}

export type NodeRegistry = ReadonlyMap<string, NodeDefinition>;
