import { associationIdOf, beneficiaryIdOf, campaignIdOf, donorIdOf, fundIdOf, programIdOf, scholarshipIdOf } from '@ledger/fund-ledger';
import { derivedId, invariant } from '@ledger/kernel';
import type { ValuesOf } from '../format.js';
import type { StandingRows } from './standing.js';

type IdOf = (rootCode: string, code: string) => string;

/** Codes of one set looked up: the rows behind them and the ids that the ledger derives from them. */
export class SetIndex {
  /** Names the set in the metadata of its movements: two sets of one tree are one. */
  readonly setId: string;
  private readonly donors: ReadonlyMap<string, ValuesOf<'donors'>>;
  private readonly beneficiaries: ReadonlyMap<string, ValuesOf<'beneficiaries'>>;
  private readonly programs: ReadonlyMap<string, ValuesOf<'scholarship_programs'>>;
  private readonly scholarships: ReadonlyMap<string, ValuesOf<'scholarships'>>;
  /** Only those that are adjusted: nothing else names a donation. */
  private readonly donations: ReadonlyMap<string, ValuesOf<'donations'>>;
  private readonly ids = new Map<IdOf, Map<string, string>>();

  constructor(
    readonly rootCode: string,
    rows: StandingRows,
  ) {
    this.setId = derivedId('set', rootCode);
    this.donors = byCode(rows.donors);
    this.beneficiaries = byCode(rows.beneficiaries);
    this.programs = byCode(rows.scholarship_programs);
    this.scholarships = byCode(rows.scholarships);
    const adjusted = new Set(rows.adjustments.map(({ values }) => values.adjusts));
    this.donations = new Map(rows.donations.filter(({ values }) => adjusted.has(values.receipt_no)).map(({ values }) => [values.receipt_no, values]));
  }

  scholarship(code: string): ValuesOf<'scholarships'> {
    return found(this.scholarships, code);
  }

  donation(receipt: string): ValuesOf<'donations'> {
    return found(this.donations, receipt);
  }

  fundOfProgram(code: string): string {
    return found(this.programs, code).fund_code;
  }

  /** The key that text about this donor is sealed under; undefined for an organisation, which is no person. */
  personGiving(donorCode: string): string | undefined {
    return found(this.donors, donorCode).kind === 'organisation' ? undefined : this.donorId(donorCode);
  }

  /** Likewise for a recipient; a group is no person. */
  personReceiving(beneficiaryCode: string | undefined): string | undefined {
    if (beneficiaryCode === undefined || found(this.beneficiaries, beneficiaryCode).kind === 'group') return undefined;
    return this.beneficiaryId(beneficiaryCode);
  }

  associationId(code: string): string {
    return this.idOf(associationIdOf, code);
  }

  fundId(code: string): string {
    return this.idOf(fundIdOf, code);
  }

  campaignId(code: string): string {
    return this.idOf(campaignIdOf, code);
  }

  donorId(code: string): string {
    return this.idOf(donorIdOf, code);
  }

  beneficiaryId(code: string): string {
    return this.idOf(beneficiaryIdOf, code);
  }

  programId(code: string): string {
    return this.idOf(programIdOf, code);
  }

  scholarshipId(code: string): string {
    return this.idOf(this.scholarshipOfTree, code);
  }

  /** The same for the same row whenever it is imported: what makes an import repeatable. */
  commandId(file: string, own: string): string {
    return derivedId('importedRow', this.rootCode, file, own);
  }

  private readonly scholarshipOfTree = (_rootCode: string, code: string): string =>
    scholarshipIdOf(this.fundId(this.fundOfProgram(this.scholarship(code).program_code)), code);

  /** Codes are named many times and an id costs a hash. */
  private idOf(derive: IdOf, code: string): string {
    let ids = this.ids.get(derive);
    if (!ids) this.ids.set(derive, (ids = new Map()));
    let id = ids.get(code);
    if (id === undefined) ids.set(code, (id = derive(this.rootCode, code)));
    return id;
  }
}

function byCode<Values extends { readonly code: string }>(rows: readonly { readonly values: Values }[]): Map<string, Values> {
  return new Map(rows.map(({ values }) => [values.code, values]));
}

function found<Values>(rows: ReadonlyMap<string, Values>, code: string): Values {
  const values = rows.get(code);
  invariant(values, 'a standing row refers to standing rows only');
  return values;
}
