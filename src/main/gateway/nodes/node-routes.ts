import type { OutgoingHttpHeaders } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { GatewayContext } from '../context.ts';
import { type Exchange, sendJson } from '../exchange.ts';
import { sendNobodyRuns } from '../proxy/nobody-runs.ts';
import { passHome } from '../proxy/pass-through.ts';
import type { Route, RoutePattern } from '../routes.ts';
import { acceptedEncoding } from './accepted-encoding.ts';
import type { MergedNodes } from './merged-body.ts';

/** An answer that is a moment old is worth more than one that takes longer. */
const settleLimitMs = 2000;
/** The first instance of a fleet has just started, and its nodes are being read. */
const firstReadLimitMs = 20_000;

const limited = async (work: Promise<void>, limitMs: number, signal: AbortSignal): Promise<void> => {
  const end = new AbortController();
  const over = AbortSignal.any([end.signal, signal]);
  const limit = setTimeout(limitMs, undefined, { signal: over }).catch((error: unknown) => {
    if (!over.aborted) throw error;
  });
  await Promise.race([work, limit]);
  end.abort();
};

/** Whether an If-None-Match names the entity, weak or compressed or not (RFC 9110, 13.1.2). */
const isKnownTo = (header: string | undefined, etag: string): boolean => {
  if (header === undefined) return false;
  const bare = etag.slice(1, -1);
  return header.split(',').some((part) => {
    const tag = part.trim().replace(/^W\//u, '');
    return tag === '*' || tag === etag || tag === `"${bare}-br"` || tag === `"${bare}-gzip"`;
  });
};

const sendMerged = ({ request, response }: Exchange, merged: MergedNodes): void => {
  const wanted = acceptedEncoding(request.headers['accept-encoding']);
  const encoded = wanted === null ? null : merged.encoded(wanted);
  const etag = encoded === null ? merged.etag : `${merged.etag.slice(0, -1)}-${wanted}"`;
  const shared = { etag, 'cache-control': 'no-cache', vary: 'accept-encoding' };
  if (isKnownTo(request.headers['if-none-match'], merged.etag)) {
    response.writeHead(304, shared);
    response.end();
    return;
  }
  const body = encoded ?? merged.body;
  const headers: OutgoingHttpHeaders = {
    ...shared,
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.byteLength,
  };
  if (encoded !== null && wanted !== null) headers['content-encoding'] = wanted;
  response.writeHead(200, headers);
  response.end(request.method === 'HEAD' ? undefined : body);
};

/** What is known by now, waiting for what is about to be. */
const readMerged = async ({ nodes, jobs }: GatewayContext, { signal }: Exchange): Promise<MergedNodes | null> => {
  if (!nodes.isSettled()) await limited(nodes.settled(), settleLimitMs, signal);
  if (nodes.merged() !== null) return nodes.merged();
  await jobs.nodesKnown(firstReadLimitMs);
  await limited(nodes.settled(), settleLimitMs, signal);
  return nodes.merged();
};

const allNodes: Route = async (context, exchange) => {
  // Somebody who asks may have just put a model into a folder.
  context.jobs.catalogs.refreshWhenIdle();
  const merged = await readMerged(context, exchange);
  if (exchange.signal.aborted) return;
  if (merged !== null) sendMerged(exchange, merged);
  else if (context.nodes.mayAskInstance()) await passHome(context, exchange);
  else sendNobodyRuns(exchange);
};

/** A class that nobody has is an empty answer and no error (comfyui-protocol.md 2.2). */
const oneNode: Route = async (context, exchange, parameters) => {
  const { classType = '' } = parameters;
  const isKnown = context.nodes.mergedClass(classType) !== null;
  if (!isKnown && (await readMerged(context, exchange)) === null) {
    await passHome(context, exchange);
    return;
  }
  const info = context.nodes.mergedClass(classType);
  sendJson(exchange, 200, info === null ? {} : { [classType]: info });
};

export const nodeRoutes: readonly RoutePattern[] = [
  { path: '/object_info', methods: { GET: allNodes } },
  { path: '/object_info/:classType', methods: { GET: oneNode } },
];
