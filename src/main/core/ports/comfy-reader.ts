import type { ComfyEndpoint, FileAnswer } from './comfy-client.ts';

/** One class of GET /object_info; custom nodes describe themselves, so nothing of it is sure (comfyui-protocol.md 4.10). */
export type NodeInfo = Readonly<Record<string, unknown>>;

/** What an instance's GET /object_info tells that matters for handing out jobs (comfyui-protocol.md 4.10). */
export interface NodeCatalog {
  /** Each class as the instance describes it. Instances that have the same share one object. */
  readonly nodes: ReadonlyMap<string, NodeInfo>;
  readonly classes: ReadonlySet<string>;
  /** Classes with `output_node: true`: a prompt needs at least one of them. */
  readonly outputClasses: ReadonlySet<string>;
  /** Inputs with a list of values: class → input → what it offers. */
  readonly combos: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
}

/** Reads of a ComfyUI beyond those of ComfyClient; failures have the same codes. */
export interface ComfyReader {
  /** Heavy on the instance (it stalls for up to a second): ask once a start, not once a job. */
  nodeCatalog(
    endpoint: ComfyEndpoint,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<NodeCatalog>;
  /** A GET as it streams, whatever its status. `pathAndQuery` starts with a slash. */
  get(
    endpoint: ComfyEndpoint,
    pathAndQuery: string,
    options: { readonly headers?: Readonly<Record<string, string>>; readonly signal?: AbortSignal },
  ): Promise<FileAnswer>;
}
