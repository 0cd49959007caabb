import type { Dosage, MedicationRequest, MedicationStatement } from '@medplum/fhirtypes';
import { dateText } from '../fhir/dates.ts';
import type { FhirServer } from '../fhir/server.ts';
import { medicationText } from '../medication/medication-text.ts';
import { Asked } from '../parts/asked.tsx';
import { Table } from '../parts/table.tsx';
import { useClinic } from '../shell/clinic.ts';
import { useLoaded } from '../shell/loaded.ts';

interface Line {
  readonly key: string;
  readonly medicine: string;
  readonly dosage: string;
  /** Status of an order, or that nobody here ordered it. */
  readonly state: string;
  readonly since: string;
}

/** What the patient takes: by order of the clinic, or as they say; and what waits to be signed. */
export function MedicationPanel({ id }: { readonly id: string }) {
  const { server } = useClinic();
  const answer = useLoaded(id, () => findLines(server, id));
  return (
    <section className="panel" aria-labelledby="medications">
      <h2 id="medications">Medications</h2>
      <Asked answer={answer}>
        {(lines) => (
          <Table
            caption="In force, in preparation, or reported"
            rows={lines}
            keyOf={({ key }) => key}
            empty="None."
            columns={[
              { title: 'Medicine', cell: ({ medicine }) => medicine },
              { title: 'Dosage', cell: ({ dosage }) => dosage },
              { title: 'State', cell: ({ state }) => state },
              { title: 'Since', cell: ({ since }) => since },
            ]}
          />
        )}
      </Asked>
    </section>
  );
}

async function findLines(server: FhirServer, id: string): Promise<readonly Line[]> {
  const patient = `Patient/${id}`;
  const [orders, statements] = await Promise.all([
    server.search<MedicationRequest>('MedicationRequest', {
      patient,
      status: 'active,on-hold,draft',
      _sort: '-authoredon',
      _count: '100',
    }),
    server.search<MedicationStatement>('MedicationStatement', {
      patient,
      status: 'active,intended,on-hold',
      _sort: '-effective',
      _count: '100',
    }),
  ]);
  return [
    ...orders.matches.map((order) => ({
      key: `order ${order.id ?? ''}`,
      medicine: medicationText(order),
      dosage: dosageText(order.dosageInstruction),
      state: order.status,
      since: dateText(order.authoredOn),
    })),
    ...statements.matches.map((statement) => ({
      key: `statement ${statement.id ?? ''}`,
      medicine: medicationText(statement),
      dosage: dosageText(statement.dosage),
      state: 'reported',
      since: dateText(statement.effectivePeriod?.start ?? statement.effectiveDateTime),
    })),
  ];
}

function dosageText(dosages: readonly Dosage[] = []): string {
  return dosages.flatMap(({ text }) => text ?? []).join('; ');
}
