import { readEnvironmentFile } from '../../migration/scan/environment-file.ts';
import { type ExchangeFile, remark } from '../exchange-file.ts';
import { unreadable } from './unreadable.ts';

const mostInstances = 64;

const wholeNumber = (text: string | undefined, lowest: number, highest: number): number | null => {
  const number = Number(text);
  return text !== undefined && /^\d{1,5}$/.test(text) && number >= lowest && number <= highest ? number : null;
};

const isOn = (text: string | undefined): boolean => /^(?:true|1|yes|on)$/i.test(text ?? '');

/** Whether a text that is no JSON looks like the variables of such a container. */
export const isEnvironmentText = (text: string): boolean => /^\s*(?:export\s+)?COMFYUI_\w+\s*=/m.test(text);

/** Reads `COMFYUI_INSTANCES` and its kind (000-A7 to A9): ids 0, 1, …, ports from the base port on, names `instance-0`, …. */
export const readEnvironmentFormat = (text: string): ExchangeFile => {
  const values = readEnvironmentFile(text);
  const isMulti = !values.has('COMFYUI_ENABLE_MULTI_INSTANCE') || isOn(values.get('COMFYUI_ENABLE_MULTI_INSTANCE'));
  const wanted = wholeNumber(values.get('COMFYUI_INSTANCES'), 1, mostInstances);
  const basePort = wholeNumber(values.get('COMFYUI_BASE_PORT') ?? '3001', 1, 65_535 - mostInstances);
  if (wanted === null || basePort === null) {
    throw unreadable(wanted === null ? 'instance-count' : 'base-port');
  }
  const startsNothing = isOn(values.get('DISABLE_AUTOLAUNCH'));
  const count = isMulti ? wanted : 1;
  return {
    format: 'environment',
    isTemplate: false,
    entries: Array.from({ length: count }, (_, index) => ({
      key: `instances/${index}`,
      id: null,
      draft: { name: `instance-${index}`, port: basePort + index, autoStart: !startsNothing },
      damage: null,
    })),
    activeId: null,
    startupDelayMs: null,
    remarks: [
      ...(startsNothing
        ? [remark('nothing-starts-by-itself', 'DISABLE_AUTOLAUNCH keeps all of them from starting by themselves.')]
        : []),
      ...(isMulti || wanted === 1
        ? []
        : [remark('one-instance-only', 'COMFYUI_ENABLE_MULTI_INSTANCE is off, so there is one instance.')]),
    ],
  };
};
