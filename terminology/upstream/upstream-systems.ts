import type { CodeSystemSource } from '../code-system.ts';
import { heldUpstream } from './held-upstream.ts';
import { timedCache, type TimedCache } from './timed-cache.ts';
import { upstreamClient, type UpstreamAnswer, type UpstreamClient, type UpstreamOptions } from './upstream-client.ts';
import { upstreamCodeSystem } from './upstream-code-system.ts';

/** Base URL of the server that is asked, by code system. */
export type UpstreamServers = ReadonlyMap<string, string>;

interface Server {
  readonly client: UpstreamClient;
  readonly held: TimedCache<readonly string[] | undefined>;
  readonly answers: TimedCache<UpstreamAnswer>;
}

/**
 * Code systems that other FHIR servers hold. What they answer is kept for some minutes; while one does not answer, its
 * code systems are neither held nor unheld: a Fault `terminology.upstream` (503) says so.
 */
export function upstreamSystems(servers: UpstreamServers, options: UpstreamOptions): CodeSystemSource {
  const open = new Map<string, Server>();
  const serverOf = (url: string): Server | undefined => {
    const base = servers.get(url);
    if (base === undefined) return undefined;
    let server = open.get(base);
    if (server === undefined) {
      server = {
        client: upstreamClient(base, options),
        held: timedCache(options.now),
        answers: timedCache(options.now),
      };
      open.set(base, server);
    }
    return server;
  };
  return {
    async codeSystem(url, version) {
      const server = serverOf(url);
      const versions = await server?.held.get(url, () => heldUpstream(server.client, url));
      if (server === undefined || versions === undefined) return undefined;
      const chosen = version ?? versions[0];
      if (chosen === undefined || !versions.includes(chosen)) return undefined;
      return upstreamCodeSystem(server.client, server.answers, url, chosen === '' ? undefined : chosen);
    },
    async versions(url) {
      const server = serverOf(url);
      return (await server?.held.get(url, () => heldUpstream(server.client, url))) ?? [];
    },
  };
}

/**
 * Reads `http://snomed.info/sct=https://tx.example.org/fhir,http://loinc.org=https://…`.
 * @throws Error when a part is not `system=URL` with http or https
 */
export function readUpstreamServers(text: string): UpstreamServers {
  const servers = new Map<string, string>();
  for (const part of text.split(',')) {
    const at = part.lastIndexOf('=');
    const system = part.slice(0, at).trim();
    const base = new URL(part.slice(at + 1).trim());
    if (at <= 0 || system === '' || !/^https?:$/.test(base.protocol) || base.search !== '' || base.hash !== '') {
      throw new Error('system=URL is expected');
    }
    servers.set(system, base.href.replace(/\/+$/, ''));
  }
  return servers;
}
