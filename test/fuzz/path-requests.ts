import type { Random } from '../../server/import/demo-clinic/random.ts';
import { BASE, hostilePart, type FuzzRequest, type Seeds } from './fuzz-request.ts';

export function plainPath(random: Random, seeds: Seeds): FuzzRequest {
  const { resourceType, id } = random.pick(seeds);
  const hostile = hostilePart(random);
  const target = random.pick([
    `${BASE}/${resourceType}/${id}/_history/${hostile}`,
    `${BASE}/${resourceType}/${id}/_history?_since=${hostile}`,
    `${BASE}/${resourceType}/_history?_count=${hostile}`,
    `${BASE}/${hostile}`,
    `${BASE}/${resourceType}/${id}/$everything?start=${hostile}`,
    `${BASE}/${resourceType}/${id}/$meta`,
    `${BASE}/$${resourceType}`,
    `${BASE}/%`,
    `${BASE}/${resourceType}/%ff`,
    `${BASE}//${resourceType}`,
    `${BASE}/${resourceType}/${id}/${resourceType}/${id}`,
    `${BASE}/metadata?mode=${hostile}`,
  ]);
  return {
    method: random.pick(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND']),
    target,
    headers: {},
  };
}
