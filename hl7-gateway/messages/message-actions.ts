import type { JsonObject } from '../../server/kernel/json.ts';
import type { Log } from '../../server/kernel/log.ts';
import { approveEdit, proposeEdit, refuseEdit } from '../inbox/edit-message.ts';
import { dismiss, reprocess } from '../inbox/reprocess.ts';
import type { Partners } from '../partner/partners.ts';
import { inboxFigures } from '../store/inbox-figures.ts';
import type { Store } from '../store/open-store.ts';
import { cancelMessages, queueFigures, resendMessages } from '../store/outgoing-people.ts';
import { searchMessages, type MessageFilter } from '../store/search-messages.ts';
import { fault } from '../../server/kernel/fault.ts';
import type { ActionInput } from './action-input.ts';
import { erasePatient } from './erase-patient.ts';
import { expectProposal, previewMessage, typedBytes, type PreviewPorts } from './preview-message.ts';
import { showMessage } from './show-message.ts';

export interface ActionPorts {
  readonly store: Store;
  readonly ports: PreviewPorts;
  readonly partners: Pick<Partners, 'all' | 'refresh'>;
  readonly log: Log;
  /** There is work that was stored past the inbox. */
  wake(): void;
}

/** What the FHIR server asks for its users; `agent` and `author` are who they are, for the record. */
export type Action = (ports: ActionPorts, input: ActionInput) => Promise<JsonObject>;

const USUAL = 50;
const MOST = 200;
/** Of a destination, that are sent again at once. */
const MOST_RESENT = 500;

async function search({ store, ports }: ActionPorts, input: ActionInput): Promise<JsonObject> {
  const count = Math.max(1, Math.min(input.optionalNumber('count') ?? USUAL, MOST));
  const states = input.texts('states');
  const criteria = {
    direction: input.optionalText('direction'),
    states: states.length === 0 ? undefined : states,
    partner: input.optionalText('partner'),
    event: input.optionalText('event'),
    controlId: input.optionalText('controlId'),
    patient: input.optionalText('patient'),
    order: input.optionalText('order'),
    visit: input.optionalText('visit'),
    since: input.optionalInstant('since'),
    until: input.optionalInstant('until'),
    before: input.optionalNumber('before'),
  };
  const asked = Object.entries(criteria).filter(([, value]) => value !== undefined);
  // The server has checked directions and states; others find nothing.
  const filter = Object.fromEntries(asked) as MessageFilter;
  const found = await searchMessages(store, { ...filter, limit: count + 1 });
  const messages = found.slice(0, count);
  const last = messages.at(-1);
  return {
    // Of the resources whose ids a list would tell, whoever may see them learns by the message itself.
    messages: messages.map(({ resources, ...message }) => ({
      ...message,
      partnerName: ports.partners.byId(message.partner)?.name ?? '',
      resources: resources.length,
    })),
    ...(found.length > count && last !== undefined ? { next: last.seq } : {}),
  };
}

async function replay({ store, wake }: ActionPorts, input: ActionInput): Promise<JsonObject> {
  const [ids, agent] = [input.ids('ids'), input.text('agent')];
  const done = [...(await reprocess(store, ids, agent)), ...(await resendMessages(store, ids, agent))];
  wake();
  return { done };
}

async function dismissAction({ store }: ActionPorts, input: ActionInput): Promise<JsonObject> {
  const [ids, agent, why] = [input.ids('ids'), input.text('agent'), input.text('why')];
  return { done: [...(await dismiss(store, ids, agent, why)), ...(await cancelMessages(store, ids, agent, why))] };
}

async function propose({ store, ports }: ActionPorts, input: ActionInput): Promise<JsonObject> {
  const [message, author, explanation] = [input.id('id'), input.text('author'), input.text('explanation')];
  const bytes = await typedBytes(store, ports, message, input.text('text'));
  return { proposal: await proposeEdit(store, { message, bytes, author, explanation }, ports.now()) };
}

async function decide({ store, ports, wake }: ActionPorts, input: ActionInput): Promise<JsonObject> {
  const [proposal, agent, decision] = [input.id('proposal'), input.text('agent'), input.text('decision')];
  // Who decides has seen the message that they name.
  await expectProposal(store, input.id('id'), proposal);
  if (decision === 'approve') {
    const message = await approveEdit(store, ports, proposal, agent);
    wake();
    return { message };
  }
  if (decision !== 'refuse') throw fault('hl7.badInput', 422, 'value', 'A decision is approve or refuse.');
  await refuseEdit(store, proposal, agent);
  return {};
}

async function status({ store, partners }: ActionPorts): Promise<JsonObject> {
  const { states, parked, unmappedCodes } = await inboxFigures(store);
  const waiting = new Map((await queueFigures(store)).map((each) => [each.destination, each]));
  return {
    states: states.map((each) => ({ ...each })),
    parked: parked.map((each) => ({ ...each })),
    unmappedCodes,
    partners: partners.all().map(({ id, name, isActive, destination }) => ({
      ...{ id, name, isActive },
      ...(destination === undefined
        ? {}
        : {
            isPaused: destination.isPaused ?? false,
            waiting: waiting.get(id)?.waiting ?? 0,
            oldest: waiting.get(id)?.oldest ?? 0,
          }),
    })),
  };
}

/** Sends again, in their old order, what a destination has refused or has not taken. */
async function resend({ store }: ActionPorts, input: ActionInput): Promise<JsonObject> {
  const [partner, agent] = [input.text('partner'), input.text('agent')];
  const filter = { direction: 'out', partner, states: ['rejected', 'dead'], limit: MOST_RESENT } as const;
  const ids = (await searchMessages(store, filter)).map(({ id }) => id);
  return { done: [...(await resendMessages(store, ids, agent))] };
}

/** An Endpoint was changed: what it says is to hold now. */
async function reread({ partners }: ActionPorts): Promise<JsonObject> {
  await partners.refresh();
  return {};
}

function erase({ store }: ActionPorts, input: ActionInput): Promise<JsonObject> {
  return erasePatient(store, {
    patient: input.text('patient'),
    names: input.texts('names'),
    numbers: input.texts('numbers'),
    families: input.texts('families'),
    birthDates: input.texts('birthDates'),
  });
}

/** By the last part of the path. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['search', search],
  ['show', ({ store, ports }, input) => showMessage(store, ports.partners, input.id('id'))],
  [
    'preview',
    ({ store, ports, log }, input) =>
      previewMessage(store, ports, log, {
        id: input.id('id'),
        ...(input.optionalText('text') === undefined ? {} : { text: input.text('text') }),
        ...(input.optionalText('proposal') === undefined ? {} : { proposal: input.id('proposal') }),
      }),
  ],
  ['replay', replay],
  ['dismiss', dismissAction],
  ['propose', propose],
  ['decide', decide],
  ['status', status],
  ['resend', resend],
  ['reread', reread],
  ['erase', erase],
]);
