import type { MigrationRemark } from '#contract/models/migration.ts';
import { joinPath } from '../../instances/configuration/paths.ts';
import { type ComposeService, composeServices } from './compose-services.ts';
import { readEnvironmentFile } from './environment-file.ts';
import { portField } from './json-fields.ts';
import { type ReadArguments, readArguments } from './read-arguments.ts';
import { readTextFile, readYamlFile } from './read-file.ts';
import type { ScanContext } from './scan-context.ts';

/** What stands beside the data of containers: variables and services. */
export interface DockerProject {
  readonly variables: ReadonlyMap<string, string>;
  readonly services: readonly ComposeService[];
  readonly remarks: readonly MigrationRemark[];
}

/** In the order in which compose looks for them. */
const composeNames = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

export const readDockerProject = async (folder: string, context: ScanContext): Promise<DockerProject> => {
  const { platform } = context;
  const file = await readTextFile(joinPath(platform, folder, '.env'), context);
  const variables = file.kind === 'read' ? readEnvironmentFile(file.content) : new Map<string, string>();
  const remarks = file.kind === 'remark' ? [file.remark] : [];
  for (const name of composeNames) {
    const look = await readYamlFile(joinPath(platform, folder, name), context);
    if (look.kind === 'missing') continue;
    if (look.kind === 'remark') return { variables, services: [], remarks: [...remarks, look.remark] };
    return { variables, services: composeServices(look.content, variables), remarks };
  }
  return { variables, services: [], remarks };
};

/**
 * How an instance is started: as its service says, else, for the one that the variables are about, as they say. Paths among the
 * arguments are of the container, and its port is not the one of the host.
 */
export const containerArguments = (
  instanceId: string,
  project: DockerProject,
  context: ScanContext,
): ReadArguments & { readonly isNamed: boolean } => {
  const { variables, services } = project;
  const service = services.find((each) => each.instanceId === instanceId);
  const isNamed = instanceId === (variables.get('COMFY_INSTANCE_ID') || 'comfy');
  const text = service?.arguments || (isNamed ? (variables.get('CLI_ARGS') ?? '') : '');
  const given = readArguments(context.splitArguments(text));
  const own = isNamed ? portField({ port: variables.get('COMFY_PORT') }, 'port') : null;
  return {
    ...given,
    folders: {},
    modelConfigurationFiles: [],
    port: service?.port ?? own ?? given.port,
    gpuDevice: given.gpuDevice || (service?.gpuDevice ?? ''),
    isNamed,
  };
};
