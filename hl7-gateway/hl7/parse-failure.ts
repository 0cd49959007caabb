/** What is not an HL7 v2 message at all, or more than one. The text holds nothing of the message. */
export class ParseFailure extends Error {
  override readonly name = 'ParseFailure';
  /** As ERR-2: `MSH`, `MSH^2`. */
  readonly location: string;
  /** Of HL7 table 0357: 100 segment sequence, 101 required field missing. */
  readonly code: '100' | '101';

  constructor(message: string, location: string, code: '100' | '101') {
    super(message);
    this.location = location;
    this.code = code;
  }
}
