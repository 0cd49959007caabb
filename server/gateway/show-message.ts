import { agentNames } from '../audit/operations/agent-names.ts';
import type { Operation } from '../fhir/operations/operation.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { ParameterDefinitions } from '../sdk/operation.ts';
import { group, objectsIn, parametersAnswer, shapedParts, valueParts, type Shape } from './answer-parts.ts';
import type { GatewayLink } from './gateway-link.ts';
import { gatewayOperation } from './gateway-operation.ts';
import { CONTENT } from './operation-names.ts';
import { visibleMessage } from './visible-message.ts';

const INPUT = { message: { type: 'id', min: 1, text: 'Id of the message.' } } as const satisfies ParameterDefinitions;

const MESSAGE: Shape = {
  id: 'id',
  direction: 'code',
  partner: 'string',
  partnerName: 'string',
  remoteAddress: 'string',
  receivedAt: 'instant',
  event: 'string',
  controlId: 'string',
  version: 'string',
  charset: 'string',
  charsetRule: 'code',
  size: 'integer',
  parent: 'id',
  state: 'code',
  reason: 'code',
  note: 'string',
  outcome: 'string',
  task: 'Reference',
  attempts: 'integer',
  endedAt: 'instant',
  replyCode: 'code',
  resources: 'Reference',
  superseded: 'Reference',
  unread: 'string',
  unreadable: 'string',
  fieldsLeft: 'integer',
  text: 'string',
};

const TRIED: Shape = {
  at: 'instant',
  kind: 'code',
  reason: 'code',
  note: 'string',
  agent: 'string',
  agentName: 'string',
};
const FIELD: Shape = { place: 'string', name: 'string', value: 'string' };
const PROPOSAL: Shape = {
  id: 'id',
  state: 'code',
  author: 'string',
  authorName: 'string',
  explanation: 'string',
  at: 'instant',
  decidedBy: 'string',
  decidedByName: 'string',
  text: 'string',
};

export function showMessage(gateway: GatewayLink): Operation {
  return gatewayOperation(gateway, {
    code: CONTENT.show,
    title: 'HL7 message',
    text: 'One HL7 v2 message: its fields by their names, the resources that it made, what was tried, what no map has read.',
    affectsState: false,
    input: INPUT,
    answers:
      'id, direction, partner, partner-name, remote-address, received-at, event, control-id, version, charset, charset-rule, size, parent, state, reason, note, ' +
      'outcome (what the server had against it), task, attempts, ended-at, reply-code, resources, superseded (what it found newer), unread, ' +
      'text (where people may change it); "segment" with place, name and "field" (place, name, value); "tried" with at, kind, reason, note, agent, agent-name; ' +
      '"proposal" with id, state, author, author-name, explanation, at, decided-by, decided-by-name, text.',
    async run(call, { message }) {
      const shown = await visibleMessage(call, `$${CONTENT.show}`, message);
      const people = [...objectsIn(shown.tried), ...objectsIn(shown.edits)]
        .flatMap(({ agent, author, decidedBy }) => [agent, author, decidedBy])
        .filter((each) => typeof each === 'string');
      const names = await agentNames(call.engine, call.ctx, people);
      const named = (each: JsonObject): JsonObject => {
        const nameOf = (who: JsonObject[string]): string => names.get(String(who)) ?? '';
        const { agent, author, decidedBy } = each;
        return { ...each, agentName: nameOf(agent), authorName: nameOf(author), decidedByName: nameOf(decidedBy) };
      };
      return parametersAnswer([
        ...shapedParts(MESSAGE, shown),
        ...objectsIn(shown.segments).flatMap(segmentPart),
        ...objectsIn(shown.tried).flatMap((each) => group('tried', shapedParts(TRIED, named(each)))),
        ...objectsIn(shown.edits).flatMap((each) => group('proposal', shapedParts(PROPOSAL, named(each)))),
      ]);
    },
  });
}

function segmentPart({ place, name, fields }: JsonObject): readonly JsonObject[] {
  return group('segment', [
    ...valueParts('place', 'string', place),
    ...valueParts('name', 'string', name),
    ...objectsIn(fields).flatMap((each) => group('field', shapedParts(FIELD, each))),
  ]);
}
