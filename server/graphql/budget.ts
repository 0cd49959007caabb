import { fault, type Fault } from '../kernel/fault.ts';

/** What a query may cost while it runs; what it costs before is counted in query-limits.ts. */
const MAX_FIELDS = 100_000;
const MAX_RESOURCES = 5000;
const MAX_SEARCHES = 50;

/** Counts what one query costs. When it is used up, everything further is nothing, and the answer is the fault. */
export interface Budget {
  /** Counts a field of a resource or element that is looked at. @returns whether there was still one */
  field(): boolean;
  /** @throws Fault when there were too many */
  search(): void;
  /** @throws Fault when there were too many */
  resources(count: number): void;
  /** Why it is used up. */
  readonly exceeded: Fault | undefined;
}

export function createBudget(): Budget {
  let fields = 0;
  let searches = 0;
  let resources = 0;
  let exceeded: Fault | undefined;
  const exceed = (text: string): Fault => (exceeded ??= fault('graphql.tooCostly', 422, 'too-costly', text));
  return {
    field() {
      fields += 1;
      if (fields <= MAX_FIELDS) return true;
      exceed(`The query gives more than ${MAX_FIELDS} values; ask for fewer fields or resources.`);
      return false;
    },
    search() {
      searches += 1;
      if (searches > MAX_SEARCHES) throw exceed(`The query needs more than ${MAX_SEARCHES} searches; ask in parts.`);
    },
    resources(count) {
      resources += count;
      if (resources > MAX_RESOURCES) {
        throw exceed(`The query reads more than ${MAX_RESOURCES} resources; narrow it, or ask in pages.`);
      }
    },
    get exceeded() {
      return exceeded;
    },
  };
}
