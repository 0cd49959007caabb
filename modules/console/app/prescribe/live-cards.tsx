import type { MedicationRequest } from '@medplum/fhirtypes';
import { useEffect, useState } from 'react';
import { Asked } from '../parts/asked.tsx';
import { useClinic } from '../shell/clinic.ts';
import { useLoaded } from '../shell/loaded.ts';
import { CardList } from './card-list.tsx';
import { askForCards } from './cards.ts';

export interface LiveCardsProps {
  readonly patient: string;
  /** As far as it is written; undefined while something is missing. */
  readonly order: MedicationRequest | undefined;
}

/** Who types is asked about when they pause; ms. */
const PAUSE = 400;

/** What decision support says while an order is written. */
export function LiveCards({ patient, order }: LiveCardsProps) {
  const asked = useSettled(order === undefined ? '' : JSON.stringify({ ...order, authoredOn: undefined }));
  return (
    <section className="panel" aria-labelledby="alerts" aria-live="polite">
      <h2 id="alerts">Alerts</h2>
      {asked === '' ? (
        <p className="empty">They come while you write, as soon as medicine, dose and quantity are there.</p>
      ) : (
        <Cards patient={patient} order={asked} />
      )}
    </section>
  );
}

function Cards({ patient, order }: { readonly patient: string; readonly order: string }) {
  const { server, user = 'Practitioner/nobody' } = useClinic();
  const answer = useLoaded(order, () =>
    askForCards(server, 'order-select', { patient, user, order: JSON.parse(order) as MedicationRequest }),
  );
  return <Asked answer={answer}>{(cards) => <CardList cards={cards} />}</Asked>;
}

/** The value that has been the same for a while. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
