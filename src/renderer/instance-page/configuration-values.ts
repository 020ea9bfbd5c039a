import type { TFunction } from 'i18next';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import { quoteArguments } from '../instances/form/quote-arguments.ts';
import { formatBytes, formatDuration, formatMoment } from '../text/format.ts';
import { fieldName } from './field-names.ts';

/** One line of the read view. */
export interface ShownValue {
  /** The field of the configuration that it belongs to. */
  readonly field: string;
  readonly label: string;
  readonly value: string;
  readonly mono: boolean;
}

export interface ShownGroup {
  readonly title: string;
  readonly values: readonly ShownValue[];
}

/** Every value of a configuration in words, in the groups of the form. */
export const shownGroups = (configuration: InstanceConfiguration, t: TFunction): readonly ShownGroup[] => {
  const c = configuration;
  const yesNo = (value: boolean): string =>
    value ? t('instancePage.configuration.yes') : t('instancePage.configuration.no');
  const orNone = (value: string, none: string = t('instancePage.configuration.notSet')): string =>
    value === '' ? none : value;
  const line = (field: keyof InstanceConfiguration, value: string, mono = false): ShownValue => ({
    field,
    label: fieldName(field, t),
    value,
    mono,
  });
  const named = (field: keyof InstanceConfiguration, label: string, value: string, mono = false): ShownValue => ({
    field,
    label,
    value,
    mono,
  });
  const after = (ms: number): string => (ms === 0 ? t('instancePage.configuration.off') : formatDuration(ms));
  const local = c.kind === 'local';
  const comfyui = local && c.program === 'comfyui';
  const chosen = t('instancePage.configuration.chosen');
  const folder = (label: string, path: string): ShownValue =>
    named('folders', label, orNone(path, chosen), path !== '');
  const restart = {
    never: t('instanceForm.fields.restartNever'),
    'on-failure': t('instanceForm.fields.restartOnFailure'),
    always: t('instanceForm.fields.restartAlways'),
  } as const;
  const login = {
    none: t('instanceForm.fields.authenticationNone'),
    bearer: t('instanceForm.fields.authenticationBearer'),
    basic: t('instanceForm.fields.authenticationBasic'),
  } as const;
  const groups: readonly (ShownGroup | null)[] = [
    {
      title: t('instancePage.configuration.identity'),
      values: [
        line('name', c.name),
        line('description', orNone(c.description)),
        line('id', c.id, true),
        line('kind', local ? t('instanceForm.fields.kindLocal') : t('instanceForm.fields.kindRemote')),
        ...(local
          ? [
              line(
                'program',
                comfyui ? t('instanceForm.fields.programComfyui') : t('instanceForm.fields.programSandbox'),
              ),
              line('host', c.host, true),
              line('port', String(c.port), true),
            ]
          : [line('url', c.url, true), line('authentication', login[c.authentication.type])]),
        line('enabled', yesNo(c.enabled)),
        line('createdAt', c.createdAt === 0 ? t('instancePage.configuration.notSet') : formatMoment(c.createdAt)),
      ],
    },
    {
      title: t('instanceForm.tabs.resources'),
      values: [
        ...(comfyui
          ? [line('gpuDevice', c.gpuDevice === 'auto' ? t('instanceForm.fields.gpuAuto') : c.gpuDevice, true)]
          : []),
        line('maxConcurrentWorkflows', String(c.maxConcurrentWorkflows)),
        line('weight', String(c.weight)),
        ...(local && !comfyui
          ? [
              named('sandbox', t('instanceForm.fields.sandboxSpeed.label'), String(c.sandbox.speed)),
              named('sandbox', t('instanceForm.fields.sandboxClock.label'), String(c.sandbox.clock)),
              named('sandbox', t('instanceForm.fields.sandboxVram.label'), formatBytes(c.sandbox.vramBytes)),
            ]
          : []),
      ],
    },
    {
      title: t('instancePage.configuration.behaviour'),
      values: [
        ...(local ? [line('autoStart', yesNo(c.autoStart)), line('restartPolicy', restart[c.restartPolicy])] : []),
        named('timeoutMs', t('instanceForm.fields.timeoutMs.label'), String(c.timeoutMs)),
        line('enableQueueMonitoring', yesNo(c.enableQueueMonitoring)),
        named('idle', t('instanceForm.fields.freeAfter.label'), after(c.idle.freeAfterMs)),
        ...(local
          ? [
              named('idle', t('instanceForm.fields.stopAfter.label'), after(c.idle.stopAfterMs)),
              named('idle', t('instanceForm.fields.startOnDemand.label'), yesNo(c.idle.startOnDemand)),
            ]
          : []),
      ],
    },
    local
      ? {
          title: t('instanceForm.fields.foldersTitle'),
          values: [
            ...(comfyui
              ? [
                  line('comfyuiFolder', orNone(c.comfyuiFolder), true),
                  line('pythonPath', orNone(c.pythonPath, chosen), c.pythonPath !== ''),
                  line('customNodesPath', orNone(c.customNodesPath, chosen), c.customNodesPath !== ''),
                ]
              : []),
            folder(t('instanceForm.fields.folderBase.label'), c.folders.base),
            folder(t('instanceForm.fields.folderModels.label'), c.folders.models),
            folder(t('instanceForm.fields.folderInput.label'), c.folders.input),
            folder(t('instanceForm.fields.folderOutput.label'), c.folders.output),
            folder(t('instanceForm.fields.folderUser.label'), c.folders.user),
            folder(t('instanceForm.fields.folderTemp.label'), c.folders.temp),
          ],
        }
      : null,
    local
      ? {
          title: t('instanceForm.tabs.advanced'),
          values: [
            line('extraArguments', orNone(quoteArguments(c.extraArguments)), c.extraArguments.length > 0),
            ...(comfyui || c.sandbox.arguments.length === 0
              ? []
              : [named('sandbox', t('instanceForm.fields.programSandbox'), quoteArguments(c.sandbox.arguments), true)]),
          ],
        }
      : null,
  ];
  return groups.filter((group) => group !== null);
};
