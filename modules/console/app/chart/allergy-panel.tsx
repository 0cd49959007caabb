import type { AllergyIntolerance } from '@medplum/fhirtypes';
import { conceptText } from '../fhir/text.ts';
import { Asked } from '../parts/asked.tsx';
import { Table } from '../parts/table.tsx';
import { useClinic } from '../shell/clinic.ts';
import { useLoaded } from '../shell/loaded.ts';

/** What the patient must not have, and what is known of it. */
export function AllergyPanel({ id }: { readonly id: string }) {
  const { server } = useClinic();
  const answer = useLoaded(id, () =>
    server.search<AllergyIntolerance>('AllergyIntolerance', {
      patient: `Patient/${id}`,
      'verification-status:not': 'entered-in-error',
      _count: '100',
    }),
  );
  return (
    <section className="panel" aria-labelledby="allergies">
      <h2 id="allergies">Allergies</h2>
      <Asked answer={answer}>
        {({ matches }) => (
          <Table
            caption="Allergies and intolerances"
            rows={matches}
            keyOf={(row) => row.id ?? ''}
            empty="None recorded; nobody has said that there are none."
            columns={[
              { title: 'To', cell: ({ code }) => conceptText(code) },
              {
                title: 'Reaction',
                cell: ({ reaction = [] }) =>
                  reaction.flatMap(({ manifestation }) => manifestation.map(conceptText)).join(', '),
              },
              { title: 'Criticality', cell: ({ criticality }) => criticality ?? '' },
              { title: 'State', cell: ({ clinicalStatus }) => conceptText(clinicalStatus) },
            ]}
          />
        )}
      </Asked>
    </section>
  );
}
