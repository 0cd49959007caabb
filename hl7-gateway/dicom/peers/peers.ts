import { every } from '../../../server/kernel/every.ts';
import type { JsonObject } from '../../../server/kernel/json.ts';
import type { DicomPeer } from './peer.ts';
import { readPeer, type AdmittedPeer } from './read-peer.ts';

/** Who may speak DICOM with the gateway, as the server has it; what it had last while it does not answer. Nobody else may. */
export interface Peers {
  /** The one active peer with that title and address. Two of them are none: nobody knows which rules hold. */
  admit(aeTitle: string, address: string): DicomPeer | undefined;
  /** All that are active. */
  all(): readonly DicomPeer[];
  /** Asks the server now. @throws what `search` throws */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export interface PeersOptions {
  search(query: string): Promise<readonly JsonObject[]>;
  /** Pause between two looks at the server, ms. */
  readonly pause: number;
  /** Told of the first of several failures in a row. */
  onError(error: unknown): void;
  /** Told when an Endpoint is not to be read, once for the same reasons. */
  onProblem(endpoint: string, problems: readonly string[]): void;
}

const CONNECTION = 'https://athanor.health/fhir/CodeSystem/endpoint-connection-type|dimse';
const ENDPOINTS = `Endpoint?connection-type=${encodeURIComponent(CONNECTION)}&status=active&_count=200`;

export function openPeers({ search, pause, onError, onProblem }: PeersOptions): Peers {
  let known: readonly AdmittedPeer[] = [];
  let problems: ReadonlyMap<string, string> = new Map();
  async function refresh(): Promise<void> {
    const admitted: AdmittedPeer[] = [];
    const found = new Map<string, string>();
    for (const endpoint of await search(ENDPOINTS)) {
      const read = readPeer(endpoint);
      if (read === undefined) continue;
      if ('peer' in read) admitted.push(read);
      else {
        const [id, reasons] = [String(endpoint.id), read.problems.join()];
        found.set(id, reasons);
        if (problems.get(id) !== reasons) onProblem(id, read.problems);
      }
    }
    [known, problems] = [admitted, found];
  }
  const loop = every(pause, refresh, onError);
  return {
    admit(aeTitle, address) {
      const fitting = known.filter(
        ({ peer, networks }) => peer.aeTitle === aeTitle && (networks === undefined || networks.contains(address)),
      );
      return fitting.length === 1 ? fitting[0]?.peer : undefined;
    },
    all: () => known.map(({ peer }) => peer),
    refresh,
    close: () => loop.stop(),
  };
}
