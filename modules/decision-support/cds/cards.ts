import type { CdsCard, ResourceOf } from '#sdk';
import type { CheckResult, DrugIssue, NotChecked } from '../check-result.ts';
import { toDetectedIssue } from '../detected-issue.ts';
import { FACT_KIND } from '../names.ts';
import { OVERRIDE_REASONS } from '../override/override.ts';

type Order = ResourceOf<'MedicationRequest'>;
export type Indicator = CdsCard['indicator'];

const MAX_SUMMARY = 140;

/** How loud a card is: only what stops an order interrupts, and only when it is signed. */
export function indicatorAtSign({ severity }: DrugIssue): Indicator {
  return severity === 'contraindicated' ? 'critical' : severity === 'major' ? 'warning' : 'info';
}

export function indicatorBefore({ severity }: DrugIssue): Indicator {
  return severity === 'contraindicated' || severity === 'major' ? 'warning' : 'info';
}

/** A card of an issue: with the reasons to override it, and what can be done instead. */
function issueCard(issue: DrugIssue, order: Order, knowledge: string, indicator: Indicator): CdsCard {
  const evidence = /PMC\d+/.exec(issue.citation)?.[0];
  const isGrave = issue.severity === 'contraindicated' || issue.severity === 'major';
  return {
    summary: shortened(`${issue.severity === 'contraindicated' ? 'Contraindicated: ' : ''}${issue.title}`),
    detail: `${issue.text}\n\n${issue.management}\n\n${issue.citation}. Review: ${issue.reviewStatus.replaceAll('-', ' ')}.`,
    indicator,
    source: {
      label: `Athanor drug knowledge ${knowledge}`,
      topic: { system: FACT_KIND, code: issue.kind, display: issue.kind },
    },
    ...(isGrave ? { overrideReasons: OVERRIDE_REASONS } : {}),
    ...(isGrave ? { suggestions: suggestionsOf(issue, order, knowledge), selectionBehavior: 'any' as const } : {}),
    ...(evidence === undefined
      ? {}
      : {
          links: [
            { label: 'Evidence', url: `https://pmc.ncbi.nlm.nih.gov/articles/${evidence}/`, type: 'absolute' as const },
          ],
        }),
  };
}

function suggestionsOf(issue: DrugIssue, order: Order, knowledge: string): NonNullable<CdsCard['suggestions']> {
  const resource = toDetectedIssue(issue, order, knowledge);
  const record = {
    label: 'Record that this was seen',
    actions: [{ type: 'create' as const, description: `Record: ${issue.title}`, resource }],
  };
  if (order.id === undefined) return [record];
  const resourceId = `MedicationRequest/${order.id}`;
  return [
    { label: 'Do not order this drug', actions: [{ type: 'delete', description: 'Remove the order', resourceId }] },
    record,
  ];
}

/** One card for all that was not looked at: no card is no all-clear. */
function notCheckedCards(notChecked: readonly NotChecked[], knowledge: string): readonly CdsCard[] {
  const texts = [...new Set(notChecked.map(({ text }) => text))];
  if (texts.length === 0) return [];
  return [
    {
      summary: shortened(
        texts.length === 1 ? `Not checked: ${texts[0] ?? ''}` : `${texts.length} inputs of the check could not be used`,
      ),
      detail: texts.map((text) => `- ${text}`).join('\n'),
      indicator: 'info',
      source: { label: `Athanor drug knowledge ${knowledge}` },
    },
  ];
}

/** Cards of several orders: each issue once, the loudest first. */
export function cardsOf(
  results: readonly { readonly order: Order; readonly result: CheckResult }[],
  indicator: (issue: DrugIssue) => Indicator,
  isSeen: (issue: DrugIssue) => boolean,
): readonly CdsCard[] {
  const cards = new Map<string, CdsCard>();
  for (const { order, result } of results) {
    for (const issue of result.issues.filter((each) => !isSeen(each))) {
      if (!cards.has(issue.key)) cards.set(issue.key, issueCard(issue, order, result.knowledge, indicator(issue)));
    }
  }
  const rank = ({ indicator: own }: CdsCard): number => ['critical', 'warning', 'info'].indexOf(own);
  const notChecked = results.flatMap(({ result }) => result.notChecked);
  const sorted = [...cards.values()].sort((a, b) => rank(a) - rank(b)).slice(0, MAX_CARDS);
  return [...sorted, ...notCheckedCards(notChecked, results[0]?.result.knowledge ?? '')];
}

/** More than anybody reads; the gravest stand first. */
const MAX_CARDS = 50;

function shortened(text: string): string {
  return text.length <= MAX_SUMMARY ? text : `${text.slice(0, MAX_SUMMARY - 1)}…`;
}
