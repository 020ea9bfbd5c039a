import { contextBridge, ipcRenderer } from 'electron';
import { wireConstants } from '../contract/wire-constants.ts';

/** What the page may ask the desktop program for: its end of the wire, nothing else. */
export interface AtelierBridge {
  /** Asks for a fresh wire; its MessagePort arrives as a window message of type `wireConstants.pagePortMessage`. */
  connect(): void;
}

const bridge: AtelierBridge = {
  connect: () => {
    ipcRenderer.send(wireConstants.electronPortChannel);
  },
};

ipcRenderer.on(wireConstants.electronPortChannel, (event) => {
  // The port goes to this page alone: a message with the page's own origin is not delivered after a navigation.
  window.postMessage({ type: wireConstants.pagePortMessage }, window.location.origin, [...event.ports]);
});

contextBridge.exposeInMainWorld('atelier', bridge);
