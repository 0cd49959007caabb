import type { Card } from './cards.ts';

const WORDS: Readonly<Record<Card['indicator'], string>> = {
  critical: 'Critical',
  warning: 'Warning',
  info: 'Note',
};

/** Cards of decision support, the gravest first. What is said in words is never said by colour alone. */
export function CardList({ cards }: { readonly cards: readonly Card[] }) {
  const order = ['critical', 'warning', 'info'];
  const sorted = cards.toSorted((a, b) => order.indexOf(a.indicator) - order.indexOf(b.indicator));
  if (sorted.length === 0) return <p>Nothing is known against it so far.</p>;
  return (
    <ul className="plain">
      {sorted.map(({ uuid, summary, detail, indicator, source }) => (
        <li key={uuid ?? summary} className={indicator}>
          <p>
            <strong>
              {WORDS[indicator]}: {summary}
            </strong>
          </p>
          {detail !== undefined && <p className="lines">{detail}</p>}
          <p className="hint">{source.label}</p>
        </li>
      ))}
    </ul>
  );
}
