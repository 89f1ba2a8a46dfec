import type { AdjustVoucher, FundBookCommand } from '../commands.js';
import type { VoucherKind } from '../vocabulary.js';
import { referenceKey, type BookState } from './state.js';
import { VOUCHER_KIND_OF } from './voucher-kinds.js';

/** What has to be looked up before a command is decided. An empty object: nothing. */
export interface EarlierNeeds {
  /** The voucher to adjust. In the open stretch its place is known; in a closed one the index is asked for it. */
  readonly voucher?: { readonly revision: bigint } | { readonly closed: AdjustVoucher['adjusts'] };
  /** Is it on a voucher of that kind in the closed stretch? → `referenceTaken` */
  readonly reference?: { readonly kind: VoucherKind; readonly externalReference: string };
  /** Was it awarded in the closed stretch? → `scholarshipTaken` */
  readonly scholarshipId?: string;
  /** Was it received in the closed stretch? → `transferArrived` */
  readonly transferId?: string;
  /** Was it booked in the closed stretch? → `transferArrived` */
  readonly adjustmentId?: string;
}

/** Before the first closing the fold knows everything but the bodies of vouchers. */
export function earlierNeedsOfBook(command: FundBookCommand, state: BookState): EarlierNeeds {
  const adjusted = command.type === 'AdjustVoucher' ? voucherNeed(command, state) : {};
  if (state.closedThrough === undefined) return adjusted;
  return { ...adjusted, ...referenceNeed(command, state), ...identityNeed(command, state) };
}

function voucherNeed({ adjusts }: AdjustVoucher, state: BookState): EarlierNeeds {
  const revision = 'number' in adjusts
    ? state.places.revisionOf(adjusts.kind, adjusts.year, adjusts.number)
    : state.references.get(referenceKey(adjusts.kind, adjusts.externalReference));
  if (revision !== undefined) return { voucher: { revision: BigInt(revision) } };
  return state.closedThrough === undefined ? {} : { voucher: { closed: adjusts } };
}

function referenceNeed(command: FundBookCommand, state: BookState): EarlierNeeds {
  if (command.type === 'CloseBooks' || command.externalReference === undefined) return {};
  const kind = VOUCHER_KIND_OF[command.type];
  const { externalReference } = command;
  return state.references.has(referenceKey(kind, externalReference)) ? {} : { reference: { kind, externalReference } };
}

function identityNeed(command: FundBookCommand, state: BookState): EarlierNeeds {
  switch (command.type) {
    case 'AwardScholarship':
    case 'PayInstalment':
    case 'RevokeScholarship':
      return state.scholarships.has(command.scholarshipId) ? {} : { scholarshipId: command.scholarshipId };
    case 'ReceiveTransfer':
      return { transferId: command.transferId };
    case 'FollowTransferAdjustment':
      return { adjustmentId: command.adjustmentId };
    default:
      return {};
  }
}
