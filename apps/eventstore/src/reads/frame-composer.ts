import type { AccessControl, Principal } from '../access/access-control.js';
import type { EventLog, StoredRecord } from '../storage/index.js';
import { linkedFrame, structuredFrame } from '../wire/event-frame.js';
import type { UuidForm } from '@ledger/protobuf';
import { joinFrames } from './tail-ring.js';

const LINK_TYPE = '$>';
/** A link reads `revision@stream`. */
const LINK_TEXT = /^(\d{1,16})@(.+)$/s;
const LINK_TARGET_BYTES = 1;

/** Turns records into the frames one reader asked for. */
export class FrameComposer {
  constructor(
    private readonly log: EventLog,
    private readonly access: AccessControl,
    private readonly principal: Principal,
    private readonly resolveLinks: boolean,
    private readonly uuidForm: UuidForm,
  ) {}

  /** Stored frames can go out as they are, in runs shared with other readers. */
  get isPlain(): boolean {
    return !this.resolveLinks && this.uuidForm === 'string';
  }

  async compose(records: readonly StoredRecord[]): Promise<Buffer> {
    if (this.isPlain) return joinFrames(records);
    const frames: Buffer[] = [];
    for (const record of records) {
      if (this.resolveLinks && record.type === LINK_TYPE) frames.push(await this.composeLink(record));
      else frames.push(this.uuidForm === 'string' ? record.frame : structuredFrame(record.frame, record.position));
    }
    return Buffer.concat(frames);
  }

  private async composeLink(link: StoredRecord): Promise<Buffer> {
    const target = await this.targetOf(link);
    return linkedFrame(link.frame, target?.frame, link.position, this.uuidForm);
  }

  /** The event a link points to; undefined where it is gone, hidden, or not for this caller. */
  private async targetOf(link: StoredRecord): Promise<StoredRecord | undefined> {
    const match = LINK_TEXT.exec(link.data().toString('utf8'));
    if (match === null) return undefined;
    const revision = Number(match[1]);
    const stream = match[2]!;
    if (!Number.isSafeInteger(revision) || !this.access.may(this.principal, 'read', stream)) return undefined;
    const page = await this.log.readStream(stream, revision, 'forward', 1, LINK_TARGET_BYTES);
    const target = page.records[0];
    return target?.revision === revision ? target : undefined;
  }
}
