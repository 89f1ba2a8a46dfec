import { invariant, type Decider, type DecisionContext, type DomainEvent, type Refusal } from '@ledger/kernel';
import { association } from './association/association.js';
import { associationStream } from './association/events.js';
import { beneficiary } from './beneficiary/beneficiary.js';
import { beneficiaryStream } from './beneficiary/events.js';
import { campaign } from './campaign/campaign.js';
import { campaignStream } from './campaign/events.js';
import type { EarlierRecord, FundBookCommand, LedgerCommand } from './commands.js';
import { donor } from './donor/donor.js';
import { donorStream } from './donor/events.js';
import { earlierNeedsOfBook, type EarlierNeeds } from './fund-book/earlier-needs.js';
import { fundBookStream } from './fund-book/events.js';
import { fundBook } from './fund-book/fund-book.js';
import { forkState as forkBook, type BookState } from './fund-book/state.js';
import { fundStream } from './fund/events.js';
import { fund } from './fund/fund.js';
import { isAggregate, isEventOf, type AggregateName, type LedgerEvent } from './ledger-events.js';
import { mobilisationStream } from './mobilisation/events.js';
import { mobilisation } from './mobilisation/mobilisation.js';
import { forkState as forkMobilisation, type MobilisationState } from './mobilisation/state.js';
import { pledgeStream } from './pledge/events.js';
import { pledge } from './pledge/pledge.js';
import { scholarshipProgramStream } from './scholarship-program/events.js';
import { scholarshipProgram } from './scholarship-program/scholarship-program.js';

// So that whoever loads, decides and appends need not know one aggregate from another.

export interface LedgerContext extends DecisionContext { readonly earlier?: EarlierRecord | undefined }

/** A decider whose commands reach it through `routeOf` and whose events come from its own streams. */
export interface AnyDecider {
  initialState(): unknown;
  decide(command: LedgerCommand, state: unknown, context: LedgerContext): readonly LedgerEvent[] | Refusal;
  /** May change the given state. An event of a type that this version does not know is a bug: skipping it would fold a wrong state. */
  evolve(state: unknown, event: { readonly type: string; readonly data: object }): unknown;
}

function anyDecider<Command extends LedgerCommand, Event extends LedgerEvent, State>(
  aggregate: AggregateName, { initialState, decide, evolve }: Decider<Command, Event, State>,
): AnyDecider {
  return {
    initialState,
    decide: (command, state, context) => decide(command as Command, state as State, context),
    evolve: (state, event) => {
      invariant(isEventOf(aggregate, event.type), `a stream of ${aggregate} holds no ${event.type}`);
      return evolve(state as State, event as DomainEvent as Event);
    },
  };
}

const DECIDERS: Readonly<Record<AggregateName, AnyDecider>> = {
  association: anyDecider('association', association),
  fund: anyDecider('fund', fund),
  fundBook: anyDecider('fundBook', fundBook),
  mobilisation: anyDecider('mobilisation', mobilisation),
  pledge: anyDecider('pledge', pledge),
  campaign: anyDecider('campaign', campaign),
  scholarshipProgram: anyDecider('scholarshipProgram', scholarshipProgram),
  donor: anyDecider('donor', donor),
  beneficiary: anyDecider('beneficiary', beneficiary),
};

/** The category of one of the ledger's streams; `undefined` for any other stream. */
export function aggregateOf(stream: string): AggregateName | undefined {
  const category = stream.slice(0, Math.max(0, stream.indexOf('-')));
  return isAggregate(category) ? category : undefined;
}

/** By the aggregate's name, or by one of its streams. */
export function deciderOf(aggregateOrStream: string): AnyDecider {
  const aggregate = aggregateOf(`${aggregateOrStream}-`);
  invariant(aggregate, `${aggregateOrStream} is no stream of this ledger`);
  return DECIDERS[aggregate];
}

/**
 * A state to decide a batch on that may yet be thrown away, in time that does not grow with the stream. The original
 * must not change while the fork is in use.
 */
export function forkOf(aggregateOrStream: string, state: unknown): unknown {
  switch (aggregateOf(`${aggregateOrStream}-`)) {
    case 'fundBook': return forkBook(state as BookState);
    case 'mobilisation': return forkMobilisation(state as MobilisationState);
    default: return state;
  }
}

export interface Route { readonly stream: string; readonly aggregate: AggregateName }

/** The stream whose state decides the command. */
export function routeOf(command: LedgerCommand): Route {
  switch (command.type) {
    case 'RegisterAssociation':
    case 'RenameAssociation':
    case 'CountMembers': return { stream: associationStream(command.associationId), aggregate: 'association' };
    case 'OpenFund':
    case 'RenameFund': return { stream: fundStream(command.fundId), aggregate: 'fund' };
    case 'LaunchCampaign': return { stream: campaignStream(command.campaignId), aggregate: 'campaign' };
    case 'EstablishScholarshipProgram': return { stream: scholarshipProgramStream(command.programId), aggregate: 'scholarshipProgram' };
    case 'RegisterDonor': return { stream: donorStream(command.donorId), aggregate: 'donor' };
    case 'RegisterBeneficiary': return { stream: beneficiaryStream(command.beneficiaryId), aggregate: 'beneficiary' };
    case 'ErasePerson': return command.personKind === 'donor'
      ? { stream: donorStream(command.personId), aggregate: 'donor' }
      : { stream: beneficiaryStream(command.personId), aggregate: 'beneficiary' };
    case 'MakePledge':
    case 'CancelPledge': return { stream: pledgeStream(command.pledgeId), aggregate: 'pledge' };
    case 'ReportDirectSupport':
    case 'ConferHonour': return { stream: mobilisationStream(command.associationId), aggregate: 'mobilisation' };
    default: return { stream: fundBookStream(command.fundId), aggregate: 'fundBook' };
  }
}

/** What to look up before the command is decided on that state (with whatever waits in the same batch folded in). */
export function earlierNeedsOf(command: LedgerCommand, state: unknown): EarlierNeeds {
  return routeOf(command).aggregate === 'fundBook' ? earlierNeedsOfBook(command as FundBookCommand, state as BookState) : {};
}
