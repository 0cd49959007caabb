import { clockText } from '../fhir/dates.ts';
import { Table } from '../parts/table.tsx';
import { isOpen, type Dose } from './doses.ts';

export interface DoseTableProps {
  readonly doses: readonly Dose[];
  onChoose(dose: Dose): void;
}

const LOOKS: Readonly<Record<string, string>> = { overdue: 'critical', due: 'warning', given: 'done' };

/** The doses of a stay, as they are due. */
export function DoseTable({ doses, onChoose }: DoseTableProps) {
  return (
    <Table
      caption="Doses from twelve hours ago to twelve hours ahead"
      rows={doses}
      keyOf={({ order, due }) => `${order} ${due ?? ''}`}
      empty="No order of this stay has doses now."
      columns={[
        { title: 'Medicine', cell: ({ medicine }) => medicine },
        { title: 'Dosage', cell: ({ dosage }) => dosage },
        {
          title: 'Due',
          cell: ({ due, nextAllowed }) =>
            due === undefined
              ? nextAllowed === undefined
                ? 'any time'
                : `not before ${clockText(nextAllowed)}`
              : clockText(due),
        },
        {
          title: 'State',
          cell: ({ status, given }) => (
            <>
              <span className={`tag ${LOOKS[status] ?? 'info'}`}>{status}</span>{' '}
              {given === undefined ? '' : clockText(given)}
            </>
          ),
        },
        {
          title: 'At the bedside',
          cell: (dose) =>
            isOpen(dose) && (
              <button type="button" onClick={() => onChoose(dose)}>
                Record <span className="quiet">{`${dose.medicine} ${clockText(dose.due)}`}</span>
              </button>
            ),
        },
      ]}
    />
  );
}
