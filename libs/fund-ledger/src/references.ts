import { associationStream } from './association/events.js';
import type { AssociationState } from './association/state.js';
import { beneficiaryStream } from './beneficiary/events.js';
import { campaignStream } from './campaign/events.js';
import type { EarlierRecord, LedgerCommand } from './commands.js';
import { donorStream } from './donor/events.js';
import { fundBookStream } from './fund-book/events.js';
import type { BookState } from './fund-book/state.js';
import { fundStream } from './fund/events.js';
import { given } from './given.js';
import { associationIdOf } from './identities.js';
import { pledgeStream } from './pledge/events.js';
import type { RefusalCode } from './refusal-texts.js';
import { refuse } from './refuse.js';
import { scholarshipProgramStream } from './scholarship-program/events.js';
import type { ScholarshipProgramState } from './scholarship-program/state.js';
import type { Refusal } from '@ledger/kernel';

/**
 * Something that a command names and that must exist: its stream has an event. `holds` and `provides` take the state
 * folded from the stream's FIRST event alone and ask only for what never changes, so answers may be kept for ever.
 */
export interface Reference {
  readonly stream: string;
  readonly notFound: RefusalCode;
  /** JSON Pointer into the command. */
  readonly field: string;
  readonly holds?: (state: unknown) => Refusal | undefined;
  readonly provides?: (state: unknown) => Partial<EarlierRecord>;
}

const donor = (id: string): Reference => ({ stream: donorStream(id), notFound: 'donor_not_found', field: '/donorId' });
const beneficiary = (id: string): Reference => ({ stream: beneficiaryStream(id), notFound: 'beneficiary_not_found', field: '/beneficiaryId' });
const campaign = (id: string): Reference => ({ stream: campaignStream(id), notFound: 'campaign_not_found', field: '/campaignId' });
const pledge = (id: string): Reference => ({ stream: pledgeStream(id), notFound: 'pledge_not_found', field: '/pledgeId' });
const fund = (id: string): Reference => ({ stream: fundStream(id), notFound: 'fund_not_found', field: '/fundId' });
const association = (id: string, field = '/associationId'): Reference => ({ stream: associationStream(id), notFound: 'association_not_found', field });

function associationOfTree(id: string, tree: { readonly rootCode: string; readonly rootId?: string }, field?: string): Reference {
  const reference = association(id, field);
  return {
    ...reference,
    holds: (state) => {
      const { rootCode, rootId } = state as NonNullable<AssociationState>;
      const same = rootCode === tree.rootCode && (tree.rootId === undefined || tree.rootId === rootId);
      return same ? undefined : refuse('association_root_does_not_match', { rootCode: tree.rootCode }, reference.field);
    },
  };
}

/** Codes are unique within a tree, so whoever has a code must have a tree. */
const tree = (rootCode: string): Reference => association(associationIdOf(rootCode, rootCode), '/rootCode');

function programOf(fundId: string, programId: string): Reference {
  return {
    stream: scholarshipProgramStream(programId),
    notFound: 'scholarship_program_not_found',
    field: '/programId',
    holds: (state) => ((state as NonNullable<ScholarshipProgramState>).fundId === fundId
      ? undefined
      : refuse('scholarship_program_of_another_fund', {}, '/programId')),
  };
}

function receivingBook(fundId: string): Reference {
  return {
    stream: fundBookStream(fundId),
    notFound: 'receiving_fund_not_found',
    field: '/toFundId',
    provides: (state) => given({ receivingFund: (state as BookState).facts }),
  };
}

/** What must exist before the command is decided, in the order in which it is reported missing. */
export function referencesOf(command: LedgerCommand): readonly Reference[] {
  switch (command.type) {
    case 'RegisterAssociation': return command.parentId === undefined ? [] : [associationOfTree(command.parentId, command, '/parentId')];
    case 'OpenFund': return [associationOfTree(command.associationId, command)];
    case 'LaunchCampaign': return [association(command.associationId)];
    case 'EstablishScholarshipProgram': return [fund(command.fundId)];
    case 'RegisterDonor': return [tree(command.rootCode)];
    case 'RegisterBeneficiary': return [associationOfTree(command.associationId, command)];
    case 'MakePledge': return [donor(command.donorId), fund(command.fundId), ...maybe(command.campaignId, campaign)];
    case 'ReportDirectSupport': return [association(command.associationId), donor(command.donorId)];
    case 'ConferHonour': return [association(command.associationId), beneficiary(command.beneficiaryId)];
    case 'ReceiveDonation': return [donor(command.donorId), ...maybe(command.campaignId, campaign), ...maybe(command.pledgeId, pledge)];
    case 'AwardScholarship': return [programOf(command.fundId, command.programId), beneficiary(command.beneficiaryId)];
    case 'AwardPrize': return [association(command.associationId), beneficiary(command.beneficiaryId)];
    case 'PayDisbursement': return maybe(command.beneficiaryId, beneficiary);
    case 'SendTransfer': return [receivingBook(command.toFundId)];
    case 'AddToEndowment': return maybe(command.donorId, donor);
    default: return [];
  }
}

function maybe(id: string | undefined, reference: (id: string) => Reference): Reference[] {
  return id === undefined ? [] : [reference(id)];
}
