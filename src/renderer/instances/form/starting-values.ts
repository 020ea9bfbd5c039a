import {
  type InstanceConfiguration,
  type InstanceView,
  instanceConfigurationSchema,
} from '#contract/models/instance.ts';
import type { InstanceTemplate } from '#contract/models/template.ts';
import { newConfiguration } from './form-values.ts';
import { uniqueName } from './unique-name.ts';

const namesOf = (instances: readonly InstanceView[]): readonly string[] =>
  instances.map(({ configuration }) => configuration.name);

/** The install that the latest local instance uses: most machines have one. */
const knownInstall = (
  instances: readonly InstanceView[],
): Pick<InstanceConfiguration, 'comfyuiFolder' | 'pythonPath'> => {
  const latest = instances
    .map(({ configuration }) => configuration)
    .filter(({ kind, program, comfyuiFolder }) => kind === 'local' && program === 'comfyui' && comfyuiFolder !== '')
    .toSorted((first, second) => second.createdAt - first.createdAt)[0];
  return { comfyuiFolder: latest?.comfyuiFolder ?? '', pythonPath: latest?.pythonPath ?? '' };
};

/** A new instance with nothing chosen but what is the same on most machines. */
export const blankStart = (instances: readonly InstanceView[], port: number): InstanceConfiguration => ({
  ...newConfiguration(),
  ...knownInstall(instances),
  port,
});

/** A copy works beside its original: a name and a port of its own, and no folder that two must not share. */
export const copyStart = (
  original: InstanceConfiguration,
  instances: readonly InstanceView[],
  port: number,
): InstanceConfiguration => ({
  ...original,
  name: uniqueName(original.name, namesOf(instances)),
  ...(original.kind === 'local' ? { port } : {}),
  folders: { ...original.folders, base: '', output: '', user: '', temp: '' },
});

/** What a template says on top of the usual values; the install stays the one that the form has. */
export const templateStart = (
  { draft }: InstanceTemplate,
  instances: readonly InstanceView[],
  present: Pick<InstanceConfiguration, 'comfyuiFolder' | 'pythonPath' | 'port'>,
): InstanceConfiguration => ({
  ...instanceConfigurationSchema.parse({ ...draft, id: 'new' }),
  name: uniqueName(draft.name, namesOf(instances)),
  comfyuiFolder: draft.comfyuiFolder || present.comfyuiFolder,
  pythonPath: draft.pythonPath || present.pythonPath,
  port: present.port,
});
