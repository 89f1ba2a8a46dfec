import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { ValidateBy, ValidateIf, type ValidationOptions } from 'class-validator';
import {
  checkAmount, checkAmountOrZero, checkChoice, checkCode, checkCount, checkDay, checkName, checkReference, checkSignedAmount, checkText,
  LARGEST_COUNT, LONGEST_CODE, LONGEST_NAME, LONGEST_TEXT, type Check,
} from './field-checks.js';

/** How a field differs from the plain, required one. */
export interface FieldOptions {
  readonly optional?: boolean;
  readonly description?: string;
}

/** A field of a body or query: its check and its description in the OpenAPI document, said once. */
export function Field(check: Check, schema: ApiPropertyOptions, options: FieldOptions = {}): PropertyDecorator {
  const described = options.description === undefined ? schema : { ...schema, description: options.description };
  const validation: ValidationOptions = { context: { check } };
  return applyDecorators(
    ApiProperty({ ...described, required: options.optional !== true } as ApiPropertyOptions),
    ValidateBy({ name: 'field', validator: { validate: (value) => check(value) === undefined, defaultMessage: () => 'invalid' } }, validation),
    ...(options.optional === true ? [ValidateIf((_, value) => value !== undefined)] : []),
  );
}

export const Amount = (options?: FieldOptions): PropertyDecorator =>
  Field(checkAmount, { type: String, pattern: '^[1-9][0-9]{0,18}$', description: 'Whole đồng above 0, as digits in a string.' }, options);
export const AmountOrZero = (options?: FieldOptions): PropertyDecorator =>
  Field(checkAmountOrZero, { type: String, pattern: '^(0|[1-9][0-9]{0,18})$', description: 'Whole đồng, 0 or above, as digits in a string.' }, options);
export const SignedAmount = (options?: FieldOptions): PropertyDecorator =>
  Field(checkSignedAmount, { type: String, pattern: '^-?[1-9][0-9]{0,18}$', description: 'Whole đồng, signed, not 0, as digits in a string.' }, options);
export const DayField = (options?: FieldOptions): PropertyDecorator =>
  Field(checkDay, { type: String, format: 'date', description: 'A day in Vietnam (UTC+7), YYYY-MM-DD.' }, options);
export const Code = (options?: FieldOptions): PropertyDecorator =>
  Field(checkCode, { type: String, minLength: 1, maxLength: LONGEST_CODE }, options);
export const Name = (options?: FieldOptions): PropertyDecorator =>
  Field(checkName, { type: String, minLength: 1, maxLength: LONGEST_NAME }, options);
export const FreeTextField = (options?: FieldOptions): PropertyDecorator =>
  Field(checkText, { type: String, minLength: 1, maxLength: LONGEST_TEXT }, options);
export const Count = (least: number, most: number = LARGEST_COUNT, options?: FieldOptions): PropertyDecorator =>
  Field(checkCount(least, most), { type: 'integer', minimum: least, maximum: most }, options);
export const Choice = (choices: readonly string[], options?: FieldOptions): PropertyDecorator =>
  Field(checkChoice(choices), { type: String, enum: [...choices] }, options);
export const Reference = (options?: FieldOptions): PropertyDecorator =>
  Field(checkReference, {
    type: String, maxLength: 2 * LONGEST_CODE + 1, description: 'An id, or `tree:code` (the root association\'s code, a colon, the code).',
  }, options);
