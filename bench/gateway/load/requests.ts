import { Client } from 'undici';

export interface RequestLoad {
  /** http://host:port */
  readonly origin: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly durationMs: number;
  /** Not counted, before the rest. */
  readonly warmUpMs: number;
}

export interface RequestResult {
  readonly requests: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly failures: number;
  /** Time to the last byte of each counted answer. */
  readonly timesMs: readonly number[];
}

/** One request after the other on each connection; bodies are counted and thrown away. */
export const sendRequests = async (load: RequestLoad): Promise<RequestResult> => {
  const { origin, path, connections, durationMs, warmUpMs } = load;
  const beganAt = performance.now();
  const countFrom = beganAt + warmUpMs;
  const endAt = countFrom + durationMs;
  const counts = { requests: 0, bytes: 0, failures: 0 };
  const timesMs: number[] = [];
  const one = (client: Client): Promise<void> =>
    new Promise((resolve, reject) => {
      const startedAt = performance.now();
      let bytes = 0;
      let isGood = false;
      client.dispatch(
        { origin, path, method: 'GET', headers: { ...load.headers } },
        {
          onRequestStart: () => undefined,
          onResponseStart: (_controller, status) => {
            isGood = status === 200 || status === 304;
          },
          onResponseData: (_controller, chunk) => {
            bytes += chunk.byteLength;
          },
          onResponseEnd: () => {
            if (startedAt >= countFrom) {
              counts.requests += 1;
              counts.bytes += bytes;
              if (!isGood) counts.failures += 1;
              timesMs.push(performance.now() - startedAt);
            }
            resolve();
          },
          onResponseError: (_controller, error) => reject(error),
        },
      );
    });
  const work = async (): Promise<void> => {
    const client = new Client(origin, { pipelining: 1 });
    while (performance.now() < endAt) await one(client);
    await client.close();
  };
  await Promise.all(Array.from({ length: connections }, work));
  return { ...counts, seconds: (performance.now() - countFrom) / 1000, timesMs };
};
