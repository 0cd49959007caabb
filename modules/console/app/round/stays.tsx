import type { Encounter, Patient } from '@medplum/fhirtypes';
import { dateText } from '../fhir/dates.ts';
import { idOf, nameText } from '../fhir/text.ts';
import { Asked } from '../parts/asked.tsx';
import { Table } from '../parts/table.tsx';
import { useClinic } from '../shell/clinic.ts';
import { Link } from '../shell/link.tsx';
import { useLoaded } from '../shell/loaded.ts';

/** Who is on the wards. */
export function Stays() {
  const { server } = useClinic();
  const answer = useLoaded('stays', () =>
    server.search<Encounter>('Encounter', {
      status: 'in-progress',
      class: 'IMP',
      _include: 'Encounter:patient',
      _count: '200',
    }),
  );
  return (
    <section className="panel">
      <Asked answer={answer}>
        {({ matches, included }) => (
          <Table
            caption="In-patients"
            rows={matches}
            keyOf={({ id }) => id ?? ''}
            empty="Nobody is admitted."
            columns={[
              {
                title: 'Patient',
                cell: ({ id, subject }) => {
                  const patient = included.find((each): each is Patient => each.id === idOf(subject));
                  return (
                    <Link to={`/round/${id ?? ''}`}>{patient === undefined ? 'Somebody' : nameText(patient.name)}</Link>
                  );
                },
              },
              {
                title: 'Bed',
                cell: ({ location = [] }) =>
                  location
                    .filter(({ status }) => status !== 'completed')
                    .flatMap((place) => place.location.display ?? [])
                    .join(', '),
              },
              { title: 'Since', cell: ({ period }) => dateText(period?.start) },
            ]}
          />
        )}
      </Asked>
    </section>
  );
}
