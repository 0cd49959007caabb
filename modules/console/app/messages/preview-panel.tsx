import { Asked } from '../parts/asked.tsx';
import { Table } from '../parts/table.tsx';
import { useClinic } from '../shell/clinic.ts';
import { useLoaded } from '../shell/loaded.ts';
import { findPreview, type Preview, type PreviewedText } from './preview.ts';

export interface PreviewPanelProps {
  readonly id: string;
  readonly other: PreviewedText;
}

/** What would become of a message, or of another text of it; nothing is changed. */
export function PreviewPanel({ id, other }: PreviewPanelProps) {
  const { server } = useClinic();
  const answer = useLoaded(`${id} ${JSON.stringify(other)}`, () => findPreview(server, id, other));
  return (
    <section aria-live="polite">
      <h3>What would change</h3>
      <Asked answer={answer}>{(preview) => <Changes {...preview} />}</Asked>
    </section>
  );
}

function Changes({ note, changes, superseded, unread }: Preview) {
  return (
    <>
      {note !== '' && <p className="warning">{note}</p>}
      {note === '' && changes.length === 0 && <p>Nothing.</p>}
      {changes.map(({ kind, type, reference, isHidden, elements }, place) => {
        const title = kind === 'create' ? `New: ${type}` : `Changed: ${reference === '' ? type : reference}`;
        if (isHidden) return <p key={place}>{title}. You may not see what is stored.</p>;
        return (
          <Table
            key={place}
            caption={title}
            rows={elements}
            keyOf={({ path }) => path}
            empty={title}
            columns={[
              { title: 'Element', cell: ({ path }) => path },
              ...(kind === 'create'
                ? []
                : [
                    { title: 'Now', cell: ({ before }: { readonly before: string }) => (before === '' ? '–' : before) },
                  ]),
              { title: kind === 'create' ? 'Value' : 'Then', cell: ({ after }) => (after === '' ? '–' : after) },
            ]}
          />
        );
      })}
      {superseded.length > 0 && <p>Stays as it is, since it is newer: {superseded.join(', ')}</p>}
      {unread.length > 0 && <p>Not read by any map: {unread.join(', ')}</p>}
    </>
  );
}
