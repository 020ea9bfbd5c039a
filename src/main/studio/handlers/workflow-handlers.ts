import type { CallHandlers } from '#contract/handlers.ts';
import { describeClasses } from '#core/workflows/describe-classes.ts';
import { exportWorkflows, readWorkflowFile } from '#core/workflows/library/exchange.ts';
import { shareWorkflow } from '#core/workflows/library/share-workflow.ts';
import type { WorkflowParts } from '../workflow-parts.ts';

type WorkflowHandlers = Omit<
  Pick<CallHandlers, Extract<keyof CallHandlers, `workflows.${string}`>>,
  'workflows.inspect'
>;

export const createWorkflowHandlers = (parts: WorkflowParts): WorkflowHandlers => {
  const { library, pictures, sharing, classes, catalogs } = parts;
  return {
    'workflows.convert': ({ text, fileName }) => parts.convert(text, fileName),
    'workflows.classes': ({ classTypes }) => describeClasses(classTypes, catalogs()),
    'workflows.preflight': (job) => parts.foresee(job),
    'workflows.list': async (filter) => ({ workflows: await library.list(filter) }),
    'workflows.get': ({ workflowId }) => library.get(workflowId),
    'workflows.save': ({ workflowId, expectedRevision, content }) =>
      library.save(workflowId, expectedRevision, content),
    'workflows.change': ({ workflowId, expectedRevision, name, tags }) =>
      library.change(workflowId, expectedRevision, { name, tags }),
    'workflows.duplicate': ({ workflowId }) => library.duplicate(workflowId),
    'workflows.delete': async ({ workflowIds }) => ({ deleted: await library.remove(workflowIds) }),
    'workflows.restore': async ({ workflowIds }) => ({ restored: await library.restore(workflowIds) }),
    'workflows.picture': async ({ workflowId }) => {
      const { contentType, base64 } = await library.picture(workflowId);
      return { contentType, base64 };
    },
    'workflows.setPicture': ({ workflowId, from }) => pictures.set(workflowId, from),
    'workflows.noteRun': async ({ workflowId, jobId }) => {
      pictures.follow(workflowId, jobId);
      await library.noteRun(workflowId);
      return {};
    },
    'workflows.export': async ({ workflowIds, as }) => {
      const exchanged = [];
      for (const workflowId of workflowIds) {
        const { workflow, content } = await library.get(workflowId);
        const picture = workflow.picture === null ? null : await library.picture(workflowId);
        exchanged.push({ content, picture });
      }
      return exportWorkflows(exchanged, as, classes());
    },
    'workflows.import': async ({ text, fileName }) => ({
      workflows: await library.add(readWorkflowFile(text, fileName, classes())),
    }),
    'workflows.share': async ({ workflowId, instanceIds }) => {
      const { content } = await library.get(workflowId);
      return { outcomes: await shareWorkflow(content, instanceIds, sharing, classes()) };
    },
  };
};
