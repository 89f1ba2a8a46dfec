import { ProtoWriter } from '@ledger/protobuf';

const ALL_THERE_ARE = 0xffff_ffff_ffff_ffffn;

/** A ReadReq of the whole log from a position on (inclusive), oldest first, to its present end. */
export function wholeLogRequest(from: bigint | undefined): Buffer {
  return new ProtoWriter().message(1, (options) => {
    options.message(2, (all) => {
      if (from === undefined) all.empty(2);
      else all.message(1, (position) => position.uint64(1, from).uint64(2, from));
    });
    options.uint64(5, ALL_THERE_ARE).empty(8);
    // Ids as text.
    options.message(9, (form) => form.empty(2));
  }).take();
}
