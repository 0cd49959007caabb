import { useState } from 'react';
import { dateText } from '../fhir/dates.ts';
import { Failure } from '../parts/failure.tsx';
import { Asked } from '../parts/asked.tsx';
import { Table } from '../parts/table.tsx';
import { useClinic } from '../shell/clinic.ts';
import { useDeed } from '../shell/deed.ts';
import { Link } from '../shell/link.tsx';
import { useLoaded } from '../shell/loaded.ts';
import { findMessages, type ListedMessage, type MessagePage, type MessageSearch } from './messages.ts';
import { StateTag } from './state-tag.tsx';

export interface MessageListProps {
  readonly search: MessageSearch;
  /** Another turn asks again. */
  readonly turn: number;
}

/** Messages, the newest first. */
export function MessageList({ search, turn }: MessageListProps) {
  const { server } = useClinic();
  const first = useLoaded(`${turn} ${JSON.stringify(search)}`, () => findMessages(server, search));
  return (
    <section aria-live="polite">
      <Asked answer={first}>{(page) => <Pages key={turn} search={search} first={page} />}</Asked>
    </section>
  );
}

function Pages({ search, first }: { readonly search: MessageSearch; readonly first: MessagePage }) {
  const { server } = useClinic();
  const [{ messages, next }, setShown] = useState(first);
  const asking = useDeed<MessagePage>();
  const more = (): void =>
    asking.start(async () => {
      const page = await findMessages(server, search, next);
      setShown({ messages: [...messages, ...page.messages], next: page.next });
      return page;
    });
  return (
    <>
      <Table
        caption={`${messages.length}${next === undefined ? '' : ' newest'} ${messages.length === 1 ? 'message' : 'messages'}`}
        rows={messages}
        keyOf={({ id }) => id}
        empty="There is no such message."
        columns={[
          { title: 'Received', cell: linkTo },
          { title: 'Partner', cell: ({ partner }) => partner },
          { title: 'Event', cell: ({ event, direction }) => `${event}${direction === 'out' ? ' (out)' : ''}` },
          { title: 'Control id', cell: ({ controlId }) => controlId },
          { title: 'State', cell: ({ state }) => <StateTag state={state} /> },
          { title: 'Why', cell: ({ why }) => why },
          { title: 'Resources', isNumber: true, cell: ({ resources }) => resources },
        ]}
      />
      <Failure error={asking.error} />
      {next !== undefined && (
        <button type="button" disabled={asking.isRunning} onClick={more}>
          Show more
        </button>
      )}
    </>
  );
}

function linkTo({ id, receivedAt }: ListedMessage) {
  return <Link to={`/messages/${id}`}>{dateText(receivedAt)}</Link>;
}
