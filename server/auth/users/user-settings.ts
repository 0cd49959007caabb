/** What an installation decides about sign-in; filled from boot/config. Times are milliseconds. */
export interface UserSettings {
  /** A session ends when nothing is asked with it for so long. */
  readonly idle: number;
  /** A session ends after this time in any case. */
  readonly absolute: number;
  /** Who must have a second factor; `staff`: who is a Practitioner somewhere. */
  readonly secondFactor: 'optional' | 'staff' | 'all';
  /** How many former passwords are refused; 0: none. */
  readonly passwordHistory: number;
  /** After which a password has to be changed; 0: never. */
  readonly passwordAge: number;
}
