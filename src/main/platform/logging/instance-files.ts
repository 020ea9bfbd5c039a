import { join } from 'node:path';

/** Log of an instance: what its processes write to stdout and stderr. */
export const instanceLogPath = (logFolder: string, instanceId: string): string =>
  join(logFolder, `comfyui_instance_${instanceId}.log`);

export const isInstanceLogName = (fileName: string): boolean => /^comfyui_instance_.+\.log$/.test(fileName);

/** Pid of the running leader of an instance, for scripts; the studio itself relies on the run record instead. */
export const instancePidPath = (logFolder: string, instanceId: string): string =>
  join(logFolder, `comfyui_instance_${instanceId}.pid`);

const runMarkerStart = '=== Atelier starts ';

/** The line that opens a run in the log, so that the end of one run is never read as evidence about the next one. */
export const runMarker = (instanceId: string, at: number): string =>
  `${runMarkerStart}${instanceId} at ${new Date(at).toISOString()} ===`;

export const isRunMarker = (line: string): boolean => line.startsWith(runMarkerStart) && line.endsWith(' ===');
