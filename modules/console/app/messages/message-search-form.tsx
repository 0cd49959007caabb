import type { SubmitEvent } from 'react';
import { Choice, Field } from '../parts/field.tsx';
import type { PartnerState } from './gateway-state.ts';
import type { MessageSearch } from './messages.ts';

export interface MessageSearchFormProps {
  readonly partners: readonly PartnerState[];
  readonly search: MessageSearch;
  onSearch(search: MessageSearch): void;
}

/** Which messages are shown. */
export function MessageSearchForm({ partners, search, onSearch }: MessageSearchFormProps) {
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const textOf = (name: keyof MessageSearch): string => String(form.get(name) ?? '').trim();
    onSearch({
      direction: textOf('direction'),
      states: textOf('states'),
      partner: textOf('partner'),
      event: textOf('event'),
      controlId: textOf('controlId'),
      patient: textOf('patient'),
      order: textOf('order'),
      since: textOf('since'),
      until: textOf('until'),
    });
  };
  return (
    <form role="search" className="panel" onSubmit={submit}>
      <div className="fields">
        <Choice label="State" name="states" defaultValue={search.states}>
          <option value="parked dead rejected">Waits for a person, or was refused</option>
          <option value="">All</option>
          <option value="received failed queued sending waiting">Under way</option>
          <option value="applied acked">Applied, or taken by its partner</option>
          <option value="ignored superseded cancelled split">Ended otherwise</option>
        </Choice>
        <Choice label="Direction" name="direction" defaultValue={search.direction}>
          <option value="">Both</option>
          <option value="in">Came in</option>
          <option value="out">Goes out</option>
        </Choice>
        <Choice label="Partner" name="partner" defaultValue={search.partner}>
          <option value="">All</option>
          {partners.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Choice>
        <Field label="Event" name="event" defaultValue={search.event} hint="Such as ORU^R01." />
        <Field label="Control id" name="controlId" defaultValue={search.controlId} hint="MSH-10." />
        <Field label="Patient number" name="patient" defaultValue={search.patient} hint="As the message has it." />
        <Field label="Order number" name="order" defaultValue={search.order} />
        <Field label="Received from" name="since" type="date" defaultValue={search.since} />
        <Field label="Received until" name="until" type="date" defaultValue={search.until} />
      </div>
      <button className="main">Find</button>
    </form>
  );
}
