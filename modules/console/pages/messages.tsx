import { useState } from 'react';
import { GatewayPanel } from '../app/messages/gateway-panel.tsx';
import { findGatewayState } from '../app/messages/gateway-state.ts';
import { useLastLoaded } from '../app/messages/last-loaded.ts';
import { MessageList } from '../app/messages/message-list.tsx';
import { MessageSearchForm } from '../app/messages/message-search-form.tsx';
import { MessageView } from '../app/messages/message-view.tsx';
import type { MessageSearch } from '../app/messages/messages.ts';
import { Asked } from '../app/parts/asked.tsx';
import { Heading } from '../app/parts/heading.tsx';
import { useClinic } from '../app/shell/clinic.ts';
import { Link } from '../app/shell/link.tsx';
import { useLoaded } from '../app/shell/loaded.ts';
import type { PageProps } from '../app/shell/pages.ts';

/** HL7 messages: what other systems sent, and what goes to them. */
export function Page({ rest: [id] }: PageProps) {
  if (id === undefined) return <Messages />;
  return (
    <>
      <Heading>HL7 message</Heading>
      <p>
        <Link to="/messages">All messages</Link>
      </p>
      <MessageView id={id} />
    </>
  );
}

const FIRST: MessageSearch = {
  direction: '',
  states: 'parked dead rejected',
  partner: '',
  event: '',
  controlId: '',
  patient: '',
  order: '',
  since: '',
  until: '',
};

function Messages() {
  const { server } = useClinic();
  const [asked, setAsked] = useState({ search: FIRST, turn: 0 });
  const [change, setChange] = useState(0);
  const state = useLastLoaded(useLoaded(`${change}`, () => findGatewayState(server)));
  return (
    <>
      <Heading>HL7 messages</Heading>
      <Asked answer={state}>
        {(value) => (
          <>
            <GatewayPanel state={value} onChange={() => setChange(change + 1)} />
            <MessageSearchForm
              partners={value.partners}
              search={asked.search}
              onSearch={(search) => setAsked({ search, turn: asked.turn + 1 })}
            />
            <MessageList search={asked.search} turn={asked.turn} />
          </>
        )}
      </Asked>
    </>
  );
}
