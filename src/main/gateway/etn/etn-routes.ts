import { StudioError } from '#contract/errors.ts';
import { limitedBody } from '../access/body-chunks.ts';
import { answeringInstances } from '../context.ts';
import { envelope } from '../error-envelope.ts';
import { type Exchange, sendFile, sendJson } from '../exchange.ts';
import { sendNobodyRuns } from '../proxy/nobody-runs.ts';
import type { Route, RoutePattern } from '../routes.ts';
import { getImage, putImage } from './image-routes.ts';
import { onePerFolder, putFile, type SpreadAnswer } from './spread-model-file.ts';
import { workflowRoutes } from './workflow-routes.ts';

const isGood = ({ status }: SpreadAnswer): boolean => status >= 200 && status < 300;

/** As the instances answered: of several the worst, since the client is to know that one of them lacks the file. */
const sendSpread = (exchange: Exchange, answers: readonly SpreadAnswer[], failures: readonly unknown[]): void => {
  const shown = answers.find((answer) => !isGood(answer)) ?? answers[0];
  if (shown === undefined || (failures.length > 0 && isGood(shown))) {
    const details = failures.map(String).join('; ');
    sendJson(exchange, 502, envelope('instance_unreachable', 'An instance did not take the file.', details));
    return;
  }
  exchange.response.writeHead(shown.status, { 'content-type': shown.contentType });
  exchange.response.end(shown.text);
};

/** PUT of a LoRA: any instance may get the prompt that names it, so all that run get the file. */
const putModelFile: Route = async (context, exchange) => {
  const { request, bodies, signal } = exchange;
  const { reader, inputs } = context;
  const answering = answeringInstances(context);
  if (answering.length === 0) {
    sendNobodyRuns(exchange);
    return;
  }
  const contentType = request.headers['content-type'] ?? 'application/octet-stream';
  const { uploadId } = await inputs.put(limitedBody(request, bodies.maxBytes()), { contentType, signal });
  const release = inputs.hold(uploadId);
  try {
    const targets = await onePerFolder(reader, answering, 'loras');
    const file = { pathAndQuery: request.url ?? '', uploadId, signal };
    const results = await Promise.allSettled(targets.map((target) => putFile(inputs, target, file)));
    if (signal.aborted) throw new StudioError('CALL_CANCELLED');
    context.modelInfo.forget();
    const answers = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failures = results.flatMap((result): readonly unknown[] =>
      result.status === 'rejected' ? [result.reason] : [],
    );
    sendSpread(exchange, answers, failures);
  } finally {
    release();
  }
};

const getModelInfo: Route = async (context, exchange) => {
  const home = context.home.current();
  if (home === null) sendNobodyRuns(exchange);
  else await sendFile(exchange, await context.modelInfo.get(home, exchange.request.url ?? '', exchange.signal));
};

/** What editors of pictures ask of their nodes beyond prompts (field.md 5.1); what is not here is answered by home. */
export const etnRoutes: readonly RoutePattern[] = [
  { path: '/etn/image/:id', methods: { GET: getImage, PUT: putImage } },
  { path: '/etn/upload/loras/*', methods: { PUT: putModelFile } },
  { path: '/etn/model_info/*', methods: { GET: getModelInfo } },
  ...workflowRoutes,
];
