import type { Patient } from '@medplum/fhirtypes';
import { addressText, recordNumber } from '../fhir/text.ts';
import { Asked } from '../parts/asked.tsx';
import { useClinic } from '../shell/clinic.ts';
import { useLoaded } from '../shell/loaded.ts';

/** Who the patient is, and how to reach them. */
export function PersonPanel({ id }: { readonly id: string }) {
  const { server } = useClinic();
  const answer = useLoaded(id, () => server.get<Patient>(`Patient/${id}`));
  return (
    <section className="panel" aria-labelledby="person">
      <h2 id="person">Person</h2>
      <Asked answer={answer}>
        {({ identifier, gender, birthDate, telecom = [], address = [], generalPractitioner = [] }) => (
          <dl className="facts">
            {[
              ['Number', recordNumber(identifier)],
              ['Born', birthDate ?? ''],
              ['Gender', gender ?? ''],
              ['Contact', telecom.flatMap(({ value }) => value ?? []).join(', ')],
              ['Address', address.map(addressText).join('; ')],
              ['Doctor', generalPractitioner.flatMap(({ display }) => display ?? []).join(', ')],
            ]
              .filter(([, text]) => text !== '')
              .map(([name, text]) => (
                <div key={name} className="fact">
                  <dt>{name}</dt>
                  <dd>{text}</dd>
                </div>
              ))}
          </dl>
        )}
      </Asked>
    </section>
  );
}
