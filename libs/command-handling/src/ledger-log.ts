/** The part of a pino logger that command handling uses. No personal data ever goes in. */
export interface LedgerLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const silentLog: LedgerLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
