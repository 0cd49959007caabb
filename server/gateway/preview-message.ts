import type { Operation } from '../fhir/operations/operation.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { ParameterDefinitions } from '../sdk/operation.ts';
import { group, objectsIn, parametersAnswer, shapedParts, textsIn, valueParts, type Shape } from './answer-parts.ts';
import type { GatewayLink } from './gateway-link.ts';
import { gatewayOperation } from './gateway-operation.ts';
import { CONTENT } from './operation-names.ts';
import { readable, visibleMessage } from './visible-message.ts';

const INPUT = {
  message: { type: 'id', min: 1, text: 'Id of a message that came in.' },
  text: { type: 'string', text: 'Another text in its place; default the message as it came.' },
  proposal: { type: 'id', text: 'A proposed text in its place.' },
} as const satisfies ParameterDefinitions;

const WHOLE: Shape = { reason: 'code', note: 'string', unread: 'string' };
const ELEMENT: Shape = { path: 'string', before: 'string', after: 'string' };
const MERGE: Shape = { source: 'string', target: 'string' };

export function previewMessage(gateway: GatewayLink): Operation {
  return gatewayOperation(gateway, {
    code: CONTENT.preview,
    title: 'What an HL7 message would change',
    text: 'What would become of an HL7 v2 message now, by the rules of now; nothing is changed.',
    affectsState: false,
    input: INPUT,
    answers:
      '"reason" and "note" where it would wait for a person, or do nothing; "change" with kind (create or update), type, reference, and "element" ' +
      '(path, before, after) for each value; hidden = true in place of both for what the caller may not see; "unread"; "superseded" ' +
      '(what is newer); "merge" with source and target.',
    async run(call, { message, text, proposal }) {
      await visibleMessage(call, `$${CONTENT.preview}`, message);
      const preview = await call.gateway.ask('preview', {
        id: message,
        ...(text === undefined ? {} : { text }),
        ...(proposal === undefined ? {} : { proposal }),
      });
      const changes = objectsIn(preview.changes);
      const stored = changes.filter(({ kind }) => kind === 'update').map(({ reference }) => String(reference));
      const [superseded, merges] = [textsIn(preview.superseded), objectsIn(preview.merges)];
      const merged = merges.flatMap(({ source, target }) => [String(source), String(target)]);
      const { seen } = await readable(call.engine, call.ctx, new Set([...stored, ...superseded, ...merged]));
      call.ctx.audit.note({ action: 'E', interaction: `$${CONTENT.preview}`, query: `message=${message}`, seen });
      const shown = new Set(seen.map(({ type, id }) => `${type}/${id}`));
      return parametersAnswer([
        ...shapedParts(WHOLE, preview),
        ...changes.flatMap((change) =>
          changePart(change, change.kind === 'create' || shown.has(String(change.reference))),
        ),
        ...superseded.flatMap((reference) =>
          shown.has(reference) ? valueParts('superseded', 'string', reference) : [],
        ),
        ...merges
          .filter(({ source, target }) => shown.has(String(source)) && shown.has(String(target)))
          .flatMap((merge) => group('merge', shapedParts(MERGE, merge))),
      ]);
    },
  });
}

/** @param isShown whether the caller may see what is stored */
function changePart(change: JsonObject, isShown: boolean): readonly JsonObject[] {
  const elements = objectsIn(change.elements).flatMap((each) => group('element', shapedParts(ELEMENT, each)));
  return group('change', [
    ...shapedParts({ kind: 'code', type: 'code' }, change),
    // Which one it is would tell that it is here.
    ...(isShown
      ? [...valueParts('reference', 'string', change.reference), ...elements]
      : valueParts('hidden', 'boolean', true)),
  ]);
}
