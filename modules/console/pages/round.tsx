import type { Encounter } from '@medplum/fhirtypes';
import { useState } from 'react';
import { idOf } from '../app/fhir/text.ts';
import { Asked } from '../app/parts/asked.tsx';
import { Heading } from '../app/parts/heading.tsx';
import { Banner } from '../app/patient/banner.tsx';
import { findNotGivenReasons, findWitnesses } from '../app/round/choices.ts';
import { DoseTable } from '../app/round/dose-table.tsx';
import { findDoses, type Dose } from '../app/round/doses.ts';
import { GiveForm } from '../app/round/give-form.tsx';
import { Stays } from '../app/round/stays.tsx';
import { useClinic } from '../app/shell/clinic.ts';
import { useLoaded } from '../app/shell/loaded.ts';
import type { PageProps } from '../app/shell/pages.ts';

/** The medication round of a ward: who is there, what is due, and what was given. */
export function Page({ rest: [stay] }: PageProps) {
  if (stay !== undefined) return <Stay id={stay} />;
  return (
    <>
      <Heading>Medication round</Heading>
      <Stays />
    </>
  );
}

function Stay({ id }: { readonly id: string }) {
  const { server } = useClinic();
  const answer = useLoaded(id, () => server.get<Encounter>(`Encounter/${id}`));
  return (
    <Asked answer={answer}>
      {({ subject }) => (
        <>
          <Banner id={idOf(subject) ?? ''} title="Medication round" />
          <Round stay={id} />
        </>
      )}
    </Asked>
  );
}

function Round({ stay }: { readonly stay: string }) {
  const { server, user } = useClinic();
  const [turn, setTurn] = useState(0);
  const [dose, setDose] = useState<Dose>();
  const [told, setTold] = useState('');
  const record = useLoaded(`${stay} ${turn}`, () => findDoses(server, stay));
  const choices = useLoaded(user ?? '', () => Promise.all([findNotGivenReasons(server), findWitnesses(server, user)]));
  const choose = (chosen: Dose | undefined): void => {
    setDose(chosen);
    setTold('');
  };
  return (
    <>
      <p role="status" className={told === '' ? 'quiet' : 'done'}>
        {told}
      </p>
      {dose !== undefined && (
        <Asked answer={choices}>
          {([reasons, witnesses]) => (
            <GiveForm
              key={`${dose.order} ${dose.due ?? ''}`}
              dose={dose}
              reasons={reasons}
              witnesses={witnesses}
              onLeave={() => choose(undefined)}
              onDone={({ status }) => {
                setDose(undefined);
                setTurn(turn + 1);
                setTold(`${dose.medicine}: recorded as ${status === 'completed' ? 'given' : 'not given'}.`);
              }}
            />
          )}
        </Asked>
      )}
      <section className="panel">
        <Asked answer={record}>{(doses) => <DoseTable doses={doses} onChoose={choose} />}</Asked>
      </section>
    </>
  );
}
