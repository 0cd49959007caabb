import type { EclText } from './ecl-text.ts';
import type { Dialect } from './ecl-tree.ts';

/** Language reference sets by the aliases of ECL's appendix C. */
const ALIASES: Readonly<Record<string, string>> = {
  'da-dk': '554461000005103',
  'en-au': '32570271000036106',
  'en-ca': '19491000087109',
  'en-gb': '900000000000508004',
  'en-ie': '21000220103',
  'en-nz': '271000210107',
  'en-us': '900000000000509007',
  es: '448879004',
  'es-ar': '450828004',
  'et-ee': '71000181105',
  de: '722130004',
  fr: '722131000',
  'fr-be': '21000172104',
  'fr-ca': '20581000087109',
  ja: '722129009',
  'nl-be': '31000172101',
  'nl-nl': '31000146106',
  'nb-no': '61000202103',
  'nn-no': '91000202106',
  'sv-se': '46011000052107',
  zh: '722128001',
};

/** Dialects by alias or identifier, each with what it must say of the description: `en-us (prefer)`, `(en-gb en-us)`. */
export function dialects(text: EclText): readonly Dialect[] {
  if (!text.takes('(')) return [dialect(text)];
  const found = [dialect(text)];
  while (!text.takes(')')) {
    text.takes(',');
    found.push(dialect(text));
  }
  return found;
}

function dialect(text: EclText): Dialect {
  const refset = text.digits() ?? alias(text);
  text.skipTerm();
  if (!text.takes('(')) return { refset, acceptability: undefined };
  const isPreferred = text.takesWord('prefer', 'preferred') || text.takes('900000000000548007');
  if (!isPreferred && !text.takesWord('accept', 'acceptable') && !text.takes('900000000000549004')) {
    throw text.fail('prefer or accept');
  }
  text.skipTerm();
  text.expect(')');
  return { refset, acceptability: isPreferred ? 'prefer' : 'accept' };
}

function alias(text: EclText): string {
  const word = text.word()?.toLowerCase() ?? '';
  const refset = Object.hasOwn(ALIASES, word) ? ALIASES[word] : undefined;
  if (refset === undefined) throw text.fail(`an identifier or one of ${Object.keys(ALIASES).join(', ')}`);
  text.takesWord(word);
  return refset;
}
