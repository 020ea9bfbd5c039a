import { join } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import type { WorkflowInspection } from '#contract/models/workflow.ts';
import type { FleetView } from '#core/jobs/fleet-view.ts';
import type { Jobs } from '#core/jobs/jobs.ts';
import type { NodeCatalog } from '#core/ports/comfy-reader.ts';
import { type ClassKnowledge, parseWorkflowText, readWorkflow } from '#core/workflows/inspect-workflow.ts';
import type { ShareDependencies } from '#core/workflows/library/share-workflow.ts';
import { createWorkflowLibrary, type WorkflowLibrary } from '#core/workflows/library/workflow-library.ts';
import { makeThumbnail } from '../platform/workflows/thumbnail.ts';
import { createUserFiles } from '../platform/workflows/user-files.ts';
import { createWorkflowFiles } from '../platform/workflows/workflow-files.ts';
import type { NoticeBoard } from './notice-board.ts';
import type { StudioPlatform } from './platform.ts';
import type { StudioOptions } from './studio.ts';
import { createWorkflowPictures, type WorkflowPictures } from './workflow-pictures.ts';

/** Reading, forms and the library of workflows over the parts of a studio. */
export interface WorkflowParts {
  readonly library: WorkflowLibrary;
  readonly pictures: WorkflowPictures;
  readonly sharing: ShareDependencies;
  readonly classes: () => ClassKnowledge;
  readonly catalogs: () => readonly NodeCatalog[];
  /** A file in either format as a graph. */
  convert(text: string, fileName: string): Promise<WorkflowInspection>;
  readonly foresee: Jobs['foresee'];
  open(): void;
  stop(): Promise<void>;
}

/** A dropped file may come before an instance that was just started has told what it has. */
const catalogWaitMs = 3000;

export const createWorkflowParts = (parts: {
  readonly platform: StudioPlatform;
  readonly options: Pick<StudioOptions, 'dataFolder'>;
  readonly jobs: Jobs;
  readonly fleetView: FleetView;
  readonly notices: NoticeBoard;
}): WorkflowParts => {
  const { platform, options, jobs, fleetView, notices } = parts;
  const { clock, makeId, logger, inputStore } = platform;
  const folder = join(options.dataFolder, 'workflows');
  const library = createWorkflowLibrary({
    store: createWorkflowFiles({ folder, now: clock.now, makeId, logger }),
    clock,
    makeId,
    logger,
    onNotice: (notice) => notices.add(notice),
  });
  const pictures = createWorkflowPictures({ library, jobs, inputStore, makeThumbnail, logger });
  const userFiles = createUserFiles();
  const catalogs = (): readonly NodeCatalog[] => jobs.catalogs.entries().map(({ catalog }) => catalog);
  const classes = (): ClassKnowledge => {
    const known = catalogs();
    return {
      known: (classType) => known.find(({ nodes }) => nodes.has(classType))?.nodes.get(classType),
      isOutput: jobs.catalogs.isOutput,
      isAnyKnown: known.length > 0,
    };
  };
  return {
    library,
    pictures,
    sharing: {
      userFiles,
      targets: () =>
        fleetView.candidates().map(({ instanceId, endpoint, status }) => ({
          instanceId,
          endpoint,
          isRunning: status === 'running' || status === 'paused',
        })),
    },
    classes,
    catalogs,
    convert: async (text, fileName) => {
      const value = parseWorkflowText(text);
      try {
        return readWorkflow(value, fileName, classes());
      } catch (error) {
        if (!(error instanceof StudioError) || error.code !== 'WORKFLOW_UI_FORMAT') throw error;
        // A node may have been installed since the instances were asked.
        await jobs.catalogs.refresh(catalogWaitMs);
        return readWorkflow(value, fileName, classes());
      }
    },
    foresee: jobs.foresee,
    open: () => library.open(),
    stop: async () => {
      pictures.stop();
      await userFiles.close();
    },
  };
};
