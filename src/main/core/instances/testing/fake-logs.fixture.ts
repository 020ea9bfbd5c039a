import type { LogChunk } from '#contract/topics.ts';
import type { InstanceLog, InstanceLogs } from '#core/ports/instance-log.ts';
import { createEmitter, type Emitter } from '#core/shared/emitter.ts';

/** Logs in memory: what a test writes is there at once, or with the next flush where it is held back. */
export interface FakeLogs extends InstanceLogs {
  write(instanceId: string, text: string): void;
  /** Stands in the file, but is read only when somebody flushes: the last words of a process. */
  writeUnread(instanceId: string, text: string): void;
  isOpen(instanceId: string): boolean;
}

interface OpenLog {
  readonly log: InstanceLog;
  readonly chunks: Emitter<LogChunk>;
}

export const createFakeLogs = (): FakeLogs => {
  const logs = new Map<string, OpenLog>();
  const unread = new Map<string, string>();
  let offset = 0;

  const write = (instanceId: string, text: string): void => {
    const startByte = offset;
    offset += text.length;
    logs.get(instanceId)?.chunks.emit({ startByte, endByte: offset, text });
  };

  const create = (instanceId: string): OpenLog => {
    const chunks = createEmitter<LogChunk>();
    const log: InstanceLog = {
      path: `/logs/comfyui_instance_${instanceId}.log`,
      onChunk: (listener) => chunks.on(listener),
      snapshot: () => [],
      read: (beforeByte) => Promise.resolve({ startByte: beforeByte ?? 0, endByte: beforeByte ?? 0, text: '' }),
      tail: () => [],
      flush: () => {
        const text = unread.get(instanceId);
        unread.delete(instanceId);
        if (text !== undefined) write(instanceId, text);
        return Promise.resolve();
      },
      close: () => {
        logs.delete(instanceId);
        return Promise.resolve();
      },
    };
    return { log, chunks };
  };

  return {
    open: (instanceId) => {
      const known = logs.get(instanceId) ?? create(instanceId);
      logs.set(instanceId, known);
      return known.log;
    },
    close: () => {
      logs.clear();
      return Promise.resolve();
    },
    write,
    writeUnread: (instanceId, text) => {
      unread.set(instanceId, (unread.get(instanceId) ?? '') + text);
    },
    isOpen: (instanceId) => logs.has(instanceId),
  };
};
