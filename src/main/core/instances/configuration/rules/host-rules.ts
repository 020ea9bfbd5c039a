import type { FieldProblem, InstanceConfiguration } from '#contract/models/instance.ts';
import { isLoopback } from '../remote-address.ts';
import { failing } from './problem.ts';

const wildcards: readonly string[] = ['0.0.0.0', '::'];

/** One spelling of an address; null for a host name, which only a name server can judge. */
const canonicalAddress = (host: string): string | null => {
  const bare = host.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(bare)) return bare;
  const url = `http://[${bare}]`;
  return bare.includes(':') && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : null;
};

/** A local instance can listen on addresses of this machine only. An empty list means that the system does not tell them. */
export const hostProblems = (
  { host }: Pick<InstanceConfiguration, 'host'>,
  ownAddresses: readonly string[],
): readonly FieldProblem[] => {
  const address = canonicalAddress(host);
  if (address === null || ownAddresses.length === 0 || isLoopback(address) || wildcards.includes(address)) return [];
  if (ownAddresses.some((own) => canonicalAddress(own) === address)) return [];
  return [failing('host', 'host-not-here', `No network interface of this machine has the address ${host}`, { host })];
};
