import { isObject, type JsonObject } from '../../../server/kernel/json.ts';
import { readNetworks, type Networks } from '../../../server/kernel/networks.ts';
import { settingsOf } from '../../partner/settings-extension.ts';
import type { DicomPeer } from './peer.ts';

const PROFILE = 'https://athanor.health/fhir/StructureDefinition/dicom-modality';
const NAME = 'dicom-peer';
const PARTS = ['ae-title', 'address', 'modality', 'station'];

/** Whom an Endpoint lets in, and from where. */
export interface AdmittedPeer {
  readonly peer: DicomPeer;
  /** Undefined: from everywhere. */
  readonly networks: Networks | undefined;
}

/** Undefined for Endpoints that mean something else, or are not active; problems are for people. */
export function readPeer(endpoint: JsonObject): AdmittedPeer | { readonly problems: readonly string[] } | undefined {
  const profiles = isObject(endpoint.meta) ? endpoint.meta.profile : undefined;
  if (!Array.isArray(profiles) || !profiles.includes(PROFILE) || endpoint.status !== 'active') return undefined;
  const problems: string[] = [];
  const [settings, ...others] = settingsOf(endpoint, NAME, PARTS, problems);
  if (settings === undefined || others.length > 0) return { problems: [`${NAME} is not given once`] };
  const aeTitle = settings.text('ae-title') ?? '';
  if (!/^[!-[\]-~](?:[ -[\]-~]{0,14}[!-[\]-~])?$/.test(aeTitle)) {
    problems.push(`${NAME}: ae-title is not 1 to 16 characters without backslash`);
  }
  const networks = networksOf(settings.texts('address'), problems);
  const modalities = settings.texts('modality');
  if (problems.length > 0) return { problems };
  return { peer: { endpoint: String(endpoint.id), aeTitle, modalities, stations: stationsOf(endpoint) }, networks };
}

function networksOf(addresses: readonly string[], problems: string[]): Networks | undefined {
  if (addresses.length === 0) return undefined;
  try {
    return readNetworks(addresses.join());
  } catch {
    problems.push(`${NAME}: address is no IP address and no network such as 10.0.0.0/8`);
    return undefined;
  }
}

function stationsOf({ extension }: JsonObject): readonly string[] {
  const lists = objects(extension).filter(({ url }) => String(url).endsWith(`/${NAME}`));
  const parts = lists.flatMap((each) => objects(each.extension)).filter(({ url }) => url === 'station');
  return parts.flatMap(({ valueReference }) =>
    isObject(valueReference) && typeof valueReference.reference === 'string' ? [valueReference.reference] : [],
  );
}

function objects(list: JsonObject[string]): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}
