import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LEDGER_NAMESPACE, uuidv5 } from '@ledger/kernel';
import { openPersonVault, vaultMigrations } from '@ledger/privacy';
import type { PersonVault } from '@ledger/privacy';
import { databaseAt, runMigrations } from '@ledger/postgres';
import type { DataSource } from 'typeorm';
import { HandMadeLog, ProjectionBench } from '../../libs/projection-runtime/testing/src/index.js';
import { testDatabase } from '../../test/support/postgres.js';
import { byIds, listOf, registryProjection } from './index.js';
import type { Listable, RegistryFilter } from './index.js';

jest.setTimeout(60_000);

const id = (name: string): string => uuidv5(LEDGER_NAMESPACE, name);

describe('registry', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let folder: string;
  let vaultSource: DataSource;
  let vault: PersonVault;
  let bench: ProjectionBench;
  let log: HandMadeLog;

  beforeEach(async () => {
    database = await testDatabase();
    folder = mkdtempSync(join(tmpdir(), 'soquy-registry-'));
    await runMigrations(database.url, vaultMigrations);
    vaultSource = await databaseAt(database.url).initialize();
    vault = await openPersonVault({ dataSource: vaultSource, masterKeyFile: join(folder, 'master.key'), hashSecretFile: join(folder, 'hash.key') });
    bench = await ProjectionBench.open(database.url, registryProjection(vault));
    log = new HandMadeLog();
    register('TI');
    register('TI-01', 'TI');
    register('TI-02', 'TI');
    register('TI-01-01', 'TI-01');
    log.add('fund-1', 'FundOpened', { fundId: id('Q1'), rootCode: 'TI', code: 'Q1', associationId: id('TI-01'), name: 'Quỹ', restriction: 'restricted', purpose: 'gift', openedOn: '2023-01-01' });
  });
  afterEach(async () => {
    await bench.close();
    await vaultSource.destroy();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function register(code: string, parent?: string): void {
    log.add(`association-${id(code)}`, 'AssociationRegistered', { associationId: id(code), rootId: id('TI'), rootCode: 'TI', code, name: `Hội ${code}`, level: 'branch', members: 10, establishedOn: '2000-01-01', ...(parent === undefined ? {} : { parentId: id(parent) }) });
  }
  async function pupil(code: string, name: string): Promise<void> {
    await vault.ensureKeys([id(code)]);
    const sealed = await vault.seal(id(code), 'profile', JSON.stringify({ name, dateOfBirth: '2010-01-01' }));
    log.add(`beneficiary-${id(code)}`, 'BeneficiaryRegistered', { beneficiaryId: id(code), rootCode: 'TI', code, kind: 'pupil', associationId: id('TI-01'), sealed });
  }
  async function codes(thing: Listable, filter: RegistryFilter, limit = 100, after?: Parameters<typeof listOf>[4]): Promise<string[]> {
    return (await listOf(bench.database, thing, filter, limit, after)).value.map((one) => one.code);
  }

  it('lists the associations of a tree, under one, of one parent, page by page', async () => {
    await bench.write(log.events, 2);
    expect(await codes('association', { rootCode: 'TI' })).toEqual(['TI', 'TI-01', 'TI-01-01', 'TI-02']);
    expect(await codes('association', { underId: id('TI-01') })).toEqual(['TI-01', 'TI-01-01']);
    expect(await codes('association', { parentId: id('TI') })).toEqual(['TI-01', 'TI-02']);
    expect(await codes('association', {}, 2, { rootCode: 'TI', code: 'TI-01', id: id('TI-01') })).toEqual(['TI-01-01', 'TI-02']);
    expect((await byIds(bench.database, 'association', [id('TI-02'), id('none')])).value).toEqual([
      { associationId: id('TI-02'), rootId: id('TI'), rootCode: 'TI', parentId: id('TI'), code: 'TI-02', name: 'Hội TI-02', level: 'branch', members: 10, establishedOn: '2000-01-01' }]);
  });

  it('keeps funds, campaigns, programmes and pledges in the tree of what they belong to', async () => {
    log.add('campaign-1', 'CampaignLaunched', { campaignId: id('C'), code: 'C', associationId: id('TI'), name: 'Tết', startsOn: '2023-01-01', target: '5' });
    log.add('scholarshipProgram-1', 'ScholarshipProgramEstablished', { programId: id('CT'), code: 'CT', fundId: id('Q1'), name: 'Chương trình' });
    log.add('pledge-1', 'PledgeMade', { pledgeId: id('P'), code: 'P', donorId: id('D'), fundId: id('Q1'), campaignId: id('C'), amount: '70', effectiveOn: '2023-01-02', dueOn: '2023-02-02' });
    log.add('pledge-1', 'PledgeCancelled', { pledgeId: id('P'), effectiveOn: '2023-03-03' });
    await bench.write(log.events);
    expect((await listOf(bench.database, 'fund', { underId: id('TI') }, 9)).value).toEqual([
      { fundId: id('Q1'), rootCode: 'TI', associationId: id('TI-01'), code: 'Q1', name: 'Quỹ', restriction: 'restricted', purpose: 'gift', openedOn: '2023-01-01' }]);
    expect((await listOf(bench.database, 'campaign', { code: 'C', rootCode: 'TI' }, 9)).value).toMatchObject([{ startsOn: '2023-01-01', endsOn: null, target: '5' }]);
    expect((await listOf(bench.database, 'scholarship_program', { fundId: id('Q1') }, 9)).value).toMatchObject([{ code: 'CT', rootCode: 'TI', partner: null }]);
    expect((await listOf(bench.database, 'pledge', { donorId: id('D') }, 9)).value).toMatchObject([{ amount: '70', pledgedOn: '2023-01-02', dueOn: '2023-02-02', cancelledOn: '2023-03-03', rootCode: 'TI' }]);
  });

  it('takes an association and a campaign that do not say since when', async () => {
    log.add('association-9', 'AssociationRegistered', { associationId: id('U'), rootId: id('U'), rootCode: 'U', code: 'U', name: 'Hội U', level: 'province', members: 0 });
    log.add('campaign-9', 'CampaignLaunched', { campaignId: id('UC'), code: 'UC', associationId: id('U'), name: 'Đợt' });
    await bench.write(log.events);
    expect((await listOf(bench.database, 'association', { rootCode: 'U' }, 9)).value).toMatchObject([{ code: 'U', establishedOn: null }]);
    expect((await listOf(bench.database, 'campaign', { rootCode: 'U' }, 9)).value).toMatchObject([{ code: 'UC', startsOn: null, endsOn: null, target: null }]);
  });

  it('holds to the name and the members of the latest day, however late they are told', async () => {
    const rename = (name: string, effectiveOn: string): void => void log.add('association-2', 'AssociationRenamed', { associationId: id('TI-02'), name, effectiveOn });
    rename('newest', '2024-01-01');
    rename('older', '2023-01-01');
    rename('newest of the day', '2024-01-01');
    log.add('association-2', 'MembersCounted', { associationId: id('TI-02'), members: 33, effectiveOn: '2024-01-01' });
    log.add('association-2', 'MembersCounted', { associationId: id('TI-02'), members: 22, effectiveOn: '2023-01-01' });
    log.add('fund-1', 'FundRenamed', { fundId: id('Q1'), name: 'Quỹ mới', effectiveOn: '2023-05-01' });
    await bench.write(log.events, 6);
    expect((await byIds(bench.database, 'association', [id('TI-02')])).value).toMatchObject([{ name: 'newest of the day', members: 33 }]);
    expect((await byIds(bench.database, 'fund', [id('Q1')])).value).toMatchObject([{ name: 'Quỹ mới' }]);
  });

  it('finds persons by any part of their name, with no name in any table', async () => {
    await pupil('B1', 'Nguyễn Thị Đào');
    await pupil('B2', 'Trần Văn Đào');
    log.add('donor-1', 'DonorRegistered', { donorId: id('D1'), rootCode: 'TI', code: 'D1', kind: 'organisation', name: 'Công ty Đào Tiên' });
    await bench.write(log.events);
    const hash = (name: string): string[] => vault.nameHashes(name).slice(1);
    expect(await codes('beneficiary', { nameHashes: hash('dao') })).toEqual(['B1', 'B2']);
    expect(await codes('beneficiary', { nameHashes: hash('thị đào') })).toEqual(['B1']);
    expect(await codes('beneficiary', { nameHashes: hash('Lê') })).toEqual([]);
    expect((await listOf(bench.database, 'donor', { nameHashes: hash('Đào') }, 9)).value).toMatchObject([{ name: 'Công ty Đào Tiên', sealed: null }]);
    const [person] = (await byIds(bench.database, 'beneficiary', [id('B1')])).value;
    expect(person).toMatchObject({ name: null, erased: false, associationId: id('TI-01') });
    expect(await vault.openMany([{ personId: id('B1'), use: 'profile', sealed: person!.sealed! }])).toEqual(['{"name":"Nguyễn Thị Đào","dateOfBirth":"2010-01-01"}']);
    const dump = JSON.stringify(await bench.rows('SELECT * FROM sealed.beneficiary'));
    expect(dump).not.toMatch(/Nguyễn|Đào|nguyen|2010-01-01/);
  });

  it('forgets an erased person, and makes no hashes where the key is gone already', async () => {
    await pupil('B1', 'Nguyễn Thị Đào');
    log.add(`beneficiary-${id('B1')}`, 'PersonErased', { personId: id('B1') });
    await pupil('B2', 'Trần Văn Đào');
    await vault.shred([id('B2')]);
    await bench.write(log.events, 6);
    expect(await bench.rows(`SELECT sealed, name_hashes, erased FROM sealed.beneficiary WHERE code = 'B1'`)).toEqual([{ sealed: null, name_hashes: [], erased: true }]);
    expect(await bench.rows(`SELECT name_hashes FROM sealed.beneficiary WHERE code = 'B2'`)).toEqual([{ name_hashes: [] }]);
    expect(await codes('beneficiary', {})).toEqual(['B1', 'B2']);
  });

  it('keeps the dashboards\' role out of what is sealed, and lets it read the rest', async () => {
    await pupil('B1', 'Nguyễn Thị Đào');
    await bench.write(log.events);
    const asDashboard = async (sql: string): Promise<unknown> => {
      const runner = bench.database.createQueryRunner();
      try {
        await runner.query('SET ROLE dashboard');
        return await runner.query(sql);
      } finally {
        await runner.query('RESET ROLE');
        await runner.release();
      }
    };
    expect(await asDashboard('SELECT code, name FROM read.beneficiary')).toEqual([{ code: 'B1', name: null }]);
    for (const table of ['sealed.beneficiary', 'p_registry_1.beneficiary', 'projection.checkpoint', 'vault.current_master_key'])
      await expect(asDashboard(`SELECT * FROM ${table}`)).rejects.toThrow('permission denied');
  });

  it('refuses a filter that a thing does not know', async () => {
    await expect(listOf(bench.database, 'donor', { parentId: id('TI') }, 1)).rejects.toThrow('donor has no filter parentId');
  });
});
