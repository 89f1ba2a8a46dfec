/**
 * Why a command was not accepted. `refused` is a sentence in snake_case and the stable `code` of the problem document;
 * `details` are figures and names for the message (no personal data); `field` is a JSON Pointer into the command.
 */
export interface Refusal {
  readonly refused: string;
  readonly details: Readonly<Record<string, string>>;
  readonly field?: string;
}

export function refusal(refused: string, details: Record<string, string> = {}, field?: string): Refusal {
  return field === undefined ? { refused, details } : { refused, details, field };
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'refused' in value && typeof value.refused === 'string';
}
