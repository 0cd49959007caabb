import type { Patient } from '@medplum/fhirtypes';
import { useState, type SubmitEvent } from 'react';
import { ageText, dayOf } from '../app/fhir/dates.ts';
import { nameText, recordNumber } from '../app/fhir/text.ts';
import { Asked } from '../app/parts/asked.tsx';
import { Field } from '../app/parts/field.tsx';
import { Heading } from '../app/parts/heading.tsx';
import { patientQuery } from '../app/patient/patient-query.ts';
import { useClinic } from '../app/shell/clinic.ts';
import { Link } from '../app/shell/link.tsx';
import { useLoaded } from '../app/shell/loaded.ts';

/** Finds a patient by name, number or birth date. */
export function Page() {
  const [asked, setAsked] = useState({ text: '', birthDate: '', turn: 0 });
  const find = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const textOf = (name: string): string => String(form.get(name) ?? '').trim();
    setAsked({ text: textOf('text'), birthDate: textOf('birthDate'), turn: asked.turn + 1 });
  };
  return (
    <>
      <Heading>Patients</Heading>
      <form role="search" onSubmit={find} className="panel">
        <div className="fields">
          <Field
            label="Name or number"
            name="text"
            type="search"
            hint="Beginnings of names, or a whole number such as the one on the wristband."
          />
          <Field label="Born on" name="birthDate" type="date" />
        </div>
        <button className="main">Find</button>
      </form>
      {asked.turn > 0 && <Results {...asked} />}
    </>
  );
}

interface ResultsProps {
  readonly text: string;
  readonly birthDate: string;
  readonly turn: number;
}

function Results({ text, birthDate, turn }: ResultsProps) {
  const { server } = useClinic();
  const found = useLoaded(`${turn}`, () => server.search<Patient>('Patient', patientQuery(text, birthDate)));
  const today = dayOf(new Date());
  return (
    <section aria-live="polite">
      <Asked answer={found}>
        {({ matches, total = matches.length }) => (
          <>
            <h2>{total === 1 ? '1 patient' : `${total} patients`}</h2>
            {total > matches.length && <p>The first {matches.length} are shown; say more of the name to see less.</p>}
            <ul className="results">
              {matches.map((patient) => (
                <li key={patient.id}>
                  <Link to={`/chart/${patient.id ?? ''}`}>
                    <strong>{nameText(patient.name)}</strong>
                    <br />
                    {[patient.birthDate, ageText(patient, today), patient.gender, recordNumber(patient.identifier)]
                      .filter((part) => part !== undefined && part !== '')
                      .join(' · ')}
                  </Link>
                </li>
              ))}
            </ul>
          </>
        )}
      </Asked>
    </section>
  );
}
