/** Dihedral group of order 10 and its permutation. https://en.wikipedia.org/wiki/Verhoeff_algorithm */
const MULTIPLY = '0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210';
const PERMUTE = '01234567891576283094580379614289160435279453126870428657390127938064157046913258';

/**
 * Whether a text is an identifier of SNOMED CT: 6 to 18 digits, the last one by Verhoeff's algorithm.
 * https://confluence.ihtsdotools.org/display/DOCRELFMT/6.2+SCTID+Data+Type
 */
export function isSctid(text: string): boolean {
  if (text.length < 6 || text.length > 18) return false;
  let check = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(text.length - 1 - at) - 48;
    if (digit < 0 || digit > 9) return false;
    const permuted = PERMUTE.charCodeAt((at % 8) * 10 + digit) - 48;
    check = MULTIPLY.charCodeAt(check * 10 + permuted) - 48;
  }
  return check === 0;
}

/**
 * Whether a text is a LOINC code: digits, a hyphen and a digit by Luhn's algorithm.
 * https://loinc.org/kb/users-guide/calculating-mod-10-check-digits/
 */
export function isLoincCode(text: string): boolean {
  const match = /^(\d{1,10})-(\d)$/.exec(text);
  if (match === null) return false;
  const [, number = '', check] = match;
  let sum = 0;
  [...number].reverse().forEach((character, place) => {
    const doubled = place % 2 === 0 ? Number(character) * 2 : Number(character);
    sum += doubled > 9 ? doubled - 9 : doubled;
  });
  return (10 - (sum % 10)) % 10 === Number(check);
}
