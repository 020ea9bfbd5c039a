import type { TFunction } from 'i18next';
import type { SectionId } from './settings-sections.ts';

/** Every setting that can be searched for: where it is, and the keys of what it says. */
export const settingIndex = [
  {
    id: 'strategy',
    section: 'balancing',
    label: 'settings.balancing.label',
    means: 'settings.sections.balancing.means',
  },
  { id: 'probe', section: 'health', label: 'settings.health.probeSeconds', means: 'settings.health.probeMeans' },
  { id: 'timeout', section: 'health', label: 'settings.health.timeoutSeconds', means: 'settings.health.timeoutMeans' },
  { id: 'failures', section: 'health', label: 'settings.health.failures', means: 'settings.health.failuresMeans' },
  {
    id: 'failed-starts',
    section: 'health',
    label: 'settings.health.failedStarts',
    means: 'settings.health.failedStartsMeans',
  },
  { id: 'exits', section: 'health', label: 'settings.health.exits', means: 'settings.health.exitsMeans' },
  {
    id: 'starvation',
    section: 'queue',
    label: 'settings.queue.starvationMinutes',
    means: 'settings.queue.starvationMeans',
  },
  {
    id: 'start-paused',
    section: 'queue',
    label: 'settings.queue.startPaused',
    means: 'settings.queue.startPausedMeans',
  },
  { id: 'kept-days', section: 'queue', label: 'settings.queue.keptDays', means: 'settings.queue.keptDaysMeans' },
  { id: 'kept-count', section: 'queue', label: 'settings.queue.keptCount', means: 'settings.queue.keptCountMeans' },
  {
    id: 'starts',
    section: 'starting',
    label: 'settings.starting.maxConcurrentStarts',
    means: 'settings.starting.maxConcurrentStartsMeans',
  },
  {
    id: 'start-delay',
    section: 'starting',
    label: 'settings.starting.startupDelaySeconds',
    means: 'settings.starting.startupDelayMeans',
  },
  {
    id: 'stop-on-exit',
    section: 'starting',
    label: 'settings.starting.stopOnExit',
    means: 'settings.starting.stopOnExitMeans',
  },
  { id: 'loads', section: 'starting', label: 'settings.memory.loads', means: 'settings.memory.loadsMeans' },
  { id: 'cache-ram', section: 'starting', label: 'settings.memory.cacheRam', means: 'settings.memory.cacheRamMeans' },
  {
    id: 'gateway-address',
    section: 'gateway',
    label: 'settings.gateway.address',
    means: 'settings.gateway.addressMeans',
  },
  {
    id: 'gateway-port',
    section: 'gateway',
    label: 'settings.gateway.port.label',
    means: 'settings.gateway.port.means',
  },
  { id: 'combos', section: 'gateway', label: 'settings.gateway.combos', means: 'settings.gateway.combosMeans' },
  { id: 'home', section: 'gateway', label: 'settings.gateway.home', means: 'settings.gateway.homeMeans' },
  { id: 'serial', section: 'gateway', label: 'settings.gateway.serial', means: 'settings.gateway.serialMeans' },
  {
    id: 'unrepeatable',
    section: 'gateway',
    label: 'settings.gateway.unrepeatable',
    means: 'settings.gateway.unrepeatableMeans',
  },
  { id: 'upload', section: 'gateway', label: 'settings.gateway.upload', means: 'settings.gateway.uploadMeans' },
  {
    id: 'per-client',
    section: 'gateway',
    label: 'settings.gateway.perClient',
    means: 'settings.gateway.perClientMeans',
  },
  { id: 'cors', section: 'gateway', label: 'settings.gateway.cors', means: 'settings.gateway.corsMeans' },
  {
    id: 'address-gateway',
    section: 'addresses',
    label: 'settings.addresses.gateway',
    means: 'settings.addresses.gatewayMeans',
  },
  {
    id: 'address-studio',
    section: 'addresses',
    label: 'settings.addresses.studio',
    means: 'settings.addresses.studioMeans',
  },
  { id: 'token', section: 'addresses', label: 'settings.addresses.token', means: 'settings.addresses.tokenMeans' },
  {
    id: 'login-link',
    section: 'addresses',
    label: 'settings.addresses.loginLink',
    means: 'settings.addresses.loginLinkMeans',
  },
  {
    id: 'scheme',
    section: 'appearance',
    label: 'settings.appearance.scheme',
    means: 'settings.appearance.schemeMeans',
  },
  {
    id: 'language',
    section: 'appearance',
    label: 'settings.appearance.language',
    means: 'settings.appearance.languageMeans',
  },
  {
    id: 'job-done',
    section: 'notifications',
    label: 'settings.notifications.jobDone',
    means: 'settings.notifications.jobDoneMeans',
  },
  {
    id: 'job-failed',
    section: 'notifications',
    label: 'settings.notifications.jobFailed',
    means: 'settings.notifications.jobFailedMeans',
  },
  {
    id: 'instance-died',
    section: 'notifications',
    label: 'settings.notifications.instanceDied',
    means: 'settings.notifications.instanceDiedMeans',
  },
  {
    id: 'by-system',
    section: 'notifications',
    label: 'settings.notifications.bySystem',
    means: 'settings.notifications.bySystemMeans',
  },
  {
    id: 'shortcuts',
    section: 'shortcuts',
    label: 'settings.sections.shortcuts.title',
    means: 'settings.sections.shortcuts.means',
  },
  { id: 'data-folder', section: 'folders', label: 'settings.folders.data', means: 'settings.folders.dataMeans' },
  { id: 'log-size', section: 'folders', label: 'settings.folders.logSize', means: 'settings.folders.logSizeMeans' },
  { id: 'log-count', section: 'folders', label: 'settings.folders.logCount', means: 'settings.folders.logCountMeans' },
  { id: 'export', section: 'exchange', label: 'exchange.export.title', means: 'settings.sections.exchange.means' },
  { id: 'import', section: 'exchange', label: 'exchange.import.title', means: 'exchange.import.dropMeans' },
  {
    id: 'snapshots',
    section: 'snapshots',
    label: 'settings.sections.snapshots.title',
    means: 'settings.sections.snapshots.means',
  },
  {
    id: 'diagnostics',
    section: 'diagnostics',
    label: 'settings.sections.diagnostics.title',
    means: 'exchange.diagnostics.means',
  },
  { id: 'about', section: 'about', label: 'settings.about.version', means: 'settings.sections.about.means' },
] as const satisfies readonly { id: string; section: SectionId; label: string; means: string }[];

export type SettingId = (typeof settingIndex)[number]['id'];

/** A setting that was found, in the words of the page. */
export interface FoundSetting {
  readonly id: SettingId;
  readonly section: SectionId;
  readonly label: string;
  readonly means: string;
}

const folded = (text: string): string => text.normalize('NFKD').toLocaleLowerCase();

/** The settings that have every word that was typed, in their label, their description or the title of their section. */
export const findSettings = (t: TFunction, typed: string): readonly FoundSetting[] => {
  const words = folded(typed)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  return settingIndex
    .map(({ id, section, label, means }) => ({ id, section, label: t(label), means: t(means) }))
    .filter(({ section, label, means }) => {
      const text = folded(`${label} ${means} ${t(`settings.sections.${section}.title`)}`);
      return words.every((word) => text.includes(word));
    });
};
