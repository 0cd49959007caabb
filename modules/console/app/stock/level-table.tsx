import { useState } from 'react';
import { dayOf } from '../fhir/dates.ts';
import { countedText } from '../fhir/text.ts';
import type { Product } from '../medication/products.ts';
import { Field } from '../parts/field.tsx';
import { Table } from '../parts/table.tsx';
import { warningOf, type Level } from './levels.ts';

export interface LevelTableProps {
  readonly place: string;
  readonly levels: readonly Level[];
  readonly products: readonly Product[];
}

/** Lots of a place, with what is to be known of each. */
export function LevelTable({ place, levels, products }: LevelTableProps) {
  const [text, setText] = useState('');
  const today = dayOf(new Date());
  const names = new Map(products.map((product) => [product.id, product]));
  const nameOf = ({ product }: Level): string => names.get(product)?.name ?? product;
  const shown = levels.filter((level) => nameOf(level).toLowerCase().includes(text.trim().toLowerCase()));
  return (
    <section className="panel" aria-live="polite">
      <Field label="Only medicines with" type="search" value={text} onChange={({ target }) => setText(target.value)} />
      <Table
        caption={`Stock of ${place}: ${shown.length} ${shown.length === 1 ? 'lot' : 'lots'}`}
        rows={shown.toSorted(
          (a, b) => nameOf(a).localeCompare(nameOf(b)) || (a.expiry ?? '').localeCompare(b.expiry ?? ''),
        )}
        keyOf={({ lot }) => lot}
        empty="Nothing of it is here."
        columns={[
          { title: 'Medicine', cell: nameOf },
          { title: 'Lot', cell: ({ lotNumber }) => lotNumber },
          { title: 'Expiry', cell: ({ expiry }) => expiry ?? 'none' },
          {
            title: 'State',
            cell: (level) => {
              const { look, text: word } = warningOf(level, today);
              return <span className={`tag ${look}`}>{word}</span>;
            },
          },
          {
            title: 'On hand',
            isNumber: true,
            cell: ({ onHand, product }) => `${onHand} ${countedText(names.get(product)?.baseUnit ?? '', onHand)}`,
          },
          { title: 'Reserved', isNumber: true, cell: ({ reserved }) => reserved },
        ]}
      />
    </section>
  );
}
