import type { GatewayContext } from '../context.ts';
import type { Exchange } from '../exchange.ts';
import { openEventStream } from './event-stream.ts';
import { isTerminal, progressOf, statusOf } from './job-document.ts';

/**
 * Streams what happens to a job: first how it stands, then every change, previews and results, until it has ended. Progress never goes
 * back, over a failover too, since a snapshot that is behind the last one is left out.
 */
export const streamEvents = async (
  { jobs, clock, api }: GatewayContext,
  exchange: Exchange,
  jobId: string,
): Promise<void> => {
  const { promise: over, resolve: finish } = Promise.withResolvers<void>();
  const stream = openEventStream(exchange.response, (delayMs, task) => clock.schedule(delayMs, task));
  let lastStatus = '';
  let lastPosition: number | null = null;
  let lastValue = -1;

  /** Whether it goes on. Its place is looked for where it has not been told. */
  const tell = (place?: number | null): boolean => {
    const record = jobs.record(jobId);
    if (record === undefined) return false;
    const status = statusOf(record.view, api.cancellations.has(jobId));
    const isWaiting = record.view.state === 'queued';
    const position = isWaiting ? (place ?? api.places.of(jobId)) : null;
    if (!isTerminal(status) && (status !== lastStatus || position !== lastPosition)) {
      stream.send('status', { status, queue_position: position });
      [lastStatus, lastPosition] = [status, position];
    }
    const progress = progressOf(record.view);
    if (progress !== null && progress.value >= lastValue) {
      lastValue = progress.value;
      stream.sendNewest('progress', progress);
    }
    return !isTerminal(status);
  };

  const sendEnd = async (): Promise<void> => {
    const record = jobs.record(jobId);
    if (record === undefined) return;
    for (const output of await api.outputs.of(record)) stream.send('output', output);
    stream.send('status', { status: statusOf(record.view, false), queue_position: null });
  };

  const unsubscribes = [
    jobs.live.onChange((changedId) => {
      if (changedId === jobId && !tell()) finish();
    }),
  ];
  try {
    if (tell()) {
      unsubscribes.push(
        api.places.watch(jobId, (place) => {
          if (place !== null) tell(place);
        }),
        jobs.previewFeed(jobId).listen((_revision, preview) => {
          if (preview === null) return;
          const { nodeId, contentType, base64 } = preview;
          stream.sendNewest('preview', { node_id: nodeId ?? '', content_type: contentType, data_base64: base64 });
        }),
      );
      exchange.signal.addEventListener('abort', () => finish(), { once: true });
      await over;
    }
    if (!exchange.signal.aborted) await sendEnd();
  } finally {
    for (const unsubscribe of unsubscribes) unsubscribe();
    stream.end();
  }
};
