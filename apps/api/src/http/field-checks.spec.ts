import {
  checkAmount, checkAmountOrZero, checkCode, checkCount, checkDay, checkName, checkReference, checkSignedAmount, checkText, LONGEST_CODE, type Check,
} from './field-checks.js';

const codes = (check: Check, values: readonly unknown[]): (string | undefined)[] => values.map((value) => check(value)?.code);

describe('amounts', () => {
  it('takes whole đồng up to 2^63 − 1 as text, beyond 2^53 too', () => {
    expect(codes(checkAmount, ['1', '150000', '9007199254740993', '9223372036854775807'])).toEqual([undefined, undefined, undefined, undefined]);
    expect(codes(checkAmountOrZero, ['0', '1'])).toEqual([undefined, undefined]);
    expect(codes(checkSignedAmount, ['-5', '5', '-9223372036854775807'])).toEqual([undefined, undefined, undefined]);
  });

  it('says what is wrong with everything else', () => {
    expect(codes(checkAmount, [150000, 1.5])).toEqual(['amount_is_a_number', 'amount_is_a_number']);
    expect(codes(checkAmount, ['1.5', '1,5', '1000.0', '1.000.000'])).toEqual(['amount_not_whole', 'amount_not_whole', 'amount_not_whole', 'amount_malformed']);
    expect(codes(checkAmount, ['-1', '0', '-0'])).toEqual(['amount_negative', 'amount_zero', 'amount_malformed']);
    expect(codes(checkAmount, ['9223372036854775808', '1'.repeat(64_000)])).toEqual(['amount_too_large', 'amount_too_large']);
    expect(codes(checkAmount, ['01', '+1', '1e3', ' 1', '', '１', '0x10', 'abc'])).toEqual(Array(8).fill('amount_malformed'));
    expect(codes(checkAmount, [null, true, [], {}, ['1']])).toEqual(Array(5).fill('not_a_text'));
    expect(codes(checkSignedAmount, ['0', '-0', '--1'])).toEqual(['amount_zero', 'amount_malformed', 'amount_malformed']);
  });
});

describe('days', () => {
  it('knows the calendar', () => {
    expect(codes(checkDay, ['2024-02-29', '2023-02-28', '1996-10-02'])).toEqual([undefined, undefined, undefined]);
    expect(codes(checkDay, ['2023-02-29', '1900-02-29', '2024-13-01', '2024-04-31', '0000-01-01'])).toEqual(Array(5).fill('date_not_in_calendar'));
    expect(codes(checkDay, ['29/02/2024', '2024-2-9', '2024-02-29T00:00:00Z', 20240229, null, ''])).toEqual(Array(6).fill('date_malformed'));
  });
});

describe('texts', () => {
  it('bounds them in characters, not in UTF-16 units', () => {
    expect(codes(checkName, ['ế'.repeat(200), '🌱'.repeat(200)])).toEqual([undefined, undefined]);
    expect(codes(checkName, ['ế'.repeat(201), '🌱'.repeat(201), 'x'.repeat(60_000)])).toEqual(Array(3).fill('text_too_long'));
    expect(codes(checkCode, ['x'.repeat(LONGEST_CODE), 'x'.repeat(LONGEST_CODE + 1)])).toEqual([undefined, 'text_too_long']);
    expect(codes(checkText, ['x'.repeat(2000), 'x'.repeat(2001)])).toEqual([undefined, 'text_too_long']);
  });

  it('takes no control characters, in free text only line breaks and tabs', () => {
    expect(codes(checkCode, ['a\u0000b', 'a\nb', 'a\u007fb', 'a\u0085b'])).toEqual(Array(4).fill('text_has_control_characters'));
    expect(codes(checkText, ['a\nb\tc', 'a\u0000b', 'a\u001bb'])).toEqual([undefined, 'text_has_control_characters', 'text_has_control_characters']);
    expect(codes(checkName, ['', '   ', ' a', 'a ', 7, null])).toEqual(['text_empty', 'text_empty', 'text_not_trimmed', 'text_not_trimmed', 'not_a_text', 'not_a_text']);
  });
});

describe('counts and references', () => {
  it('takes whole numbers in range', () => {
    expect(codes(checkCount(1, 3), [1, 3])).toEqual([undefined, undefined]);
    expect(codes(checkCount(1, 3), [0, 4, 1.5, '2', null, -1])).toEqual(Array(6).fill('count_out_of_range'));
  });

  it('takes ids and tree:code', () => {
    expect(codes(checkReference, ['6f1d7c64-2f0b-5c3e-9a57-0b6f8f7d3a11', 'TI:TI-Q1', 'TI:a:b'])).toEqual([undefined, undefined, undefined]);
    expect(codes(checkReference, ['TI-Q1', ':x', 'TI:', 'a\u0000:b', 'x'.repeat(200), ''])).toEqual(Array(6).fill('reference_malformed'));
  });
});
