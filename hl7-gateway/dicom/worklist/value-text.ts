/**
 * A text as a value of DICOM: a backslash would begin another value, and control characters are none
 * (https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_6.2.html).
 */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\\]+/gu, ' ').trim();
}

/** @param most characters that its value representation holds */
export function shortText(text: string, most: number): string {
  return [...plainText(text)].slice(0, most).join('').trim();
}
