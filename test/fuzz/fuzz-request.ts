import type { Random } from '../../server/import/demo-clinic/random.ts';
import { HOSTILE_TEXTS } from './hostile-values.ts';

export interface FuzzRequest {
  readonly method: string;
  /** Request target as it goes over the wire: the path from the server's root, with query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** A valid resource to start from. */
export interface Seed {
  readonly resourceType: string;
  readonly id: string;
}

export type Seeds = readonly [Seed, ...Seed[]];

export const BASE = '/fhir/R4';

/** Makes one request. */
export type Kind = (random: Random, seeds: Seeds) => FuzzRequest;

export function json(method: string, target: string, body: string, type = 'application/fhir+json'): FuzzRequest {
  return { method, target, headers: { 'content-type': type }, body: Buffer.from(body) };
}

/** A hostile text as it can stand in a URL. */
export function hostilePart(random: Random): string {
  return encodeURIComponent(random.pick(HOSTILE_TEXTS).toWellFormed());
}
