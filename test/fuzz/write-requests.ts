import type { Random } from '../../server/import/demo-clinic/random.ts';
import { BASE, hostilePart, json, type FuzzRequest, type Seed, type Seeds } from './fuzz-request.ts';
import { mutateResource, mutateText } from './mutate.ts';

function writeTarget(random: Random, { resourceType, id }: Seed): readonly [string, string] {
  return random.pick([
    ['POST', `${BASE}/${resourceType}`],
    ['PUT', `${BASE}/${resourceType}/${id}`],
    ['PUT', `${BASE}/${resourceType}?identifier=${hostilePart(random)}`],
    ['POST', `${BASE}/${resourceType}/$validate`],
    ['PUT', `${BASE}/${resourceType}/${hostilePart(random)}`],
  ]);
}

export function resourceWrite(random: Random, seeds: Seeds): FuzzRequest {
  const seed = random.pick(seeds);
  return json(...writeTarget(random, seed), JSON.stringify(mutateResource(random, seed)));
}

export function damagedText(random: Random, seeds: Seeds): FuzzRequest {
  const seed = random.pick(seeds);
  return json(...writeTarget(random, seed), mutateText(random, JSON.stringify(seed)));
}

export function bundle(random: Random, seeds: Seeds): FuzzRequest {
  const entries = Array.from({ length: random.between(0, 4) }, () => {
    const seed = random.pick(seeds);
    return {
      fullUrl: random.pick(['urn:uuid:1', 'urn:uuid:2', `${seed.resourceType}/${seed.id}`, '']),
      resource: seed,
      request: {
        method: random.pick(['POST', 'PUT', 'GET', 'DELETE', 'PATCH', 'BREW']),
        url: random.pick([
          seed.resourceType,
          `${seed.resourceType}/${seed.id}`,
          `${seed.resourceType}?name=a`,
          '',
          '/',
          '?',
          '$everything',
          'Patient/$',
        ]),
      },
    };
  });
  const text = JSON.stringify(
    mutateResource(random, {
      resourceType: 'Bundle',
      type: random.pick(['batch', 'transaction', 'history', '']),
      entry: entries,
    }),
  );
  return json('POST', BASE + random.pick(['', '/', '/Bundle']), text);
}

export function patch(random: Random, seeds: Seeds): FuzzRequest {
  const { resourceType, id } = random.pick(seeds);
  const operation = {
    op: random.pick(['add', 'remove', 'replace', 'move', 'copy', 'test', 'bogus']),
    path: random.pick([
      '/active',
      '/name/0/given/-',
      '/name/99',
      '/__proto__/a',
      '/id',
      '/meta/versionId',
      '',
      '/',
      '/~3',
      'active',
      '/contained/-',
    ]),
    from: random.pick(['/name', '/nothing', '']),
    value: random.pick<unknown>([true, 'x', null, {}, [], 1e300, 'a'.repeat(1000)]),
  };
  const text = JSON.stringify(
    mutateResource(
      random,
      Array.from({ length: random.between(1, 3) }, () => ({ ...operation })),
    ),
  );
  return json(
    'PATCH',
    `${BASE}/${resourceType}/${id}`,
    text,
    random.pick(['application/json-patch+json', 'application/fhir+json', 'application/json']),
  );
}

export function xml(random: Random, seeds: Seeds): FuzzRequest {
  const { resourceType } = random.pick(seeds);
  const text = random.pick([
    `<${resourceType} xmlns="http://hl7.org/fhir"><id value="x"/></${resourceType}>`,
    `<${resourceType} xmlns="http://hl7.org/fhir"><unknown value="x"/></${resourceType}>`,
    `<!DOCTYPE a [<!ENTITY b "c">]><${resourceType} xmlns="http://hl7.org/fhir">&b;</${resourceType}>`,
    `<${resourceType}`,
    '<a>'.repeat(5000),
    `<${resourceType} xmlns="http://hl7.org/fhir"><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><script/></div></text></${resourceType}>`,
  ]);
  return json(random.pick(['POST', 'PUT']), `${BASE}/${resourceType}`, text, 'application/fhir+xml');
}
