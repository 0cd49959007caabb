import { ownId, KEY_SYSTEM } from './canaries.ts';
import type { Look, Way } from './ways.ts';

/** The words of a canary stand in its tags. */
const SHOWN = 'meta { tag { code } }';
const JSON_BODY = { 'content-type': 'application/json' };

/** Resources, lists, counts, what refers to them and what they refer to, in `$graphql` at a place. */
export function graphqlWays(look: Look, place: string): readonly Way[] {
  const { type } = look.target;
  if (place !== '$graphql') return [ask(place, `{ ${SHOWN} }`), { method: 'GET', url: `${place}?query={id}` }];
  const tag = `_tag: "${KEY_SYSTEM}|${look.target.key}"`;
  return [
    ask(place, `{ ${type}(id: "${look.target.id}") { ${SHOWN} } }`),
    nothing(place, `{ ${type}List(${tag}) { ${SHOWN} } }`),
    ask(place, `{ ${type}List(_count: 1000) { ${SHOWN} } }`),
    nothing(place, `{ ${type}Connection(${tag}) { count edges { resource { ${SHOWN} } } } }`),
    ...referred(look, place),
    ...referring(look, place),
  ];
}

/** From the asker's resource of the type to all that it refers to. */
function referred({ engine, own, target: { type } }: Look, place: string): readonly Way[] {
  const names = (engine.definitions.type(type)?.elements ?? [])
    .filter(({ types, isChoice }) => !isChoice && types.some(({ code }) => code === 'Reference'))
    .map(({ name }) => `${name} { resource(optional: true) { ${SHOWN} } }`);
  return names.length === 0 ? [] : [ask(place, `{ ${type}(id: "${ownId(own, type)}") { ${names.join(' ')} } }`)];
}

/** From the patient of the asker and of the target's owner to all that refers to them. */
function referring({ engine, own, target: { type, owner, key } }: Look, place: string): readonly Way[] {
  const params = engine.registry
    .compartmentParams('Patient', type)
    .filter(({ targets }) => targets.includes('Patient'));
  return [own, owner].flatMap((name) =>
    params.map(({ code }) => {
      const list = `${type}List(_reference: "${code}", _tag: "${KEY_SYSTEM}|${key}") { ${SHOWN} }`;
      return nothing(place, `{ Patient(id: "${ownId(name, 'Patient')}") { ${list} } }`);
    }),
  );
}

function ask(url: string, query: string): Way {
  return { method: 'POST', url, headers: JSON_BODY, body: { query } };
}

function nothing(url: string, query: string): Way {
  return { ...ask(url, query), findsNothing: true };
}
