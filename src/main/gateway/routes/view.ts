import type { FleetCandidate } from '#core/jobs/fleet-view.ts';
import type { FileAnswer, OutputFile } from '#core/ports/comfy-client.ts';
import { answeringInstances, type GatewayContext } from '../context.ts';
import { envelope } from '../error-envelope.ts';
import { type Exchange, sendFile, sendJson } from '../exchange.ts';
import { readMark } from '../output-names.ts';

const passedHeaders = ['range', 'if-range', 'if-none-match', 'if-modified-since', 'accept-encoding', 'sec-fetch-dest'];

const requestHeaders = ({ request }: Exchange): Record<string, string> =>
  Object.fromEntries(
    passedHeaders.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );

const isFileOf = (output: OutputFile, file: OutputFile): boolean =>
  output.filename === file.filename && output.subfolder === file.subfolder && output.type === file.type;

/** The instance that the name itself tells, else the one whose latest job made such a file, else all that answer. */
const sourcesOf = (context: GatewayContext, instanceId: string | null, file: OutputFile): readonly FleetCandidate[] => {
  const candidates = context.fleet.candidates();
  const named = candidates.filter((candidate) => candidate.instanceId === instanceId);
  if (named.length > 0) return named;
  const maker = context.jobs.records().findLast(({ view }) => view.outputs.some((output) => isFileOf(output, file)));
  const made = candidates.filter((candidate) => candidate.instanceId === maker?.view.instanceId);
  return made.length > 0 ? made : answeringInstances(context);
};

/** Lets go of an answer that is not passed on, so that its connection is free again. */
const discard = async ({ body }: FileAnswer): Promise<void> => {
  await body[Symbol.asyncIterator]().return?.();
};

/** GET /view: ranges, conditions and conversions are those of the instance that has the file. */
export const getView = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const { filename, subfolder: given = '', type = 'output', ...query } = Object.fromEntries(exchange.query);
  if (filename === undefined) {
    sendJson(exchange, 404, envelope('file_not_found', 'There is no such file.'));
    return;
  }
  const { instanceId, subfolder } = readMark(given);
  const sources = sourcesOf(context, instanceId, { filename, subfolder, type });
  const options = { headers: requestHeaders(exchange), query, signal: exchange.signal };
  for (const [index, { endpoint }] of sources.entries()) {
    const answer = await context.client.view(endpoint, { filename, subfolder, type }, options);
    if (answer.status !== 404 || index === sources.length - 1) {
      await sendFile(exchange, answer);
      return;
    }
    await discard(answer);
  }
  sendJson(exchange, 503, envelope('instance_none_available', 'No instance is running and healthy.'));
};
