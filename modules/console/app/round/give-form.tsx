import type { MedicationAdministration } from '@medplum/fhirtypes';
import { useEffect, useRef, useState, type KeyboardEvent, type SubmitEvent } from 'react';
import { clockText } from '../fhir/dates.ts';
import { Failure } from '../parts/failure.tsx';
import { Choice, Field } from '../parts/field.tsx';
import { useClinic } from '../shell/clinic.ts';
import { useDeed } from '../shell/deed.ts';
import { administer, type Dose } from './doses.ts';

/** Somebody, or a reason, to choose. */
export interface Option {
  readonly value: string;
  readonly text: string;
}

export interface GiveFormProps {
  readonly dose: Dose;
  readonly reasons: readonly Option[];
  readonly witnesses: readonly Option[];
  onDone(result: MedicationAdministration): void;
  onLeave(): void;
}

/**
 * Records a dose at the bedside. A scanner types, and ends with Enter: the wristband first, then the pack. So Enter after the
 * wristband goes on to the pack, also when a pack stands there already, which may be that of another try.
 */
export function GiveForm({ dose, reasons, witnesses, onDone, onLeave }: GiveFormProps) {
  const { server } = useClinic();
  const form = useRef<HTMLFormElement>(null);
  const [notGiven, setNotGiven] = useState('');
  const giving = useDeed<MedicationAdministration>();
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const goOn = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || notGiven !== '') return;
    event.preventDefault();
    form.current?.querySelector<HTMLInputElement>('input[name=barcode]')?.select();
  };
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const textOf = (name: string): string => String(data.get(name) ?? '').trim();
    giving.start(async (key) => {
      const result = await administer(
        server,
        {
          dose,
          wristband: textOf('wristband'),
          barcode: textOf('barcode'),
          notGiven,
          witness: textOf('witness'),
          note: textOf('note'),
        },
        key,
      );
      onDone(result);
      return result;
    });
  };
  return (
    <form className="panel" ref={form} onSubmit={submit} aria-labelledby="giving">
      <h2 id="giving">
        {dose.medicine} {dose.due === undefined ? 'as needed' : `of ${clockText(dose.due)}`}
      </h2>
      <p>{dose.dosage}</p>
      <div className="fields">
        <Field label="Wristband" name="wristband" required onKeyDown={goOn} hint="Scan it, or type the number." />
        <Field
          label="Pack"
          name="barcode"
          required={notGiven === ''}
          disabled={notGiven !== ''}
          hint="Scan its GS1 code."
        />
        <Choice label="Not given because" value={notGiven} onChange={({ target }) => setNotGiven(target.value)}>
          <option value="">It was given</option>
          {reasons.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </Choice>
        <Choice label="Witness" name="witness" hint="Where the medicine needs one.">
          <option value="">Nobody</option>
          {witnesses.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </Choice>
        <Field label="Note" name="note" />
      </div>
      <Failure error={giving.error} />
      <div className="actions">
        <button className="main" disabled={giving.isRunning}>
          {notGiven === '' ? 'Record as given' : 'Record as not given'}
        </button>
        <button type="button" onClick={onLeave}>
          Leave it
        </button>
      </div>
    </form>
  );
}
