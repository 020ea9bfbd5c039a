import type { IpcMain, MessageChannelMain } from 'electron';
import { wireConstants } from '#contract/wire-constants.ts';
import { emitterPort, messagePortStudioWire } from '#contract/wires/message-port.ts';
import type { Studio } from '../studio/studio.ts';
import { mayUseWire } from './navigation.ts';

/**
 * Gives a page of our own window a fresh wire when its preload asks for one. The single IPC channel carries no data: only the
 * request and the port. A frame that is not the main frame of our page gets nothing.
 */
export const offerPageWires = (options: {
  readonly ipcMain: Pick<IpcMain, 'on' | 'removeAllListeners'>;
  readonly createChannel: () => MessageChannelMain;
  readonly studio: () => Studio | null;
  readonly warn: (message: string) => void;
}): (() => void) => {
  const channelName = wireConstants.electronPortChannel;
  options.ipcMain.on(channelName, (event) => {
    const frame = event.senderFrame;
    const isMainFrame = frame !== null && frame === event.sender.mainFrame;
    if (frame === null || !mayUseWire({ url: frame.url, isMainFrame })) {
      options.warn('A frame that is not the studio asked for a wire and got none.');
      return;
    }
    const studio = options.studio();
    if (studio === null) return;
    const { port1, port2 } = options.createChannel();
    studio.connect(messagePortStudioWire(emitterPort(port1)));
    frame.postMessage(channelName, null, [port2]);
  });
  return () => {
    options.ipcMain.removeAllListeners(channelName);
  };
};
