import { StudioError } from '#contract/errors.ts';
import type { CallHandlers } from '#contract/handlers.ts';
import type { Gpu } from '#contract/models/gpu.ts';
import { settingsSchema } from '#contract/models/settings.ts';
import type { StudioDescription } from '#contract/models/studio.ts';
import { promptSchema } from '#contract/models/workflow.ts';
import type { JobHandlers } from './job-handlers.ts';
import type { LibraryHandlers } from './library-handlers.ts';
import type { LiveTopic } from './live-topic.ts';

type WorkHandlers = Omit<
  CallHandlers,
  | Extract<
      keyof CallHandlers,
      | `instances.${string}`
      | `telemetry.${string}`
      | `templates.${string}`
      | `migration.${string}`
      | `configuration.${string}`
      | `access.${string}`
      | `diagnostics.${string}`
      | `gallery.${string}`
      | `viewer.${string}`
      | `desktop.${string}`
    >
  | keyof JobHandlers
  | keyof LibraryHandlers
>;

interface WorkOptions {
  readonly topics: {
    readonly settings: LiveTopic<'settings'>;
    readonly notices: LiveTopic<'notices'>;
  };
  readonly gpus: Gpu[];
  readonly description: StudioDescription;
}

const parseWorkflow = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    throw new StudioError('WORKFLOW_NOT_JSON', undefined, { cause: error });
  }
};

/** The calls about the studio, its settings and workflow files. */
export const workHandlers = ({ topics, gpus, description }: WorkOptions): WorkHandlers => {
  const { settings, notices } = topics;
  const unsupported = (): never => {
    throw new StudioError('HOST_UNSUPPORTED');
  };
  return {
    'studio.describe': () => description,
    'settings.get': () => settings.state(),
    'settings.update': ({ changes }) => {
      const next = settingsSchema.parse({ ...settings.state(), ...changes });
      settings.publish(next);
      return next;
    },
    'gateway.examinePort': ({ port }) => ({
      finding:
        port === 8188
          ? { kind: 'comfyui', version: '0.33.0', queueRemaining: 0, pid: 4120, importable: true }
          : { kind: 'free' },
    }),
    'gateway.move': ({ port }) => ({
      address: `http://127.0.0.1:${port}`,
      movedInstanceId: null,
      importedInstanceId: null,
    }),
    'gpus.list': () => ({ gpus }),
    'notices.dismiss': ({ noticeId }) => {
      notices.publish({ type: 'removed', noticeId });
      return {};
    },
    'host.pickFolder': unsupported,
    'host.openPath': unsupported,
    'host.openExternal': unsupported,
    'workflows.inspect': ({ text, fileName }) => {
      const value = parseWorkflow(text);
      if (typeof value === 'object' && value !== null && 'nodes' in value) throw new StudioError('WORKFLOW_UI_FORMAT');
      const prompt = promptSchema.safeParse(value);
      if (!prompt.success) throw new StudioError('WORKFLOW_INVALID');
      const nodes = Object.entries(prompt.data);
      return {
        prompt: prompt.data,
        nodeCount: nodes.length,
        classTypes: [...new Set(nodes.map(([, node]) => node.class_type))].sort(),
        inputFiles: nodes
          .filter(([, node]) => node.class_type === 'LoadImage')
          .map(([nodeId, node]) => ({ nodeId, inputName: 'image', value: String(node.inputs.image) })),
        title: fileName.replace(/\.\w+$/, ''),
        source: 'api',
        notes: [],
        seeds: {},
      };
    },
  };
};
