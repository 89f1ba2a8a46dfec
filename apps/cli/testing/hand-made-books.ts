import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseAt, runMigrations } from '@ledger/postgres';
import type { DataSource } from 'typeorm';
import { LEDGER_NAMESPACE, uuidv5, type RecordedEvent } from '@ledger/kernel';
import { openPersonVault, vaultMigrations } from '@ledger/privacy';
import { fundStatementProjection } from '@projections/fund-statement';
import { journalProjection } from '@projections/journal';
import { registryProjection } from '@projections/registry';
import { HandMadeLog, ProjectionBench } from '../../../libs/projection-runtime/testing/src/index.js';

export const idOf = (name: string): string => uuidv5(LEDGER_NAMESPACE, name);

export interface FundMade { readonly tree: string; readonly association: string; readonly code: string; readonly name?: string; readonly bank?: string; readonly openedOn?: string }

/** The read models that a journal is exported from, on a real database, filled from events written by hand. */
export class HandMadeBooks {
  readonly log = new HandMadeLog();
  private handed: Record<string, number> = {};

  private constructor(private readonly benches: Readonly<Record<'journal' | 'statement' | 'registry', ProjectionBench>>, private readonly vault: DataSource, private readonly folder: string) {}

  static async open(url: string): Promise<HandMadeBooks> {
    const folder = mkdtempSync(join(tmpdir(), 'soquy-books-'));
    await runMigrations(url, vaultMigrations);
    const source = await databaseAt(url).initialize();
    const vault = await openPersonVault({ dataSource: source, masterKeyFile: join(folder, 'master.key'), hashSecretFile: join(folder, 'hash.key') });
    const benches = {
      journal: await ProjectionBench.open(url, journalProjection), statement: await ProjectionBench.open(url, fundStatementProjection),
      registry: await ProjectionBench.open(url, registryProjection(vault)),
    };
    return new HandMadeBooks(benches, source, folder);
  }

  associate(tree: string, code: string, parent?: string): void {
    const id = idOf(`${tree}\n${code}`);
    const parentId = parent === undefined ? undefined : idOf(`${tree}\n${parent}`);
    this.log.add(`association-${id}`, 'AssociationRegistered', { associationId: id, rootId: idOf(`${tree}\n${tree}`), rootCode: tree, parentId, code, name: code, level: 'district', members: 0 });
  }

  fundId({ tree, code }: Pick<FundMade, 'tree' | 'code'>): string {
    return idOf(`${tree}\n${code}\nfund`);
  }

  openFund(fund: FundMade): void {
    const { tree, association, code, name = code, bank = '0', openedOn = '2023-01-01' } = fund;
    const opening = { cash: '0', bank, goods: '0' };
    const opened = { fundId: this.fundId(fund), rootCode: tree, associationId: idOf(`${tree}\n${association}`), code, name, restriction: 'unrestricted', openedOn, opening, endowmentPrincipal: '0' };
    this.log.add(`fund-${opened.fundId}`, 'FundOpened', opened);
    this.book(fund, 'FundBookOpened', 'opening', openedOn, opened);
  }

  book(fund: Pick<FundMade, 'tree' | 'code'>, type: string, kind: string, day: string, data: object, metadata: { readonly source?: { readonly set: string; readonly seq: string } } = {}): RecordedEvent {
    const fundId = this.fundId(fund);
    const voucher = { kind, year: Number(day.slice(0, 4)), number: this.log.events.length + 1 };
    return this.log.add(`fundBook-${fundId}`, type, { fundId, voucher, documentDate: day, effectiveOn: day, approvals: [], ...data }, metadata);
  }

  /** Hands what was not handed over yet to the read models; `without` leaves one of them behind. */
  async project(without?: 'journal' | 'statement' | 'registry'): Promise<void> {
    for (const [name, bench] of Object.entries(this.benches)) {
      if (name === without) continue;
      await bench.write(this.log.events.slice(this.handed[name] ?? 0));
      this.handed[name] = this.log.events.length;
    }
  }

  get database(): DataSource {
    return this.benches.journal.database;
  }

  async close(): Promise<void> {
    for (const bench of Object.values(this.benches)) await bench.close();
    await this.vault.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
