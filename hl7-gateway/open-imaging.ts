import type { FhirClient } from './client/fhir-client.ts';
import { searchPages } from './client/search-pages.ts';
import { openDimse } from './dicom/dimse/open-dimse.ts';
import { openPacs } from './dicom/pacs/open-pacs.ts';
import { openViewer } from './dicom/viewer/open-viewer.ts';
import { openDicomWeb } from './dicom/web/open-dicom-web.ts';
import type { GatewayConfig } from './gateway-config.ts';
import type { HttpRoute } from './http/http-route.ts';
import { listenerOf } from './listener-of.ts';
import type { Partners } from './partner/partners.ts';
import type { Store } from './store/open-store.ts';
import type { Log } from '../server/kernel/log.ts';

/** Modalities, the PACS, and whoever looks at images: as much of it as the configuration names. */
export interface Imaging {
  readonly routes: readonly HttpRoute[];
  /** Port of DIMSE. */
  readonly dicomPort: number | undefined;
  /** Open DIMSE associations. */
  associations(): number;
  close(): Promise<void>;
}

export interface ImagingParts {
  readonly store: Store;
  readonly client: FhirClient;
  readonly partners: Pick<Partners, 'all'>;
  readonly log: Log;
  now(): number;
}

/** @throws Error when the port of DIMSE is taken */
export async function openImaging(
  config: GatewayConfig,
  { store, client, partners, log, now }: ImagingParts,
): Promise<Imaging> {
  const { fhirUrl, dicom, aeTitle, timeZone: zone } = config;
  const search = (query: string): ReturnType<typeof searchPages> => searchPages(client, fhirUrl, query);
  const dimse =
    dicom === undefined
      ? undefined
      : await openDimse({ listen: listenerOf(dicom, config), aeTitle, client, search, zone, log, now });
  const pacs = openImages(config, { store, client, partners, log, now });
  return {
    routes: pacs?.routes ?? [],
    dicomPort: dimse?.port,
    associations: () => dimse?.associations() ?? 0,
    async close() {
      await dimse?.close();
      await pacs?.close();
    },
  };
}

/** Studies of the PACS as ImagingStudies, their images, and the page that shows them. */
function openImages(config: GatewayConfig, parts: ImagingParts): Pick<Imaging, 'routes' | 'close'> | undefined {
  const { pacsDicomWeb: dicomWeb, pacsOrthanc: orthanc, pacsUser: user, pacsPassword: password, fhirUrl } = config;
  if (dicomWeb === undefined) return undefined;
  const { client, now } = parts;
  const publicUrl = publicUrlOf(config);
  const pacs = openPacs({
    ...parts,
    partners: () => parts.partners.all(),
    dicomWeb,
    orthanc,
    user,
    password,
    timeZone: config.timeZone,
    publicUrl,
    hookSecret: config.pacsHookSecret,
  });
  if (publicUrl === undefined) return pacs;
  const { keptStudies } = pacs;
  const credentials = user === undefined || password === undefined ? {} : { user, password };
  const web = openDicomWeb({ dicomWeb, ...credentials, fhirUrl, publicUrl, client, keptStudies, now });
  const viewer = openViewer({ fhirUrl, publicUrl, now });
  return {
    routes: [...pacs.routes, ...web.routes, ...viewer.routes],
    async close() {
      viewer.close();
      web.close();
      await pacs.close();
    },
  };
}

/** Without a slash at the end. */
function publicUrlOf({ http, httpUrl }: GatewayConfig): string | undefined {
  if (http === undefined) return undefined;
  const host = http.host.includes(':') ? `[${http.host}]` : http.host;
  return httpUrl?.replace(/\/+$/, '') ?? `http://${host}:${http.port}`;
}
