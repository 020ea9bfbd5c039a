/**
 * Findings of the configuration check, by the name of their rule. A finding whose rule is not listed, or whose facts are
 * incomplete, is shown with the plain sentence that came with it.
 */
export const problems = {
  'name-missing': 'Give it a name.',
  'name-taken': 'Another instance is called "{{name}}".',
  'port-range': 'Port must be between 1 and 65535.',
} as const;
