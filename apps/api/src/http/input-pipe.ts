import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { validateSync, type ValidationError } from 'class-validator';
import type { Check, Fault } from './field-checks.js';
import { invalidInput, pointerToken, type FieldFault } from './problem.js';

type Place = (path: string) => Pick<FieldFault, 'pointer' | 'parameter'>;

/** Validates bodies and queries against their class; refuses what the class doesn't name. Faults come all at once. */
@Injectable()
export class InputPipe implements PipeTransform {
  transform(value: unknown, { metatype, type }: ArgumentMetadata): unknown {
    if ((type !== 'body' && type !== 'query') || metatype === undefined || metatype === Object) return value;
    const place: Place = type === 'body' ? (path) => ({ pointer: path }) : (path) => ({ parameter: path.slice(1) });
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidInput([{ pointer: '', code: 'not_an_object' }]);
    // As a field it would be taken for the object's prototype and pass unseen.
    if (Object.hasOwn(value, '__proto__')) throw invalidInput([{ ...place('/__proto__'), code: 'field_unknown' }]);
    const input = Object.assign(new (metatype as new () => object)(), value);
    const errors = validateSync(input, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false, validationError: { target: false } });
    if (errors.length === 0) return input;
    throw invalidInput(errors.map((error) => faultOf(error, place)));
  }
}

function faultOf(error: ValidationError, place: Place): FieldFault {
  const path = `/${pointerToken(error.property)}`;
  const check = (error.contexts?.['field'] as { check: Check } | undefined)?.check;
  const fault: Fault = check === undefined ? { code: 'field_unknown' }
    : error.value === undefined ? { code: 'field_missing' }
    : check(error.value) ?? { code: 'field_invalid' };
  const { details } = fault;
  return { ...place(path + (fault.at ?? '')), code: fault.code, ...(details === undefined ? {} : { details }) };
}
