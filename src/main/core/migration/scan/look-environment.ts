import type { MigrationRemark } from '#contract/models/migration.ts';
import { joinPath } from '../../instances/configuration/paths.ts';
import { describeInstall } from './describe-install.ts';
import { portField } from './json-fields.ts';
import { readArguments } from './read-arguments.ts';
import { damagedFile } from './read-file.ts';
import { holdsComfyui } from './recognise-install.ts';
import { findingRemark, type ScanContext, type Sighting } from './scan-context.ts';

/** Variables by name, of a process or of a `.env` file. */
export type Variables = (name: string) => string | undefined;

const maxInstances = 64;
const defaultBasePort = 3001;

const isOn = (text: string | undefined): boolean => /^(?:true|1|yes|on)$/iu.test(text ?? '');
const isOff = (text: string | undefined): boolean => /^(?:false|0|no|off)$/iu.test(text ?? '');

/** The installed tree of an environment (000-H2), where it is on this machine. */
const homeOf = async (environment: string, context: ScanContext): Promise<string> => {
  const name = /^[\w.-]{1,100}$/u.test(environment) ? environment : 'comm';
  for (const root of ['/workspace', joinPath(context.platform, context.home, 'workspace')]) {
    const folder = joinPath(context.platform, root, `ComfyUI-${name}`);
    if (await holdsComfyui(folder, context)) return folder;
  }
  return '';
};

/**
 * `COMFYUI_INSTANCES=3` with `COMFYUI_BASE_PORT=3001`: ids 0 to 2 on ports 3001 to 3003, named instance-0 to instance-2 (000-A7 to A9);
 * null where nothing says so.
 */
export const lookAtVariables = async (
  variables: Variables,
  location: string,
  context: ScanContext,
): Promise<Sighting | null> => {
  const wanted = variables('COMFYUI_INSTANCES');
  if (wanted === undefined || wanted === '' || isOff(variables('COMFYUI_ENABLE_MULTI_INSTANCE'))) return null;
  const remarks: MigrationRemark[] = [];
  const count = /^\d{1,4}$/u.test(wanted.trim()) ? Number(wanted) : 0;
  if (count === 0) remarks.push(damagedFile(location, 'COMFYUI_INSTANCES'));
  if (count > maxInstances) {
    const text = `COMFYUI_INSTANCES asks for ${count}; the first ${maxInstances} are read.`;
    remarks.push(findingRemark('cut-off', 'warning', text, { path: location, limit: maxInstances }));
  }
  const comfyuiFolder = await homeOf(variables('COMFYUI_ENVIRONMENT') || 'comm', context);
  const basePort = portField({ port: variables('COMFYUI_BASE_PORT') }, 'port') ?? defaultBasePort;
  const ids = Array.from({ length: Math.min(count, maxInstances, 65_536 - basePort) }, (_, id) => id);
  const described = await Promise.all(
    ids.map((id) =>
      describeInstall(
        {
          key: String(id),
          name: `instance-${id}`,
          comfyuiFolder,
          pythons: [],
          arguments: { ...readArguments([]), port: basePort + id },
          workingFolder: comfyuiFolder || '/',
        },
        context,
      ),
    ),
  );
  return {
    kind: 'environment-variables',
    title: 'COMFYUI_INSTANCES',
    location,
    version: described[0]?.version ?? '',
    candidates: described.map(({ candidate }) => ({ ...candidate, autoStart: !isOn(variables('DISABLE_AUTOLAUNCH')) })),
    remarks: [...remarks, ...described.flatMap((each) => [...each.remarks])],
  };
};
