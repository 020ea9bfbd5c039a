import type { FieldProblem, InstanceConfiguration } from '#contract/models/instance.ts';
import { parseDeviceSelection } from '../../../gpus/device-selection.ts';
import { pinVariables } from '../../../gpus/pin-environment.ts';
import { isSecretName } from '../mask-secrets.ts';
import type { Platform } from '../paths.ts';
import { failing, warning } from './problem.ts';

/** Windows itself has names such as `ProgramFiles(x86)`; elsewhere shells and Python agree on letters, digits and _. */
const isVariableName = (name: string, platform: Platform): boolean =>
  platform === 'win32' ? /^[^=\s\0]+$/.test(name) : /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);

const pinNames: readonly string[] = pinVariables;

const oneProblem = (name: string, value: string, isPinned: boolean, platform: Platform): FieldProblem | null => {
  const field = `environmentVariables.${name}`;
  if (!isVariableName(name, platform)) {
    return failing(field, 'variable-name', `"${name}" is not a valid variable name`, { name });
  }
  if (value.includes('\0'))
    return failing(field, 'variable-value', `The value of ${name} holds a NUL character`, { name });
  if (/^ATELIER_/i.test(name)) {
    return failing(field, 'variable-reserved', `${name} is set by Atelier and cannot be chosen`, { name });
  }
  if (isPinned && pinNames.includes(name.toUpperCase())) {
    return warning(
      field,
      'variable-overridden',
      `${name} is set from the GPU device, so the value here has no effect`,
      { name },
    );
  }
  if (name.toUpperCase() === 'PYTHONUNBUFFERED') {
    return warning(
      field,
      'variable-managed',
      `${name} is set by Atelier, so that the log is live; the value here beats it`,
      { name },
    );
  }
  if (isSecretName(name) && value !== '') {
    return warning(
      field,
      'variable-secret',
      `The value of ${name} is stored readable; better set it in the environment of the studio`,
      {
        name,
      },
    );
  }
  return null;
};

/** Findings about the environment variables of a local instance, at most one for each. */
export const environmentProblems = (
  configuration: InstanceConfiguration,
  platform: Platform,
): readonly FieldProblem[] => {
  const isPinned = configuration.program === 'comfyui' && parseDeviceSelection(configuration.gpuDevice).kind === 'gpus';
  return Object.entries(configuration.environmentVariables)
    .map(([name, value]) => oneProblem(name, value, isPinned, platform))
    .filter((found) => found !== null);
};
