import { useState, type ChangeEvent, type SubmitEvent } from 'react';
import { countedText } from '../fhir/text.ts';
import { findProducts, type Product } from '../medication/products.ts';
import { Asked } from '../parts/asked.tsx';
import { Failure } from '../parts/failure.tsx';
import { Choice, Field } from '../parts/field.tsx';
import { Problem } from '../parts/problem.tsx';
import { useClinic } from '../shell/clinic.ts';
import { useDeed } from '../shell/deed.ts';
import { useLoaded } from '../shell/loaded.ts';
import { go } from '../shell/location.ts';
import { LiveCards } from './live-cards.tsx';
import { draftOf, EMPTY_FORM, type OrderForm } from './order-draft.ts';

const TIMES = ['1', '2', '3', '4', '6'];

/** Writes an order; it is stored as a draft, which takes effect when it is signed. */
export function OrderFormPanel({ patient }: { readonly patient: string }) {
  const { server } = useClinic();
  const products = useLoaded('products', () => findProducts(server));
  return <Asked answer={products}>{(list) => <Filled patient={patient} products={list} />}</Asked>;
}

interface FilledProps {
  readonly patient: string;
  readonly products: readonly Product[];
}

function Filled({ patient, products }: FilledProps) {
  const { server, user } = useClinic();
  const [name, setName] = useState('');
  const [form, setForm] = useState<OrderForm>(EMPTY_FORM);
  const [isTried, setTried] = useState(false);
  const saving = useDeed<unknown>();
  const product = products.find((each) => each.name === name);
  const drafted = draftOf(form, { patient, prescriber: user, product, now: new Date().toISOString() });
  const take =
    (field: keyof OrderForm) =>
    ({ target }: ChangeEvent<HTMLInputElement | HTMLSelectElement>): void =>
      setForm({ ...form, [field]: target.value });
  const save = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setTried(true);
    if (drafted.kind !== 'draft') return;
    saving.start(async () => {
      const { id = '' } = await server.create(drafted.order);
      go(`/prescribe/${patient}/${id}`);
    });
  };
  const unit = product === undefined ? 'unit' : countedText(product.baseUnit, 2);
  return (
    <div className="panels">
      <form className="panel" onSubmit={save} noValidate>
        <h2>New order</h2>
        <Field
          label="Medicine"
          list="products"
          value={name}
          onChange={({ target }) => setName(target.value)}
          hint={product?.schedule === undefined ? 'Begin to type and choose.' : `Controlled: ${product.schedule}.`}
        />
        <datalist id="products">
          {products.map((each) => (
            <option key={each.id} value={each.name} />
          ))}
        </datalist>
        <div className="fields">
          <Field label={`Dose (${unit})`} inputMode="decimal" value={form.dose} onChange={take('dose')} />
          <Choice label="How often" value={form.timesADay} onChange={take('timesADay')}>
            {TIMES.map((times) => (
              <option key={times} value={times}>
                {times === '1' ? 'once a day' : `${times} times a day`}
              </option>
            ))}
          </Choice>
          <Field label="For days" inputMode="numeric" value={form.days} onChange={take('days')} />
          <Field label={`Quantity (${unit})`} inputMode="numeric" value={form.quantity} onChange={take('quantity')} />

          <Field label="Repeats" inputMode="numeric" value={form.repeats} onChange={take('repeats')} />
        </div>
        <div className="choice">
          <input
            type="checkbox"
            id="as-needed"
            checked={form.asNeeded}
            onChange={({ target }) => setForm({ ...form, asNeeded: target.checked })}
          />
          <label htmlFor="as-needed">Only as needed</label>
        </div>
        <Field label="For the patient" value={form.note} onChange={take('note')} hint="Such as: with a meal." />
        {isTried && drafted.kind === 'incomplete' && <Problem texts={drafted.problems} />}
        <Failure error={saving.error} />
        <div className="actions">
          <button className="main" disabled={saving.isRunning}>
            Save and review
          </button>
        </div>
      </form>
      <LiveCards patient={patient} order={drafted.kind === 'draft' ? drafted.order : undefined} />
    </div>
  );
}
