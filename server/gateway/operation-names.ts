/** Operations by which what is in a message is seen, or decided about. */
export const CONTENT = {
  show: 'hl7-message',
  preview: 'hl7-preview',
  edit: 'hl7-edit',
  dismiss: 'hl7-dismiss',
} as const;
