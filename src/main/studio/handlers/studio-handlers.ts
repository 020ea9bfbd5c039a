import { StudioError } from '#contract/errors.ts';
import type { CallHandlers } from '#contract/handlers.ts';
import type { StudioDescription } from '#contract/models/studio.ts';
import type { GpuProbe } from '#core/ports/machine.ts';
import { changeSettings } from '#core/settings/change-settings.ts';
import type { NoticeBoard } from '../notice-board.ts';
import type { SettingsDesk } from '../settings-desk.ts';
import type { HostActions } from '../studio.ts';
import { capabilitiesFor } from '../viewer-parts.ts';

type StudioHandlers = Pick<
  CallHandlers,
  Extract<keyof CallHandlers, `${'studio' | 'settings' | 'gpus' | 'notices' | 'host'}.${string}`>
>;

export const createStudioHandlers = (parts: {
  readonly describe: () => StudioDescription;
  readonly settings: SettingsDesk;
  readonly gpuProbe: GpuProbe;
  readonly notices: NoticeBoard;
  readonly host: HostActions;
  /** Whether a path lies in a folder that belongs to the studio or to one of its instances. */
  readonly isOwnPath: (path: string) => boolean;
}): StudioHandlers => {
  const { settings, gpuProbe, notices, host } = parts;
  const unsupported = (): never => {
    throw new StudioError('HOST_UNSUPPORTED');
  };
  return {
    'studio.describe': (_input, { isShell }) => ({
      ...parts.describe(),
      capabilities: capabilitiesFor(host, isShell === true),
    }),
    'settings.get': () => settings.current(),
    'settings.update': ({ changes }) => settings.change((before) => changeSettings(before, changes)),
    'gpus.list': async () => ({ gpus: [...(await gpuProbe.list())] }),
    'notices.dismiss': ({ noticeId }) => {
      notices.dismiss(noticeId);
      return {};
    },
    'host.pickFolder': async ({ title }) => ({ path: await (host.pickFolder ?? unsupported)(title) }),
    'host.openPath': async ({ path }) => {
      if (host.openPath === undefined) return unsupported();
      if (!parts.isOwnPath(path)) throw new StudioError('INPUT_PATH_OUTSIDE', undefined, { details: { path } });
      await host.openPath(path);
      return {};
    },
    'host.openExternal': async ({ url }) => {
      await (host.openExternal ?? unsupported)(url);
      return {};
    },
  };
};
