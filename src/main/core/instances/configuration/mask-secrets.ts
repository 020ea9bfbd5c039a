import type { LaunchPlan } from '../../ports/process-host.ts';

const mask = '••••••';

/** Names whose values are passwords, tokens or keys: HF_TOKEN, AWS_SECRET_ACCESS_KEY, --comfy-api-key. */
const secretName =
  /(?:^|[_-])(?:token|secret|passw(?:or)?d|passphrase|credentials?|api[_-]?key|access[_-]?key|private[_-]?key|auth|cookie)s?(?:$|[_-])/i;

/** Whether the name of a variable or flag says that its value is a secret. */
export const isSecretName = (name: string): boolean => secretName.test(name.replace(/([a-z0-9])([A-Z])/g, '$1_$2'));

/** `https://user:password@host` keeps its host. */
const maskUrls = (text: string): string => text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/\s@]+@/gi, `$1${mask}@`);

const maskArguments = (tokens: readonly string[]): string[] =>
  tokens.map((token, index) => {
    const [name = '', ...value] = token.split('=');
    if (name.startsWith('--') && value.length > 0 && isSecretName(name)) return `${name}=${mask}`;
    const previous = tokens[index - 1];
    const isValue = previous?.startsWith('--') === true && !previous.includes('=') && !token.startsWith('--');
    return isValue && isSecretName(previous) ? mask : maskUrls(token);
  });

export interface LaunchPreview {
  command: string;
  arguments: string[];
  environment: Record<string, string>;
  workingFolder: string;
}

/** A plan as it may be shown or exported: values of secret-looking names and passwords in URLs are replaced. */
export const maskSecrets = (
  plan: Partial<LaunchPlan> & Pick<LaunchPlan, 'command' | 'arguments' | 'environment' | 'workingFolder'>,
): LaunchPreview => ({
  command: plan.command,
  arguments: maskArguments(plan.arguments),
  environment: Object.fromEntries(
    Object.entries(plan.environment).map(([name, value]) => [
      name,
      value !== '' && isSecretName(name) ? mask : maskUrls(value),
    ]),
  ),
  workingFolder: plan.workingFolder,
});
