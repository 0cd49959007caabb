import type { Condition } from '@medplum/fhirtypes';
import { dateText } from '../fhir/dates.ts';
import { conceptText } from '../fhir/text.ts';
import { Asked } from '../parts/asked.tsx';
import { Table } from '../parts/table.tsx';
import { useClinic } from '../shell/clinic.ts';
import { useLoaded } from '../shell/loaded.ts';

/** What the patient suffers from now. */
export function ProblemPanel({ id }: { readonly id: string }) {
  const { server } = useClinic();
  const answer = useLoaded(id, () =>
    server.search<Condition>('Condition', {
      patient: `Patient/${id}`,
      'clinical-status': 'active,recurrence,relapse',
      'verification-status:not': 'entered-in-error,refuted',
      _sort: '-onset-date',
      _count: '100',
    }),
  );
  return (
    <section className="panel" aria-labelledby="problems">
      <h2 id="problems">Problems</h2>
      <Asked answer={answer}>
        {({ matches }) => (
          <Table
            caption="Active problems"
            rows={matches}
            keyOf={(row) => row.id ?? ''}
            empty="None recorded."
            columns={[
              { title: 'Problem', cell: ({ code }) => conceptText(code) },
              { title: 'Since', cell: ({ onsetDateTime, recordedDate }) => dateText(onsetDateTime ?? recordedDate) },
              { title: 'Certainty', cell: ({ verificationStatus }) => conceptText(verificationStatus) },
            ]}
          />
        )}
      </Asked>
    </section>
  );
}
