/** Letters and digits alone, without case and accents: `O’Brien-Müller` is `obrienmuller`. */
export function folded(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('ł', 'l')
    .replaceAll('ø', 'o')
    .replaceAll('ß', 'ss')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * Similarity of Jaro and Winkler, 0 to 1: letters in common near the same place, and more for a common beginning.
 * W. E. Winkler, String Comparator Metrics and Enhanced Decision Rules (1990), https://eric.ed.gov/?id=ED325505
 */
export function similarity(a: string, b: string): number {
  if (a === b) return a === '' ? 0 : 1;
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const taken = new Set<number>();
  const inA: string[] = [];
  for (let place = 0; place < a.length; place += 1) {
    for (let other = Math.max(0, place - reach); other <= Math.min(b.length - 1, place + reach); other += 1) {
      if (taken.has(other) || a[place] !== b[other]) continue;
      taken.add(other);
      inA.push(b.charAt(other));
      break;
    }
  }
  const common = inA.length;
  if (common === 0) return 0;
  const inB = [...taken].sort((x, y) => x - y).map((place) => b.charAt(place));
  const transposed = inA.filter((letter, place) => letter !== inB[place]).length / 2;
  const jaro = (common / a.length + common / b.length + (common - transposed) / common) / 3;
  let prefix = 0;
  while (prefix < 4 && a[prefix] !== undefined && a[prefix] === b[prefix]) prefix += 1;
  return jaro + prefix * 0.1 * (1 - jaro);
}
