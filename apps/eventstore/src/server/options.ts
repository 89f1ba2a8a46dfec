import type { Logger } from 'pino';
import type { ServerLimits } from '../limits.js';
import type { EventLog, OpenOptions } from '../storage/index.js';

export interface EventStoreServerOptions {
  /** The folder of the log; made where absent. */
  dir: string;
  /** 0 (the default) takes any free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** PEM. With it the server asks for credentials and keeps stream ACLs; without it everybody is the administrator. */
  tls?: { cert: string | Buffer; key: string | Buffer };
  /** Password of the user `admin`; required with TLS, useless without. */
  adminPassword?: string;
  limits?: Partial<ServerLimits>;
  /** Silent where none is given. */
  logger?: Logger;
  storage?: Omit<OpenOptions, 'onFailed' | 'onFlush' | 'onWarning'>;
  /** The disk failed: the server can no longer write and its process should end. */
  onFailed?: (message: string) => void;
}

export interface EventStoreServer {
  readonly host: string;
  readonly port: number;
  /** What a client of this server connects to, e.g. `esdb://127.0.0.1:2113?tls=false`. */
  readonly connectionString: string;
  readonly log: EventLog;
  /** Answers what waits for the disk, lets clients know, closes the log. Takes less than 2 s. May be called twice. */
  stop(): Promise<void>;
}

/** Why a server could not start, in words for people. */
export class ServerStartError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ServerStartError';
  }
}
