import { fault, type Fault, type IssueType } from '../kernel/fault.ts';

/** Refusals that callers can act on, by name; they stand in the module's `faults.ts` and in server/docs/errors.md. */
type Definitions = Readonly<Record<string, FaultDefinition>>;

interface FaultDefinition {
  /** HTTP status, 400 to 499. */
  readonly status: number;
  readonly issue: IssueType;
  /** What is wrong and what would be accepted; never contains a patient's data. */
  readonly text: string | ((...args: never[]) => string);
}

/** Each fault as a function that makes it: `faults.slotTaken('10:00')`. Its code is `module.slotTaken`. */
export type Faults<D extends Definitions> = {
  readonly [K in keyof D]: D[K]['text'] extends (...args: infer A) => string ? (...args: A) => Fault : () => Fault;
};

/** @param module name of the module: the first part of each code */
export function defineFaults<const D extends Definitions>(module: string, definitions: D): Faults<D> {
  const faults = Object.entries(definitions).map(([name, { status, issue, text }]) => {
    const make = (...args: never[]): Fault =>
      fault(`${module}.${name}`, status, issue, typeof text === 'string' ? text : text(...args));
    return [name, make] as const;
  });
  return Object.fromEntries(faults) as Faults<D>;
}
