import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { Settings } from '#contract/models/settings.ts';
import type { Notice } from '#contract/models/studio.ts';
import type { InstanceTemplate } from '#contract/models/template.ts';

export interface FleetDocument {
  readonly instances: readonly InstanceConfiguration[];
  readonly activeInstanceId: string | null;
}

export interface TemplateDocument {
  readonly templates: readonly InstanceTemplate[];
}

/**
 * A document on disk. `load` never loses what is there: a damaged file is set aside and the newest good backup is used, with a
 * notice; a file of a newer version fails with STORE_NEWER_VERSION and stays. `save` is atomic and fails with STORE_WRITE_FAILED.
 */
export interface DocumentStore<Document> {
  load(): Promise<{ document: Document; notices: readonly Notice[] }>;
  save(document: Document): Promise<void>;
}

export type FleetStore = DocumentStore<FleetDocument>;
export type SettingsStore = DocumentStore<Settings>;
export type TemplateStore = DocumentStore<TemplateDocument>;

/** Secrets by name, apart from configurations. `get` answers null for an unknown name. */
export interface SecretStore {
  get(name: string): Promise<string | null>;
  set(name: string, secret: string): Promise<void>;
  remove(name: string): Promise<void>;
}
