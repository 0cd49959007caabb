import { Table } from '../parts/table.tsx';
import type { Message } from './messages.ts';

/** The fields of a message by their names. */
export function SegmentTables({
  segments,
  fieldsLeft,
  unreadable,
}: Pick<Message, 'segments' | 'fieldsLeft' | 'unreadable'>) {
  return (
    <section className="panel" aria-labelledby="fields">
      <h2 id="fields">Fields</h2>
      {unreadable !== '' && <p>It cannot be read: {unreadable}</p>}
      {segments.map(({ place, name, fields }) => (
        <Table
          key={place}
          caption={`${place} ${name === '' ? 'not of the standard' : name}`}
          rows={fields}
          keyOf={(field) => field.place}
          empty=""
          columns={[
            { title: 'Place', cell: (field) => field.place },
            { title: 'Name', cell: (field) => field.name },
            { title: 'Value', cell: ({ value }) => value },
          ]}
        />
      ))}
      {fieldsLeft > 0 && <p>{fieldsLeft} further fields are not shown.</p>}
    </section>
  );
}
