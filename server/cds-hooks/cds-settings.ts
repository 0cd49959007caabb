import { isObject, parseJson, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { CdsClient } from './caller.ts';

/** An external server of CDS services that this clinic asks. */
export interface CdsServer {
  /** Its `/cds-services`. */
  readonly url: string;
  readonly tenant: number;
  /** Ids of the services to be asked; undefined: all. */
  readonly services: readonly string[] | undefined;
  /** Milliseconds for each of them. */
  readonly timeout: number;
}

export interface CdsSettings {
  /** Who may call the services of this server. */
  readonly clients: readonly CdsClient[];
  readonly servers: readonly CdsServer[];
}

const MAIN_TENANT = 1;
const TIMEOUT = 2000;

/**
 * Reads the file of the setting CDS_HOOKS (server/docs/cds-hooks.md).
 * @throws Error that says which entry is wrong, and what would be accepted
 */
export function readCdsSettings(text: string): CdsSettings {
  const settings = parseJson(text);
  if (!isObject(settings)) throw new Error('it must be a JSON object with "clients" and "servers"');
  const { clients = [], servers = [] } = settings;
  const read = listOf(clients, 'clients').map((client, index) => clientOf(client, `clients[${index}]`));
  const names = read.map(({ issuer, organization }) => JSON.stringify([issuer, organization]));
  const twice = names.findIndex((name, index) => names.indexOf(name) < index);
  if (twice !== -1) throw new Error(`clients[${twice}] has the issuer and organization of another one`);
  return {
    clients: read,
    servers: listOf(servers, 'servers').map((server, index) => serverOf(server, `servers[${index}]`)),
  };
}

function clientOf(client: JsonObject, place: string): CdsClient {
  const { issuer, organization, tenant = MAIN_TENANT, scopes = [], fhirServers = [], jwks, jwksUri } = client;
  const keys = isObject(jwks) && Array.isArray(jwks.keys) ? jwks.keys.filter(isObject) : [];
  if (keys.length > 0 === (jwksUri !== undefined)) throw new Error(`${place} needs either jwks or jwksUri`);
  if (keys.some(({ d, k }) => d !== undefined || k !== undefined))
    throw new Error(`${place}.jwks must have public keys only`);
  return {
    issuer: textOf(issuer, `${place}.issuer`),
    ...(organization === undefined ? {} : { organization: textOf(organization, `${place}.organization`) }),
    tenant: tenantOf(tenant, place),
    scopes: textsOf(scopes, `${place}.scopes`),
    fhirServers: textsOf(fhirServers, `${place}.fhirServers`).map((url) => webUrl(url, `${place}.fhirServers`)),
    keys: jwksUri === undefined ? { jwks: keys } : { jwksUri: webUrl(jwksUri, `${place}.jwksUri`) },
  };
}

function serverOf({ url, tenant = MAIN_TENANT, services, timeout = TIMEOUT }: JsonObject, place: string): CdsServer {
  if (typeof timeout !== 'number' || !(timeout >= 1 && timeout <= 60_000)) {
    throw new Error(`${place}.timeout must be 1 to 60000 ms`);
  }
  return {
    url: webUrl(url, `${place}.url`),
    tenant: tenantOf(tenant, place),
    services: services === undefined ? undefined : textsOf(services, `${place}.services`),
    timeout,
  };
}

function tenantOf(tenant: JsonValue, place: string): number {
  if (typeof tenant === 'number' && Number.isInteger(tenant) && tenant >= 1 && tenant <= 32_767) return tenant;
  throw new Error(`${place}.tenant must be the number of a tenant`);
}

/** Without a slash at the end. */
function webUrl(value: JsonValue | undefined, place: string): string {
  const text = textOf(value, place);
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) throw new Error(`${place} must be an https URL`);
  return text.replace(/\/$/, '');
}

function textsOf(value: JsonValue, place: string): readonly string[] {
  if (!Array.isArray(value)) throw new Error(`${place} must be a list of texts`);
  return value.map((text) => textOf(text, place));
}

function textOf(value: JsonValue | undefined, place: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`${place} must be a text`);
}

function listOf(value: JsonValue, place: string): readonly JsonObject[] {
  if (Array.isArray(value) && value.every(isObject)) return value;
  throw new Error(`"${place}" must be a list of objects`);
}
