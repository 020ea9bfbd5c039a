/**
 * Findings of the configuration check, by the name of their rule. A finding whose rule is not listed, or whose facts are
 * incomplete, is shown with the plain sentence that came with it.
 */
export const problems = {
  'name-missing': 'Give it a name.',
  'name-taken': 'An instance named "{{name}}" exists already.',
  'port-range': 'Port must be between 1 and 65535',
  'port-instance': 'Port {{port}} is already used by instance "{{instanceName}}"',
  'port-privileged': 'Ports below 1024 are kept for administrators on most systems.',
  'host-invalid': '"{{host}}" is no host name or address.',
  'host-not-here': 'No network interface of this machine has the address {{host}}.',
  'host-public': 'Other machines can reach this instance, and ComfyUI has no log-in.',
  'username-missing': 'Give a user name.',
  'credentials-unencrypted': 'The log-in crosses the network unencrypted. Use an https address.',
  'argument-unknown': 'This ComfyUI does not know {{argument}}. Did you mean {{suggestion}}?',
  'argument-value-missing': '{{argument}} needs a value.',
  'argument-exclusive': '{{argument}} cannot be combined with {{other}}.',
  'argument-quote': 'A {{quote}} is opened and never closed.',
  'variable-name': '"{{name}}" is no valid name of a variable.',
  'variable-reserved': '{{name}} is set by Atelier and cannot be chosen.',
  'variable-overridden': '{{name}} follows from the chosen GPU, so the value here has no effect.',
  'variable-secret':
    '{{name}} looks like a secret. It would be stored readable; set it in the environment of Atelier instead.',
} as const;
