import type { JsonObject } from '../../../server/kernel/json.ts';
import { elementsOf } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { momentOfFirst } from '../segments/moment.ts';
import { codeKey, orderKey } from '../segments/order-numbers.ts';
import { observeResults, observeSpecimens, type Observing, type ResultScope } from './observed-results.ts';
import { orderElements, type OrderElements } from './order-elements.ts';
import type { OrderGroup } from './order-groups.ts';
import { orderSpecimens } from './order-specimens.ts';
import { addReport } from './result-report.ts';
import { stubRequest } from './stub-request.ts';

/** Results of one order: report, observations, specimens, and the order itself where nobody has told of it yet. */
export function resultOrder(draft: MappingDraft, group: OrderGroup, scope: ResultScope): void {
  const { whom } = scope;
  const order = orderElements(draft, group, whom);
  const { obr } = order;
  const identity = identityOf(order);
  const known = identity === undefined ? {} : { identity };
  const reported = obr?.value(22);
  const basedOn = stubRequest(draft, order);
  const eventTime = momentOfFirst(draft, [reported, order.orc?.value(9)]);
  const specimens = orderSpecimens(draft, group, { whom, ...known, eventTime });
  const observing: Observing = {
    ...scope,
    ...known,
    obr,
    ...(reported === undefined ? {} : { eventTime }),
    basedOn,
    specimen: specimens.references.length === 1 ? specimens.references[0] : undefined,
  };
  const observed = observeResults(draft, group, observing);
  for (const each of specimens.observed) observeSpecimens(draft, each.groups, each, observing);
  if (obr === undefined) return;
  const report = elementsOf('DiagnosticReport');
  if (basedOn !== undefined) report.resource.basedOn = [basedOn];
  if (specimens.references.length > 0) report.resource.specimen = [...specimens.references];
  if (observed.length > 0) report.resource.result = observed.map(({ reference }): JsonObject => reference);
  addReport(draft, report, { group, whom, order, obr, ...known, eventTime, observed, occurrences: scope.occurrences });
}

/** What the results are known by: number of the order, its service, and the result that it belongs to. */
function identityOf({ numbers, obr }: OrderElements): readonly string[] | undefined {
  const key = orderKey(numbers);
  if (key === undefined) return undefined;
  const parent = obr?.source.getRaw(26) ?? '';
  return [key, codeKey(obr?.value(4)), ...(parent === '' ? [] : [parent])];
}
