import { SetBuilder } from '../../testing/index.js';
import { checkSet } from '../check-set.js';
import type { RowSubmission } from '../submission.js';

const small = SetBuilder.small();

async function submissionsOf(set: SetBuilder): Promise<Map<string, RowSubmission>> {
  const checked = await checkSet(set, { today: '2024-05-01' });
  if (checked.kind === 'faulty') throw new Error(JSON.stringify(checked.faults));
  const all = [...checked.plan.stages, checked.plan.movements].flatMap((rows) => [...rows]);
  return new Map(all.map((submission) => [`${submission.row.file} ${submission.row.line}`, submission]));
}

const text = (value: unknown): string => JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));

describe('rows as commands', () => {
  it('keep what names a person out of the command', async () => {
    const set = small.change('awards', 2, { title: 'Giải' });
    const submissions = await submissionsOf(set);
    for (const { command } of submissions.values()) expect(text(command)).not.toMatch(/Nguyễn Văn A|Trần Thị C|Lê Văn E|2012-03-04|Trường D|ông A|em E|Ẩn danh/);
    expect(submissions.get('donors 2')).toMatchObject({ secrets: { profile: { name: 'Nguyễn Văn A' } } });
    expect(submissions.get('donors 4')).toMatchObject({ secrets: { profile: { name: 'Ẩn danh' } } });
    expect(submissions.get('beneficiaries 2')).toMatchObject({ secrets: { profile: { name: 'Trần Thị C', dateOfBirth: '2012-03-04', school: 'Trường D' } } });
    expect(submissions.get('donations 3')!.secrets).toEqual({ personId: submissions.get('donors 2')!.secrets!.personId, description: 'Tiền mặt của ông A' });
    expect(submissions.get('disbursements 2')!.secrets).toEqual({ personId: submissions.get('beneficiaries 3')!.secrets!.personId, description: 'Giúp em E' });
    expect(submissions.get('adjustments 2')!.secrets).toEqual({ personId: submissions.get('donors 2')!.secrets!.personId, reason: 'Ghi nhầm' });
  });

  it('leave what names nobody in clear', async () => {
    const submissions = await submissionsOf(small);
    expect(submissions.get('donors 3')).toMatchObject({ command: { name: 'Công ty B' } });
    expect(submissions.get('donors 3')!.secrets).toBeUndefined();
    expect(submissions.get('beneficiaries 4')).toMatchObject({ command: { name: 'Nhóm học tập' } });
    expect(submissions.get('donations 2')).toMatchObject({ command: { description: 'Chuyển khoản' } });
    expect(submissions.get('disbursements 3')).toMatchObject({ command: { description: 'Tặng sách' } });
  });

  it('become honours without money, moves within a fund and transfers between two', async () => {
    const submissions = await submissionsOf(small);
    expect(submissions.get('awards 2')!.command.type).toBe('AwardPrize');
    expect(submissions.get('awards 3')!.command.type).toBe('ConferHonour');
    expect(submissions.get('transfers 2')!.command.type).toBe('SendTransfer');
    expect(submissions.get('transfers 3')!.command.type).toBe('MoveBetweenAccounts');
  });

  it('name their set and their posting number where they are movements', async () => {
    const submissions = await submissionsOf(small);
    expect(submissions.get('donations 2')!.source).toEqual({ set: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, seq: '2' });
    expect(submissions.get('donors 2')!.source).toBeUndefined();
    expect(new Set([...submissions.values()].map(({ source }) => source?.set)).size).toBe(2);
  });

  it('have ids of their own that do not change with order or neighbours', async () => {
    const submissions = await submissionsOf(small);
    expect(new Set([...submissions.values()].map(({ commandId }) => commandId)).size).toBe(submissions.size);
    const moved = await submissionsOf(small.rows('donors', ['D3,Ẩn danh,anonymous', 'D1,Nguyễn Văn A,individual', 'D2,Công ty B,organisation']));
    expect(moved.get('donors 3')!.commandId).toBe(submissions.get('donors 2')!.commandId);
  });
});
