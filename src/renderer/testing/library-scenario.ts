import { StudioError } from '#contract/errors.ts';
import { promptSchema, type WorkflowInspection } from '#contract/models/workflow.ts';
import { drawnPicture } from './drawn-picture.ts';
import { fleetContents } from './fleet-scenario.ts';
import { fixtureNow, minutes } from './instance-fixtures.ts';
import { readyPreflight, savedWorkflow, workflowId } from './library-fixtures.ts';
import type { HandlerChanges, StudioContents } from './studio-fixture.ts';

const pictureOf = (number: number): { contentType: string; base64: string } => ({
  contentType: 'image/svg+xml',
  base64: btoa(drawnPicture(number)),
});

const names: readonly (readonly [string, readonly string[], number])[] = [
  ['Portrait, soft light', ['portrait', 'sdxl'], 7],
  ['Turnaround sheet', ['character', 'sdxl'], 12],
  ['Fox in the snow', ['animals'], 7],
  ['Upscale 4×', ['tools'], 5],
  ['Product on marble', ['product', 'flux'], 19],
  ['Inpaint a face', ['portrait', 'tools'], 14],
  ['Wan image to video', ['video'], 31],
  ['Storyboard panel', ['character', 'comic'], 9],
  ['Background only', [], 8],
];

const saved = names.map(([name, tags, nodeCount], index) =>
  savedWorkflow(index + 1, {
    name,
    tags: [...tags],
    nodeCount,
    picture: index === 3 || index === 8 ? null : 1,
    pictureChosen: index === 1,
  }),
);

/** A library as somebody has it after some weeks. */
export const libraryContents: StudioContents = {
  ...fleetContents,
  workflows: saved,
  workflowPictures: Object.fromEntries(saved.map(({ workflow }, index) => [workflow.id, pictureOf(index + 1)])),
};

const longName = 'Character generation for the second chapter of the graphic novel, with upscaling 🎨🖌️ '
  .repeat(2)
  .trim();

/** Names of any length, script and content. */
export const longLibraryContents: StudioContents = {
  ...fleetContents,
  workflows: [
    savedWorkflow(1, {
      name: longName,
      tags: ['a-tag-that-is-as-long-as-a-tag-may-be-in-all', 'b', 'c', 'd', 'e', 'f'],
    }),
    savedWorkflow(2, { name: '<script>alert(1)</script>', tags: ['<b>bold</b>'] }),
    savedWorkflow(3, { name: 'صورة شخصية بضوء ناعم', tags: ['صورة'] }),
    savedWorkflow(4, { name: '柔光人像', tags: ['人像', '写实'], lastRunAt: fixtureNow - minutes(2) }),
  ],
  workflowPictures: { [workflowId(1)]: pictureOf(1) },
};

const convertible = (text: string): WorkflowInspection => {
  const prompt = promptSchema.parse(JSON.parse(text));
  const classTypes = [...new Set(Object.values(prompt).map(({ class_type }) => class_type))];
  const nodeCount = Object.keys(prompt).length;
  return { prompt, nodeCount, classTypes, inputFiles: [], title: '', source: 'api', notes: [], seeds: {} };
};

/** Instances that lack models and nodes, and a file of the editor that cannot be converted. */
export const missingHandlers: HandlerChanges = {
  'workflows.preflight': () => ({
    ...readyPreflight([]),
    instances: readyPreflight(['character-gen', 'batch']).instances.map((instance, index) => ({
      ...instance,
      canRun: false,
      score: null,
      rejection: index === 0 ? ('value-unknown' as const) : ('node-unknown' as const),
      missingValues:
        index === 0
          ? [{ classType: 'CheckpointLoaderSimple', inputName: 'ckpt_name', value: 'sdxl-base.safetensors' }]
          : [],
      missingClasses: index === 0 ? [] : ['IPAdapterAdvanced', 'FaceDetailer'],
    })),
    estimate: null,
  }),
  'workflows.convert': ({ text }) => {
    if (!text.includes('"nodes"')) return convertible(text);
    throw new StudioError('WORKFLOW_UI_FORMAT', undefined, {
      details: {
        nodeCount: 12,
        reason: 'not-convertible',
        problems: [
          { nodeId: '14', classType: 'FaceDetailer', title: 'Faces', problem: 'class-unknown' },
          { nodeId: '31', classType: 'workflow>Upscale twice', title: '', problem: 'group-node' },
        ],
        problemCount: 3,
        advice: 'export-api',
      },
    });
  },
};
