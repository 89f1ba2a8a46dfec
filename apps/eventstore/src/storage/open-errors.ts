/** Why a folder could not be opened, or what was found while reading it. The messages are meant for people. */
export abstract class EventLogError extends Error {
  constructor(message: string) {
    super(message);
    this.name = this.constructor.name;
  }
}

export class LogLockedError extends EventLogError {
  constructor(
    readonly folder: string,
    readonly ownerPid: number | undefined,
  ) {
    super(`the event store folder ${folder} is in use by process ${ownerPid ?? '(pid not yet written)'}`);
  }
}

/** Bytes on disk are not what was written. Nothing was changed; restore a backup or a copy of the file. */
export class LogDamagedError extends EventLogError {
  constructor(
    readonly file: string,
    readonly offset: number,
    readonly reason: string,
  ) {
    super(`${file} is damaged at byte ${offset}: ${reason}`);
  }
}

/** The folder, the platform or an option does not allow to open a log here. */
export class LogUnusableError extends EventLogError {}

/** Something was read after the log was closed. */
export class LogClosedError extends EventLogError {
  constructor() {
    super('the event store is stopping');
  }
}
