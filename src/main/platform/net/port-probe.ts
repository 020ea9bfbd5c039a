import type { Logger } from '#core/ports/logger.ts';
import type { PortOwner, PortProbe, PortState } from '#core/ports/machine.ts';
import { createCommandRunner } from '../process/command-runner.ts';
import { findMacosListener, findWindowsListener } from './command-listeners.ts';
import { findLinuxListener } from './linux-listeners.ts';
import { tryBind, tryConnect } from './port-attempts.ts';

export interface PortProbeOptions {
  readonly logger: Logger;
  /** Names the listener of a taken port; the system's own tools unless a test gives another one. */
  readonly findListener?: (port: number) => Promise<PortOwner | null>;
}

const loopbacks = ['127.0.0.1', '::1'];
const connectTimeoutMs = 500;

const systemListener = (platform: NodeJS.Platform) => {
  const runner = createCommandRunner();
  return (port: number): Promise<PortOwner | null> => {
    if (platform === 'win32') return findWindowsListener(runner, port);
    return platform === 'darwin' ? findMacosListener(runner, port) : findLinuxListener(port);
  };
};

/**
 * A port is free when nothing accepts on either loopback and it can be bound on the host and on both loopbacks. Both are tried:
 * macOS lets an address be bound below a listener on all addresses, and a forwarded port has no listener here at all.
 */
export const createPortProbe = (options: PortProbeOptions): PortProbe => {
  const findListener = options.findListener ?? systemListener(process.platform);
  const running = new Map<number, Promise<unknown>>();

  const isFree = async (host: string, port: number): Promise<boolean> => {
    const accepted = await Promise.all(loopbacks.map((address) => tryConnect(address, port, connectTimeoutMs)));
    if (accepted.includes(true)) return false;
    // One after the other: binding 0.0.0.0 and 127.0.0.1 at the same time would find ourselves.
    for (const address of new Set([host === '' ? '0.0.0.0' : host, ...loopbacks])) {
      const outcome = await tryBind(address, port);
      if (outcome === 'in-use' || outcome === 'refused') return false;
    }
    return true;
  };
  const ownerOf = async (port: number): Promise<PortOwner | null> => {
    try {
      return await findListener(port);
    } catch (error) {
      options.logger.debug('The owner of a port could not be found', { port, error });
      return null;
    }
  };
  const look = async (host: string, port: number): Promise<PortState> => {
    if (port === 0 || (await isFree(host, port))) return { free: true, owner: null };
    return { free: false, owner: await ownerOf(port) };
  };

  return {
    // Two checks of one port at once would each take the other's bind for a listener.
    check: (host, port) => {
      const before = running.get(port) ?? Promise.resolve();
      const result = before.then(() => look(host, port));
      running.set(port, result);
      const forget = (): void => {
        if (running.get(port) === result) running.delete(port);
      };
      result.then(forget, forget);
      return result;
    },
  };
};
