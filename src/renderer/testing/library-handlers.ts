import { StudioError } from '#contract/errors.ts';
import type { CallHandlers } from '#contract/handlers.ts';
import type { SavedWorkflow, WorkflowContent } from '#contract/models/library.ts';
import { promptSchema, type WorkflowInspection } from '#contract/models/workflow.ts';
import { fixtureNow } from './instance-fixtures.ts';
import { type CannedWorkflow, fixtureClasses, readyPreflight, workflowId } from './library-fixtures.ts';
import type { LiveTopic } from './live-topic.ts';

export type LibraryHandlers = Omit<
  Pick<CallHandlers, Extract<keyof CallHandlers, `workflows.${string}`>>,
  'workflows.inspect'
>;

interface LibraryOptions {
  readonly topic: LiveTopic<'workflows'>;
  readonly contents: readonly CannedWorkflow[];
  /** Pictures of saved workflows, by id. */
  readonly pictures: Readonly<Record<string, { contentType: string; base64: string }>>;
  readonly instanceIds: () => readonly string[];
}

const parse = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    throw new StudioError('WORKFLOW_NOT_JSON', undefined, { cause: error });
  }
};

const inspect = (text: string, fileName: string): WorkflowInspection => {
  const value = parse(text);
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
};

/** The calls about saved workflows, over a list in memory. */
export const libraryHandlers = ({ topic, contents, pictures, instanceIds }: LibraryOptions): LibraryHandlers => {
  const stored = new Map(contents.map(({ workflow, content }) => [workflow.id, content]));
  const deleted = new Map<string, SavedWorkflow>();
  const find = (id: string): SavedWorkflow => {
    const found = topic.state().workflows.find((one) => one.id === id);
    if (found === undefined) throw new StudioError('WORKFLOW_NOT_FOUND', undefined, { details: { workflowId: id } });
    return found;
  };
  const contentOf = (id: string): WorkflowContent => {
    const content = stored.get(id);
    if (content === undefined) throw new StudioError('WORKFLOW_NOT_FOUND');
    return content;
  };
  const write = (workflow: SavedWorkflow, content: WorkflowContent): SavedWorkflow => {
    const next = { ...workflow, name: content.name, tags: content.tags, nodeCount: Object.keys(content.prompt).length };
    stored.set(next.id, content);
    topic.publish({ type: 'changed', workflow: next });
    return next;
  };
  const requireRevision = (id: string, expected: number | null): SavedWorkflow => {
    const found = find(id);
    if (found.revision === expected) return found;
    throw new StudioError('WORKFLOW_CHANGED', undefined, { details: { workflowId: id, revision: found.revision } });
  };
  const create = (content: WorkflowContent): SavedWorkflow =>
    write(
      {
        id: workflowId(500 + stored.size),
        revision: 1,
        name: content.name,
        tags: content.tags,
        nodeCount: 0,
        models: [],
        picture: null,
        pictureChosen: false,
        createdAt: fixtureNow,
        changedAt: fixtureNow,
        lastRunAt: null,
        deletedAt: null,
      },
      content,
    );
  return {
    'workflows.convert': ({ text, fileName }) => inspect(text, fileName),
    'workflows.classes': () => fixtureClasses,
    'workflows.preflight': () => readyPreflight(instanceIds()),
    'workflows.list': (filter) => ({
      workflows: filter.deleted ? [...deleted.values()] : [...topic.state().workflows],
    }),
    'workflows.get': (input) => ({ workflow: find(input.workflowId), content: contentOf(input.workflowId) }),
    'workflows.save': (input) => {
      if (input.workflowId === null) return create(input.content);
      const found = requireRevision(input.workflowId, input.expectedRevision);
      return write({ ...found, revision: found.revision + 1, changedAt: fixtureNow }, input.content);
    },
    'workflows.change': (input) => {
      const found = requireRevision(input.workflowId, input.expectedRevision);
      const content = contentOf(input.workflowId);
      return write(
        { ...found, revision: found.revision + 1, changedAt: fixtureNow },
        { ...content, name: input.name ?? content.name, tags: input.tags ?? content.tags },
      );
    },
    'workflows.duplicate': (input) => {
      const content = contentOf(input.workflowId);
      return create({ ...content, name: `${content.name} (2)` });
    },
    'workflows.delete': ({ workflowIds }) => {
      for (const id of workflowIds) {
        deleted.set(id, { ...find(id), deletedAt: fixtureNow });
        topic.publish({ type: 'removed', workflowId: id });
      }
      return { deleted: workflowIds.length };
    },
    'workflows.restore': ({ workflowIds }) => {
      for (const id of workflowIds) {
        const workflow = deleted.get(id);
        if (workflow === undefined) throw new StudioError('WORKFLOW_NOT_FOUND');
        deleted.delete(id);
        topic.publish({ type: 'changed', workflow: { ...workflow, deletedAt: null } });
      }
      return { restored: workflowIds.length };
    },
    'workflows.picture': (input) => {
      const picture = pictures[input.workflowId];
      if (picture === undefined) throw new StudioError('WORKFLOW_NOT_FOUND');
      return picture;
    },
    'workflows.setPicture': (input) => {
      const found = find(input.workflowId);
      const next = { ...found, picture: input.from === null ? null : 1, pictureChosen: input.from !== null };
      return write(next, contentOf(found.id));
    },
    'workflows.noteRun': (input) => {
      write({ ...find(input.workflowId), lastRunAt: fixtureNow }, contentOf(input.workflowId));
      return {};
    },
    'workflows.export': ({ workflowIds, as }) => ({
      fileName: `${find(workflowIds[0] ?? '').name}.${as === 'atelier' ? 'atelier.' : ''}json`,
      text: JSON.stringify(workflowIds.map(contentOf)),
    }),
    'workflows.import': ({ text, fileName }) => {
      const { prompt } = inspect(text, fileName);
      const name = fileName.replace(/\.\w+$/, '');
      return { workflows: [create({ name, tags: [], prompt, editor: null, pinned: [], seeds: {} })] };
    },
    'workflows.share': (input) => ({
      outcomes: input.instanceIds.map((instanceId) => ({
        instanceId,
        fileName: `${find(input.workflowId).name}.json`,
        error: null,
      })),
    }),
  };
};
