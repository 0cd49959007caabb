import type { MedicationRequest } from '@medplum/fhirtypes';
import { useState, type SubmitEvent } from 'react';
import { medicationText } from '../medication/medication-text.ts';
import { Asked } from '../parts/asked.tsx';
import { Failure } from '../parts/failure.tsx';
import { useClinic } from '../shell/clinic.ts';
import { useDeed } from '../shell/deed.ts';
import { Link } from '../shell/link.tsx';
import { useLoaded } from '../shell/loaded.ts';
import { CardList } from './card-list.tsx';
import { askForCards, type Card } from './cards.ts';
import { checkOrder, signOrder, type Checked, type Reason } from './drug-issues.ts';
import { IssueList } from './issue-list.tsx';
import { findReasons } from './override-reasons.ts';

export interface SignPanelProps {
  readonly patient: string;
  readonly id: string;
}

interface Review {
  readonly order: MedicationRequest;
  readonly checked: Checked;
  readonly reasons: readonly Reason[];
  readonly cards: readonly Card[];
}

/** A draft before it is signed, with all that is known against it. */
export function SignPanel({ patient, id }: SignPanelProps) {
  const { server, user = 'Practitioner/nobody' } = useClinic();
  const review = useLoaded(id, async (): Promise<Review> => {
    const order = await server.get<MedicationRequest>(`MedicationRequest/${id}`);
    const [checked, reasons, cards] = await Promise.all([
      checkOrder(server, id),
      findReasons(server),
      askForCards(server, 'order-sign', { patient, user, order }),
    ]);
    return { order, checked, reasons, cards };
  });
  return <Asked answer={review}>{(value) => <Reviewed {...value} patient={patient} />}</Asked>;
}

function Reviewed({ patient, order, checked, reasons, cards }: Review & { readonly patient: string }) {
  const { server } = useClinic();
  const [given, setGiven] = useState<ReadonlyMap<string, Reason>>(new Map());
  const signing = useDeed<MedicationRequest | undefined>();
  const sign = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    signing.start((key) => signOrder(server, order.id ?? '', given, key));
  };
  const status = signing.result?.status ?? order.status;
  return (
    <div className="panels">
      <form className="panel" onSubmit={sign}>
        <h2>{medicationText(order)}</h2>
        <p>{(order.dosageInstruction ?? []).flatMap(({ text }) => text ?? []).join('; ')}</p>
        <IssueList
          checked={checked}
          reasons={reasons}
          onReason={(key, reason) => setGiven(withReason(given, key, reason))}
        />
        <Failure error={signing.error} />
        {status === 'draft' ? (
          <div className="actions">
            <button className="main" disabled={signing.isRunning}>
              Sign
            </button>
            <Link to={`/prescribe/${patient}`} className="button">
              Write another
            </Link>
          </div>
        ) : (
          <p className="done" role="status">
            The order is {status}. <Link to={`/chart/${patient}`}>Back to the chart</Link>
          </p>
        )}
      </form>
      <section className="panel" aria-labelledby="cards">
        <h2 id="cards">Alerts</h2>
        <CardList cards={cards} />
      </section>
    </div>
  );
}

function withReason(
  given: ReadonlyMap<string, Reason>,
  key: string,
  reason: Reason | undefined,
): ReadonlyMap<string, Reason> {
  const next = new Map(given);
  if (reason === undefined) next.delete(key);
  else next.set(key, reason);
  return next;
}
