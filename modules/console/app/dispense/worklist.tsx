import type { MedicationRequest, Patient } from '@medplum/fhirtypes';
import { dateText } from '../fhir/dates.ts';
import { idOf, nameText } from '../fhir/text.ts';
import { medicationText } from '../medication/medication-text.ts';
import { Asked } from '../parts/asked.tsx';
import { Table } from '../parts/table.tsx';
import { useClinic } from '../shell/clinic.ts';
import { Link } from '../shell/link.tsx';
import { useLoaded } from '../shell/loaded.ts';

/** Prescriptions in force that the pharmacy may dispense, newest first. */
export function Worklist() {
  const { server } = useClinic();
  const answer = useLoaded('worklist', () =>
    server.search<MedicationRequest>('MedicationRequest', {
      status: 'active',
      intent: 'order',
      _include: 'MedicationRequest:patient',
      _sort: '-authoredon',
      _count: '100',
    }),
  );
  return (
    <section className="panel">
      <Asked answer={answer}>
        {({ matches, included }) => (
          <Table
            caption="Prescriptions in force"
            rows={matches}
            keyOf={({ id }) => id ?? ''}
            empty="There are none."
            columns={[
              {
                title: 'Medicine',
                cell: (order) => <Link to={`/dispense/${order.id ?? ''}`}>{medicationText(order)}</Link>,
              },
              {
                title: 'Patient',
                cell: ({ subject }) => {
                  const patient = included.find((each): each is Patient => each.id === idOf(subject));
                  return patient === undefined ? '' : nameText(patient.name);
                },
              },
              { title: 'Ordered', cell: ({ authoredOn }) => dateText(authoredOn) },
            ]}
          />
        )}
      </Asked>
    </section>
  );
}
