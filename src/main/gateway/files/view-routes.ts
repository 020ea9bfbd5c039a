import { StudioError } from '#contract/errors.ts';
import type { FleetCandidate } from '#core/jobs/fleet-view.ts';
import type { FileAnswer, OutputFile } from '#core/ports/comfy-client.ts';
import { answeringInstances, type GatewayContext } from '../context.ts';
import { envelope } from '../error-envelope.ts';
import { type Exchange, sendFile, sendJson } from '../exchange.ts';
import type { RoutePattern } from '../routes.ts';
import { readMark } from './output-names.ts';

const passedHeaders = ['range', 'if-range', 'if-none-match', 'if-modified-since', 'accept-encoding', 'sec-fetch-dest'];

const requestHeaders = ({ request }: Exchange): Record<string, string> =>
  Object.fromEntries(
    passedHeaders.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );

interface Maker {
  readonly jobId: string;
  readonly index: number;
  readonly instanceId: string | null;
}

const isFileOf = (output: OutputFile, file: OutputFile): boolean =>
  output.filename === file.filename && output.subfolder === file.subfolder && output.type === file.type;

/** The latest job that made such a file, on the instance that the name itself tells where it does. */
const makerOf = ({ jobs }: GatewayContext, instanceId: string | null, file: OutputFile): Maker | null => {
  for (const { view } of jobs.records().toReversed()) {
    const output = view.outputs.find((one) => isFileOf(one, file));
    const isFrom = instanceId === null || view.instanceId === instanceId;
    if (output !== undefined && isFrom) return { jobId: view.id, index: output.index, instanceId: view.instanceId };
  }
  return null;
};

/** The instance that the name itself tells, else the one whose latest job made such a file, else all that answer. */
const sourcesOf = (context: GatewayContext, instanceId: string | null): readonly FleetCandidate[] => {
  const named = context.fleet.candidates().filter((candidate) => candidate.instanceId === instanceId);
  return named.length > 0 ? named : answeringInstances(context);
};

/** Lets go of an answer that is not passed on, so that its connection is free again. */
const discard = async ({ body }: FileAnswer): Promise<void> => {
  await body[Symbol.asyncIterator]().return?.();
};

/** The file as the instances have it, or null where none answers. Another one is asked only where several may have it. */
const fromInstances = async (
  context: GatewayContext,
  sources: readonly FleetCandidate[],
  file: OutputFile,
  options: Parameters<GatewayContext['client']['view']>[2],
): Promise<FileAnswer | null> => {
  for (const [index, { endpoint }] of sources.entries()) {
    const answer = await context.client.view(endpoint, file, options);
    if (answer.status !== 404 || index === sources.length - 1) return answer;
    await discard(answer);
  }
  return null;
};

/**
 * GET /view: ranges, conditions and conversions are those of the instance that has the file. What an instance made that does not
 * answer any more comes as it was saved.
 */
export const getView = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const { filename, subfolder: given = '', type = 'output', ...query } = Object.fromEntries(exchange.query);
  if (filename === undefined) {
    sendJson(exchange, 404, envelope('file_not_found', 'There is no such file.'));
    return;
  }
  const { instanceId, subfolder } = readMark(given);
  const file = { filename, subfolder, type };
  const maker = makerOf(context, instanceId, file);
  const options = { headers: requestHeaders(exchange), query, signal: exchange.signal };
  const isThere = maker === null || answeringInstances(context).some((one) => one.instanceId === maker.instanceId);
  const live = isThere
    ? await fromInstances(context, sourcesOf(context, instanceId ?? maker?.instanceId ?? null), file, options).catch(
        (error: unknown) => {
          if (maker === null || !(error instanceof StudioError) || error.code !== 'INSTANCE_UNREACHABLE') throw error;
          return null;
        },
      )
    : null;
  const answer = live ?? (maker === null ? null : await context.jobs.openOutput(maker.jobId, maker.index, options));
  if (answer === null)
    sendJson(exchange, 503, envelope('instance_none_available', 'No instance is running and healthy.'));
  else await sendFile(exchange, answer);
};

export const viewRoutes: readonly RoutePattern[] = [{ path: '/view', methods: { GET: getView } }];
