import type { Observation } from '@medplum/fhirtypes';
import { dateText } from '../fhir/dates.ts';
import { conceptText } from '../fhir/text.ts';
import { Asked } from '../parts/asked.tsx';
import { Table } from '../parts/table.tsx';
import { useClinic } from '../shell/clinic.ts';
import { useLoaded } from '../shell/loaded.ts';
import { newestPerCode, valueText } from './vitals.ts';

/** The newest of each vital sign. */
export function VitalsPanel({ id }: { readonly id: string }) {
  const { server } = useClinic();
  const answer = useLoaded(id, () =>
    server.search<Observation>('Observation', {
      patient: `Patient/${id}`,
      category: 'vital-signs',
      'status:not': 'entered-in-error,cancelled',
      _sort: '-date',
      _count: '200',
    }),
  );
  return (
    <section className="panel" aria-labelledby="vitals">
      <h2 id="vitals">Vital signs</h2>
      <Asked answer={answer}>
        {({ matches }) => (
          <Table
            caption="Newest of each"
            rows={newestPerCode(matches)}
            keyOf={(row) => row.id ?? ''}
            empty="None recorded."
            columns={[
              { title: 'Sign', cell: ({ code }) => conceptText(code) },
              { title: 'Value', cell: valueText },
              { title: 'When', cell: ({ effectiveDateTime, issued }) => dateText(effectiveDateTime ?? issued) },
            ]}
          />
        )}
      </Asked>
    </section>
  );
}
