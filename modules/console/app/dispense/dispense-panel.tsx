import type { MedicationRequest } from '@medplum/fhirtypes';
import { useState, type SubmitEvent } from 'react';
import { countedText, quantityText } from '../fhir/text.ts';
import { medicationText } from '../medication/medication-text.ts';
import type { Product } from '../medication/products.ts';
import { Asked } from '../parts/asked.tsx';
import { Failure } from '../parts/failure.tsx';
import { Choice, Field } from '../parts/field.tsx';
import { useClinic } from '../shell/clinic.ts';
import { useDeed } from '../shell/deed.ts';
import { Link } from '../shell/link.tsx';
import { useLoaded } from '../shell/loaded.ts';
import type { StockPlace } from '../stock/places.ts';
import { dispense, findPlan, type Dispensed, type Wish } from './plan.ts';
import { PlanTable } from './plan-table.tsx';

export interface DispensePanelProps {
  readonly order: MedicationRequest & { readonly id: string };
  readonly product: Product;
  readonly places: readonly StockPlace[];
}

/** One prescription: which lots would be taken is seen before they are. */
export function DispensePanel({ order, product, places }: DispensePanelProps) {
  const { server } = useClinic();
  const ordered = order.dispenseRequest?.quantity;
  const [place, setPlace] = useState(places.find(({ kind }) => kind === 'pharmacy')?.id ?? places[0]?.id ?? '');
  const [text, setText] = useState(String(ordered?.value ?? ''));
  const dispensing = useDeed<Dispensed>();
  const isWhole = /^[1-9]\d{0,5}$/.test(text);
  const wish: Wish = { place, product: product.id, quantity: Number(text) };
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (isWhole) dispensing.start((key) => dispense(server, order.id, wish, key));
  };
  const done = dispensing.result?.dispense;
  return (
    <form className="panel" onSubmit={submit}>
      <h2>{medicationText(order)}</h2>
      <p>{(order.dosageInstruction ?? []).flatMap((dosage) => dosage.text ?? []).join('; ')}</p>
      <p>
        Ordered: {quantityText(ordered)}, repeats: {order.dispenseRequest?.numberOfRepeatsAllowed ?? 0}
      </p>
      <div className="fields">
        <Choice label="From" value={place} onChange={({ target }) => setPlace(target.value)}>
          {places.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Choice>
        <Field
          label={`Quantity (${countedText(product.baseUnit, 2)})`}
          inputMode="numeric"
          value={text}
          onChange={({ target }) => setText(target.value)}
          aria-invalid={!isWhole}
          hint="A whole number."
        />
      </div>
      {isWhole && done === undefined && <Planned wish={wish} />}
      <Failure error={dispensing.error} />
      {done === undefined ? (
        <div className="actions">
          <button className="main" disabled={dispensing.isRunning || !isWhole}>
            Dispense
          </button>
        </div>
      ) : (
        <p className="done" role="status">
          Dispensed: {quantityText(done.quantity)}, from {dispensing.result?.movements.length}{' '}
          {dispensing.result?.movements.length === 1 ? 'lot' : 'lots'}. <Link to="/dispense">Next prescription</Link>
        </p>
      )}
    </form>
  );
}

function Planned({ wish }: { readonly wish: Wish }) {
  const { server } = useClinic();
  const plan = useLoaded(JSON.stringify(wish), () => findPlan(server, wish));
  return (
    <div aria-live="polite">
      <Asked answer={plan}>{(value) => <PlanTable plan={value} />}</Asked>
    </div>
  );
}
