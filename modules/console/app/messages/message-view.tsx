import { useState } from 'react';
import { dateText } from '../fhir/dates.ts';
import { Asked } from '../parts/asked.tsx';
import { Table } from '../parts/table.tsx';
import { useClinic } from '../shell/clinic.ts';
import { useLoaded } from '../shell/loaded.ts';
import { useLastLoaded } from './last-loaded.ts';
import { MessageActions } from './message-actions.tsx';
import { findMessage, type Message } from './messages.ts';
import { ProposalPanel } from './proposal-panel.tsx';
import { SegmentTables } from './segment-tables.tsx';
import { StateTag } from './state-tag.tsx';

/** One message: how it is with it, what can be done, and what is in it. */
export function MessageView({ id }: { readonly id: string }) {
  const { server } = useClinic();
  const [turn, setTurn] = useState(0);
  const answer = useLastLoaded(useLoaded(`${id} ${turn}`, () => findMessage(server, id)));
  return <Asked answer={answer}>{(message) => <Whole message={message} onDone={() => setTurn(turn + 1)} />}</Asked>;
}

interface WholeProps {
  readonly message: Message;
  onDone(): void;
}

function Whole({ message, onDone }: WholeProps) {
  return (
    <>
      <Facts message={message} />
      <MessageActions message={message} onDone={onDone} />
      {message.proposals.map((proposal) => (
        <ProposalPanel
          key={proposal.id}
          id={message.id}
          text={message.text ?? ''}
          proposal={proposal}
          onDone={onDone}
        />
      ))}
      <Tries tried={message.tried} />
      <SegmentTables {...message} />
    </>
  );
}

function Facts({ message }: { readonly message: Message }) {
  const { partner, receivedAt, event, controlId, state, why, facts, outcome, resources, superseded, unread } = message;
  const lists = [
    ['Made or changed', resources],
    ['Left as newer', superseded],
    ['Not read by any map', unread],
    ['The server said', outcome],
  ] as const;
  return (
    <section className="panel" aria-labelledby="message">
      <h2 id="message">
        {event} {controlId}
      </h2>
      <p>
        <StateTag state={state} /> {why}
      </p>
      <dl className="facts">
        {[['Partner', partner] as const, ['Received', dateText(receivedAt)] as const, ...facts].map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        {lists
          .filter(([, list]) => list.length > 0)
          .map(([name, list]) => (
            <div key={name} className="fact">
              <dt>{name}</dt>
              <dd>
                <ul className="plain">
                  {list.map((each) => (
                    <li key={each}>{each}</li>
                  ))}
                </ul>
              </dd>
            </div>
          ))}
      </dl>
    </section>
  );
}

function Tries({ tried }: Pick<Message, 'tried'>) {
  if (tried.length === 0) return null;
  return (
    <section className="panel">
      <Table
        caption="What was tried, and done by people"
        rows={tried}
        keyOf={({ at, kind }) => `${at} ${kind}`}
        empty=""
        columns={[
          { title: 'When', cell: ({ at }) => dateText(at) },
          { title: 'What', cell: ({ kind }) => kind },
          { title: 'Why', cell: ({ why }) => why },
          { title: 'Who', cell: ({ agent }) => agent },
        ]}
      />
    </section>
  );
}
