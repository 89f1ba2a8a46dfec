import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { invariant } from '@ledger/kernel';
import type { Check, Fault } from './field-checks.js';
import { invalidInput, pointerToken, type FieldFault } from './problem.js';

type Place = (path: string) => Pick<FieldFault, 'pointer' | 'parameter'>;
type InputClass = new () => object;

interface NamedField {
  readonly check: Check;
  readonly isOptional: boolean;
}

/** Validates bodies and queries against their class; refuses what the class doesn't name. Faults come all at once. */
@Injectable()
export class InputPipe implements PipeTransform {
  transform(value: unknown, { metatype, type }: Pick<ArgumentMetadata, 'metatype' | 'type'>): unknown {
    if ((type !== 'body' && type !== 'query') || metatype === undefined || metatype === Object) return value;
    const place: Place = type === 'body' ? (path) => ({ pointer: path }) : (path) => ({ parameter: path.slice(1) });
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidInput([{ pointer: '', code: 'not_an_object' }]);
    // As a field it would be taken for the object's prototype and pass unseen.
    if (Object.hasOwn(value, '__proto__')) throw invalidInput([{ ...place('/__proto__'), code: 'field_unknown' }]);
    const input = Object.assign(new (metatype as InputClass)(), value);
    const faults = faultsOf(input as Readonly<Record<string, unknown>>, fieldsOf(metatype as InputClass), place);
    if (faults.length === 0) return input;
    throw invalidInput(faults);
  }
}

function faultsOf(input: Readonly<Record<string, unknown>>, fields: ReadonlyMap<string, NamedField>, place: Place): FieldFault[] {
  const faults: FieldFault[] = [];
  for (const name of Object.keys(input)) if (!fields.has(name)) faults.push({ ...place(`/${pointerToken(name)}`), code: 'field_unknown' });
  for (const [name, { check, isOptional }] of fields) {
    const value = input[name];
    if (isOptional && value === undefined) continue;
    const fault: Fault | undefined = check(value);
    if (fault === undefined) continue;
    const path = `/${pointerToken(name)}`;
    if (value === undefined) faults.push({ ...place(path), code: 'field_missing' });
    else faults.push({ ...place(path + (fault.at ?? '')), code: fault.code, ...(fault.details === undefined ? {} : { details: fault.details }) });
  }
  return faults;
}

const known = new Map<InputClass, ReadonlyMap<string, NamedField>>();

/**
 * A class's own fields, then those it inherits, as class-validator keeps them. They are looked up once: going through
 * its storage for each input took as long as the rest of a request's way to the ledger.
 */
function fieldsOf(inputClass: InputClass): ReadonlyMap<string, NamedField> {
  const found = known.get(inputClass);
  if (found) return found;
  const fields = new Map<string, NamedField>();
  const storage = getMetadataStorage();
  for (const [name, rules] of Object.entries(storage.groupByPropertyName(storage.getTargetValidationMetadatas(inputClass, '', false, false)))) {
    const [check] = rules.flatMap(({ context }) => (context === undefined ? [] : [(context as { readonly check: Check }).check]));
    invariant(check !== undefined, 'every field has its check');
    fields.set(name, { check, isOptional: rules.some(({ type }) => type === ValidationTypes.CONDITIONAL_VALIDATION) });
  }
  known.set(inputClass, fields);
  return fields;
}
