import type { MigrationCandidate, MigrationRemark } from '#contract/models/migration.ts';
import { joinPath } from '../../instances/configuration/paths.ts';
import { isObject } from '../../shared/json-object.ts';
import { describeInstall } from './describe-install.ts';
import { portField, textField } from './json-fields.ts';
import { lastPart } from './last-part.ts';
import { maxContainers } from './look-docker.ts';
import { readInstancesJson } from './look-instances-file.ts';
import { readArguments } from './read-arguments.ts';
import { damagedFile, readJsonFile } from './read-file.ts';
import { holdsComfyui, versionOf } from './recognise-install.ts';
import type { ScanContext, Sighting } from './scan-context.ts';

interface Environment {
  readonly name: string;
  readonly description: string;
  readonly port: number | null;
  readonly folder: string;
}

const environmentsOf = async (
  workspace: string,
  context: ScanContext,
): Promise<{ environments: Environment[]; remarks: MigrationRemark[] }> => {
  const { platform, reader } = context;
  const root = joinPath(platform, workspace, 'config', 'environments');
  const listing = await reader.list(root);
  const environments: Environment[] = [];
  const remarks: MigrationRemark[] = [];
  for (const { name, kind } of listing.kind === 'folder' ? listing.entries.slice(0, maxContainers) : []) {
    if (kind !== 'folder') continue;
    const file = joinPath(platform, root, name, 'config.json');
    const look = await readJsonFile(file, context);
    if (look.kind === 'remark') remarks.push(look.remark);
    if (look.kind === 'read' && !isObject(look.content)) remarks.push(damagedFile(file));
    if (look.kind !== 'read' || !isObject(look.content)) continue;
    const folder = joinPath(platform, workspace, `ComfyUI-${name}`);
    environments.push({
      name,
      description: textField(look.content, 'description'),
      port: portField(look.content, 'port'),
      folder: (await holdsComfyui(folder, context)) ? folder : '',
    });
  }
  return { environments, remarks };
};

/** The environment that instances run in when nobody names one (000-E5). */
const defaultEnvironment = 'comm';

const environmentCandidate = async (
  { name, description, port, folder }: Environment,
  context: ScanContext,
): Promise<{ candidate: MigrationCandidate; remarks: readonly MigrationRemark[] }> => {
  const given = { ...readArguments([]), port };
  const install = await describeInstall(
    { key: `environment:${name}`, name, comfyuiFolder: folder, pythons: [], arguments: given, workingFolder: folder },
    context,
  );
  const settings = description === '' ? {} : { description: description.slice(0, 2000) };
  return { candidate: { ...install.candidate, settings, autoStart: true }, remarks: install.remarks };
};

/**
 * Document 000: `config/environments/<name>/config.json` beside `ComfyUI-<name>` and `shared-models`, with or without an
 * `instances.json`, whose instances run in the everyday environment; null where the folder is none.
 */
export const lookAtDockerEnvironments = async (workspace: string, context: ScanContext): Promise<Sighting | null> => {
  const { platform } = context;
  const { environments, remarks } = await environmentsOf(workspace, context);
  if (environments.length === 0) return null;
  const file = joinPath(platform, workspace, 'instances.json');
  const look = await readJsonFile(file, context);
  const document = look.kind === 'read' && isObject(look.content) ? look.content : null;
  if (look.kind === 'remark') remarks.push(look.remark);
  const home = environments.find(({ name }) => name === defaultEnvironment) ?? environments[0];
  const listed =
    document === null
      ? { candidates: [], remarks: [] }
      : await readInstancesJson(document, file, { comfyuiFolder: home?.folder ?? '' }, context);
  // The environment that the listed instances run in is not one more.
  const others = environments.filter((environment) => listed.candidates.length === 0 || environment !== home);
  const described = await Promise.all(others.map((environment) => environmentCandidate(environment, context)));
  return {
    kind: 'docker-multi',
    title: lastPart(workspace),
    location: workspace,
    version: home?.folder ? await versionOf(home.folder, context) : '',
    candidates: [...listed.candidates, ...described.map(({ candidate }) => candidate)],
    remarks: [...remarks, ...listed.remarks, ...described.flatMap((each) => [...each.remarks])],
  };
};
