import { randomUUID } from 'node:crypto';
import { fundIdOf } from '@ledger/fund-ledger';
import { ApiHouse } from '../../apps/api/testing/api-house.js';
import { ask, post } from '../../apps/api/testing/client.js';
import { donation, foundTree } from '../../apps/api/testing/story.js';
import { until } from './support/process-house.js';

jest.setTimeout(60_000);

let house: ApiHouse;
let url: string;
beforeAll(async () => {
  house = await ApiHouse.open();
  url = house.server.url;
  await foundTree(url);
});
afterAll(() => house.close());

interface Shown { readonly ok: boolean; readonly stopped?: true; readonly stoppedBy?: object; readonly lagSeconds?: number; readonly position?: string }
const projections = async (): Promise<Record<string, Shown>> => {
  const answer = await fetch(`${url}/health/ready`);
  return ((await answer.json()) as { projections: Record<string, Shown> }).projections;
};
const metric = (text: string, name: string): number => Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1]);

it('an event that a read model cannot take stops it and no other; readiness, metrics and queries say so', async () => {
  await until(async () => (await fetch(`${url}/health/ready`)).status === 200);
  const lag = async (unit: string): Promise<number> => metric((await ask(`${url}/metrics`)).text, `soquy_projection_lag_${unit}{projection="fund-balances"}`);
  await until(async () => (await lag('events')) === 0 && (await lag('seconds')) === 0);

  const fundId = fundIdOf('TT', 'F1');
  const stream = `fundBook-${fundId}`;
  const id = randomUUID();
  // As no decider makes it: only somebody with access to the event store itself could have written this.
  const broken = { fundId, voucher: { kind: 'receipt', year: 2024, number: 1 }, account: 'bank', amount: 'many', donorId: randomUUID(), effectiveOn: '2024-01-10' };
  const metadata = { commandId: id, inputHash: '', correlationId: id, causationId: id, actorId: 'nobody', recordedAt: new Date().toISOString(), schemaVersion: 1 };
  const outcome = await house.process.eventStore.append(stream, 0n, [{ id, type: 'DonationReceived', data: broken, metadata }]);
  expect(outcome.kind).toBe('appended');

  await until(async () => (await projections())['fund-balances']?.stoppedBy !== undefined);
  const shown = await projections();
  expect(shown['fund-balances']).toMatchObject({ ok: false, stopped: true, stoppedBy: { stream, revision: '1', type: 'DonationReceived' } });
  expect(shown['registry']).toMatchObject({ ok: true });
  expect((await fetch(`${url}/health/ready`)).status).toBe(503);
  expect((await fetch(`${url}/health/live`)).status).toBe(200);

  // Another book goes on; whoever asks for what came after the stop is told that waiting will not help.
  const { body } = await post(`${url}/funds`, {
    tree: 'TT', code: 'F2', name: 'Quỹ F2', association: 'TT:TT', restriction: 'unrestricted', openedOn: '2024-01-01', opening: { cash: '0', bank: '0', goods: '0' }, endowmentPrincipal: '0',
  });
  const answer = await ask(`${url}/funds/TT:F2/balance?atPosition=${body.position}`);
  expect([answer.status, answer.body.code]).toEqual([503, 'projection_stopped']);
  expect((await post(`${url}/funds/TT:F2/donations`, donation())).status).toBe(201);
  const after = (await ask(`${url}/metrics`)).text;
  // The event itself, the fund, its book and the donation.
  expect(metric(after, 'soquy_projection_lag_events{projection="fund-balances"}')).toBe(4);
  expect(metric(after, 'soquy_projection_lag_seconds{projection="fund-balances"}')).toBeGreaterThan(0);
  expect(metric(after, 'soquy_commands_total{command="ReceiveDonation",outcome="accepted"}')).toBe(1);
  expect(metric(after, 'soquy_command_seconds_count{command="ReceiveDonation"}')).toBe(1);
});
