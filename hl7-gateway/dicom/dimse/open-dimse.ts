import type { JsonObject } from '../../../server/kernel/json.ts';
import type { Log } from '../../../server/kernel/log.ts';
import type { FhirClient } from '../../client/fhir-client.ts';
import type { ListenerTls } from '../../mllp/tls-settings.ts';
import { openMpps } from '../mpps/open-mpps.ts';
import { openPeers } from '../peers/peers.ts';
import { openWorklist } from '../worklist/open-worklist.ts';
import type { DimseLimits, DimseServer } from './serve-dimse.ts';

export interface DimseOptions {
  readonly listen: { readonly host: string; readonly port: number; readonly tls?: ListenerTls };
  readonly aeTitle: string;
  readonly client: FhirClient;
  /** All resources that a search of the server finds, page by page. */
  readonly search: (query: string) => Promise<readonly JsonObject[]>;
  /** IANA zone of the modalities' clocks. */
  readonly zone: string;
  readonly log: Log;
  readonly now: () => number;
  readonly limits?: Partial<DimseLimits>;
}

export interface Dimse {
  readonly port: number;
  associations(): number;
  /** Asks the server now who may call. */
  refreshPeers(): Promise<void>;
  close(): Promise<void>;
}

/** ms between looks at the Endpoints. */
const PAUSE = 5000;

/**
 * Worklist, performed procedure steps and C-ECHO for modalities. The packages of DICOM are loaded here, where somebody wants them.
 * @throws Error where the port cannot be listened on
 */
export async function openDimse(options: DimseOptions): Promise<Dimse> {
  const { listen, aeTitle, client, search, zone, log, now, limits } = options;
  const { serveDimse, DIMSE_LIMITS } = await import('./serve-dimse.ts');
  const peers = openPeers({
    search,
    pause: PAUSE,
    onError: (err) => log.warn({ err }, 'DICOM peers could not be read; those that are known stay'),
    onProblem: (endpoint, problems) =>
      log.warn({ endpoint, problems }, 'an Endpoint is no DICOM peer as it is written'),
  });
  let server: DimseServer;
  try {
    server = await serveDimse({
      ...listen,
      admit: (calling, called, address) => (called === aeTitle ? peers.admit(calling, address) : undefined),
      requests: {
        findWorklist: openWorklist({ search, zone, peers: () => peers.all() }),
        ...openMpps({ client, search, zone, now }),
      },
      log,
      limits: { ...DIMSE_LIMITS, ...limits },
    });
  } catch (error) {
    await peers.close();
    throw error;
  }
  return {
    port: server.port,
    associations: server.associations,
    refreshPeers: () => peers.refresh(),
    async close() {
      await server.close();
      await peers.close();
    },
  };
}
