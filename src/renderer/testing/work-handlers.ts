import { StudioError } from '#contract/errors.ts';
import type { CallHandlers } from '#contract/handlers.ts';
import type { Gpu } from '#contract/models/gpu.ts';
import { settingsSchema } from '#contract/models/settings.ts';
import type { StudioDescription } from '#contract/models/studio.ts';
import { promptSchema } from '#contract/models/workflow.ts';
import { fixtureNow } from './instance-fixtures.ts';
import { job, jobId } from './job-fixtures.ts';
import type { LiveTopic } from './studio-fixture.ts';

type WorkHandlers = Omit<CallHandlers, Extract<keyof CallHandlers, `instances.${string}`>>;

interface WorkOptions {
  readonly topics: {
    readonly jobs: LiveTopic<'jobs'>;
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

/** The calls about the studio, its settings and its jobs. */
export const workHandlers = ({ topics, gpus, description }: WorkOptions): WorkHandlers => {
  const { jobs, settings, notices } = topics;
  const find = (id: string): ReturnType<typeof job> => {
    const found = jobs.state().jobs.find((one) => one.id === id);
    if (found === undefined) throw new StudioError('JOB_NOT_FOUND');
    return found;
  };
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
      };
    },
    'jobs.submit': (submission) => {
      const made = job(1000 + jobs.state().jobs.length, {
        title: submission.title,
        requestedInstanceId: submission.instanceId,
        submittedAt: fixtureNow,
      });
      const view = submission.id === undefined ? made : { ...made, id: submission.id };
      jobs.publish({ type: 'changed', job: view });
      return view;
    },
    'jobs.list': () => ({ jobs: jobs.state().jobs }),
    'jobs.get': (input) => find(input.jobId),
    'jobs.prompt': () => ({ prompt: {} }),
    'jobs.cancel': (input) => {
      const view = { ...find(input.jobId), state: 'cancelled' as const, finishedAt: fixtureNow };
      jobs.publish({ type: 'changed', job: view });
      return view;
    },
    'jobs.clearFinished': () => {
      const finished = jobs.state().jobs.filter(({ finishedAt }) => finishedAt !== null);
      for (const { id } of finished) jobs.publish({ type: 'removed', jobId: id });
      return { removed: finished.length };
    },
  };
};

/** The id that the n-th submitted job gets, for tests. */
export const submittedJobId = (number: number): string => jobId(1000 + number);
