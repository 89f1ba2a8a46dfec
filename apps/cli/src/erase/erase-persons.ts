import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CommandAnswer, LedgerParts, Submission } from '@ledger/command-handling';
import type { Refusal } from '@ledger/kernel';
import { streamOf, type PersonFound } from './persons-named.js';

export interface ErasureWishes {
  /** Who answers for it in the log. */
  readonly actorId: string;
  /** Is kept for ever, in the clear: it must name nobody. */
  readonly reason?: string;
}

export type ErasureOutcome =
  | {
      readonly kind: 'erased';
      /** Of this call; the others were erased before it. */
      readonly erased: number;
      readonly erasedBefore: number;
      /** Position of the last of their events: what reflects it shows nobody of them any more. */
      readonly position: bigint;
    }
  | { readonly kind: 'refused'; readonly person: PersonFound; readonly refusal: Refusal }
  /** Some may be erased already; the same call goes on. */
  | { readonly kind: 'unavailable'; readonly why: string };

const DECIDED: ReadonlySet<CommandAnswer['kind']> = new Set(['accepted', 'would_be_accepted', 'refused']);
const TRY_FOR_MS = 30_000;
const PAUSE_MS = 200;

/**
 * Books the erasures, deletes the keys, and replaces the master key so that what is left of them in Postgres' files opens
 * nothing. Killed anywhere and called again it does what is missing; the courier does the same by itself.
 */
export async function erasePersons({ ledger, eventStore, vault }: Pick<LedgerParts, 'ledger' | 'eventStore' | 'vault'>, persons: readonly PersonFound[], wishes: ErasureWishes): Promise<ErasureOutcome> {
  const erasing = ({ personId, kind }: PersonFound, dryRun: boolean): Submission => ({
    commandId: randomUUID(), actorId: wishes.actorId, dryRun,
    command: { type: 'ErasePerson', personId, personKind: kind, ...(wishes.reason !== undefined && { reason: wishes.reason }) },
  });
  let erased = 0;
  // All are asked first: where one of them cannot be erased, nobody is.
  for (const dryRun of [true, false]) {
    for (const person of persons) {
      const answer = await booked(() => ledger.execute(erasing(person, dryRun)));
      if (answer.kind === 'accepted') erased += 1;
      else if (answer.kind === 'refused') {
        if (answer.refusal.refused !== 'person_already_erased') return { kind: 'refused', person, refusal: answer.refusal };
      } else if (answer.kind !== 'would_be_accepted') return { kind: 'unavailable', why: answer.kind };
    }
  }
  await vault.shred(persons.map(({ personId }) => personId));
  await replaceMasterKey(vault);
  let position = 0n;
  for (const person of persons) {
    for await (const event of eventStore.readStreamBackward(streamOf(person), 1)) if (event.position > position) position = event.position;
  }
  return { kind: 'erased', erased, erasedBefore: persons.length - erased, position };
}

/** Until no key of somebody erased is wrapped by a master key that exists, whoever rotates. */
export async function replaceMasterKey(vault: LedgerParts['vault']): Promise<void> {
  while (await vault.rotationIsDue()) {
    if ((await vault.rotateMasterKey()).kind === 'already_rotating') await delay(PAUSE_MS);
  }
}

/** An answer that says yes or no, or after a while the one that says why there is none. */
async function booked(execute: () => Promise<CommandAnswer>): Promise<CommandAnswer> {
  const deadline = Date.now() + TRY_FOR_MS;
  for (;;) {
    const answer = await execute();
    if (DECIDED.has(answer.kind) || Date.now() > deadline) return answer;
    await delay(PAUSE_MS);
  }
}
