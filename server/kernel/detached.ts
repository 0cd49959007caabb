/**
 * A copy of a text that keeps nothing else alive. V8 represents a part of a string by a pointer into the whole, so a
 * code that is remembered out of a Bundle of 8 MB would keep these 8 MB.
 */
export function detached(text: string): string {
  // Joining and cutting makes a string of its own; there is no other way to ask for one.
  return ` ${text}`.slice(1);
}
