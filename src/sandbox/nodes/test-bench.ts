import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NodeContext, NodeRegistry, NodeResult, SandboxFolders, SimulatedDevice } from './node-definition.ts';
import { createNodeRegistry } from './registry.ts';
import { createSimulatedDevice, type SimulatedDeviceOptions } from './simulated-device.ts';

const modelFolderNames = ['checkpoints', 'diffusion_models', 'text_encoders', 'vae', 'loras', 'embeddings'];

/** Folders of a server in a temporary place of their own. */
export const createTestFolders = async (): Promise<SandboxFolders & { remove: () => Promise<void> }> => {
  const base = await mkdtemp(path.join(tmpdir(), 'sandbox-nodes-'));
  const folders = {
    base,
    input: path.join(base, 'input'),
    output: path.join(base, 'output'),
    temp: path.join(base, 'temp'),
    user: path.join(base, 'user'),
    models: new Map(modelFolderNames.map((name) => [name, [path.join(base, 'models', name)]])),
  };
  await mkdir(folders.input);
  return { ...folders, remove: () => rm(base, { recursive: true, force: true }) };
};

/** A device whose waits take no real time; `elapsedMs` sums them up. */
export const createTestDevice = (
  options: Partial<SimulatedDeviceOptions> = {},
): { device: SimulatedDevice; elapsedMs: () => number } => {
  let nowMs = 0;
  const device = createSimulatedDevice({
    totalBytes: 24e9,
    speed: 1,
    clockScale: 1,
    wait: (delayMs) => {
      nowMs += delayMs;
      return Promise.resolve();
    },
    monotonicNow: () => nowMs,
    ...options,
  });
  return { device, elapsedMs: () => nowMs };
};

export interface Step {
  readonly value: number;
  readonly max: number;
  readonly preview: { bytes: Uint8Array; mediaType: string } | null;
}

/** Runs single nodes, with every effect recorded. */
export interface TestBench {
  readonly registry: NodeRegistry;
  readonly steps: Step[];
  run(
    classType: string,
    inputs?: Readonly<Record<string, unknown>>,
    changes?: Partial<NodeContext>,
  ): Promise<NodeResult>;
}

export const createTestBench = (folders: SandboxFolders): TestBench => {
  const registry = createNodeRegistry();
  const steps: Step[] = [];
  const context: NodeContext = {
    nodeId: '1',
    folders,
    device: createTestDevice().device,
    signal: { throwIfInterrupted: () => undefined, abort: new AbortController().signal },
    metadata: null,
    progress: async (value, max, preview) => {
      steps.push({ value, max, preview: preview === undefined ? null : await preview() });
    },
    previewsEnabled: false,
    previewSize: 512,
    memory: new Map(),
    random: () => 0.5,
    log: () => undefined,
    now: () => new Date(2026, 10, 21, 9, 5, 7),
  };
  return {
    registry,
    steps,
    async run(classType, inputs = {}, changes = {}) {
      const definition = registry.get(classType);
      if (definition === undefined) throw new Error(`no class ${classType}`);
      return await definition.run(inputs, { ...context, memory: new Map(), ...changes });
    },
  };
};
