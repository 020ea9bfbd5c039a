import type { InstanceConfiguration } from '#contract/models/instance.ts';
import { isSecretName } from '../instances/configuration/mask-secrets.ts';

/** A configuration without its secrets, and the names of what was taken out. */
export interface SecretFree {
  readonly configuration: InstanceConfiguration;
  /** e.g. environmentVariables.HF_TOKEN, extraArguments.--comfy-api-key, url */
  readonly leftOut: readonly string[];
}

/** Keys that can be told by their form, whatever they are called. */
const secretForm = /\b(?:hf_|sk-|comfyui-|ghp_|gho_|github_pat_|glpat-|xox[abp]-|AKIA)[A-Za-z0-9_-]{12,}/;
const credentialsInUrl = /([a-z][a-z0-9+.-]*:\/\/)[^/\s@]+@/gi;

export const looksSecret = (name: string, value: string): boolean =>
  value !== '' && (isSecretName(name) || secretForm.test(value) || new RegExp(credentialsInUrl).test(value));

/** A flag with its value is taken out as a whole, so that what is left is still a command line. */
const argumentsWithoutSecrets = (tokens: readonly string[]): { kept: string[]; leftOut: string[] } => {
  const kept: string[] = [];
  const leftOut: string[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] ?? '';
    const [name = '', ...rest] = token.split('=');
    const isFlag = name.startsWith('--');
    const next = tokens[index + 1];
    if (isFlag && rest.length > 0 && looksSecret(name, rest.join('='))) leftOut.push(name);
    else if (isFlag && rest.length === 0 && next !== undefined && !next.startsWith('--') && looksSecret(name, next)) {
      leftOut.push(name);
      index += 1;
    } else if (!isFlag && looksSecret('', token)) leftOut.push('…');
    else kept.push(token);
  }
  return { kept, leftOut };
};

/** Takes out what must not leave the machine: values of secret-looking variables and flags, and log-ins within addresses. */
export const withoutSecrets = (configuration: InstanceConfiguration): SecretFree => {
  const variables = Object.entries(configuration.environmentVariables);
  const secretVariables = variables.filter(([name, value]) => looksSecret(name, value)).map(([name]) => name);
  const { kept, leftOut } = argumentsWithoutSecrets(configuration.extraArguments);
  const sandbox = argumentsWithoutSecrets(configuration.sandbox.arguments);
  const url = configuration.url.replace(credentialsInUrl, '$1');
  return {
    configuration: {
      ...configuration,
      url,
      environmentVariables: Object.fromEntries(variables.filter(([name]) => !secretVariables.includes(name))),
      extraArguments: kept,
      sandbox: { ...configuration.sandbox, arguments: sandbox.kept },
    },
    leftOut: [
      ...secretVariables.map((name) => `environmentVariables.${name}`),
      ...leftOut.map((name) => `extraArguments.${name}`),
      ...sandbox.leftOut.map((name) => `sandbox.arguments.${name}`),
      ...(url === configuration.url ? [] : ['url']),
    ],
  };
};

const sameList = (first: readonly string[], second: readonly string[]): boolean =>
  first.length === second.length && first.every((each, index) => each === second[index]);

/**
 * A configuration that came without its secrets, with those that the stored one has: a file that was exported here changes nothing
 * when it is read again.
 */
export const withStoredSecrets = (
  incoming: InstanceConfiguration,
  stored: InstanceConfiguration,
): InstanceConfiguration => {
  const bare = withoutSecrets(stored).configuration;
  const secretVariables = Object.entries(stored.environmentVariables).filter(
    ([name]) => !Object.hasOwn(bare.environmentVariables, name) && !Object.hasOwn(incoming.environmentVariables, name),
  );
  return {
    ...incoming,
    url: incoming.url === bare.url ? stored.url : incoming.url,
    environmentVariables: { ...incoming.environmentVariables, ...Object.fromEntries(secretVariables) },
    extraArguments: sameList(incoming.extraArguments, bare.extraArguments)
      ? stored.extraArguments
      : incoming.extraArguments,
    sandbox: {
      ...incoming.sandbox,
      arguments: sameList(incoming.sandbox.arguments, bare.sandbox.arguments)
        ? stored.sandbox.arguments
        : incoming.sandbox.arguments,
    },
  };
};
