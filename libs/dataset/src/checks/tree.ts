import { ASSOCIATION_LEVELS } from '@ledger/fund-ledger';
import { shown } from '../columns.js';
import type { Faults } from '../faults.js';
import { markFaulty, type DataSet, type Row } from '../table.js';

type Unit = Row<'associations'>;

/**
 * The associations form one tree. Answers the root's code, or undefined where there is none that could be relied on.
 */
export function checkTree({ associations }: DataSet, faults: Faults): string | undefined {
  const units = new Map<string, Unit>();
  for (const row of associations.rows) if (row.values.code !== undefined && !units.has(row.values.code)) units.set(row.values.code, row);
  const cycles = cyclesIn(units);
  for (const cycle of cycles) {
    const blamed = mostSuspicious(cycle, units);
    markFaulty(blamed);
    const codes = cycle.slice(0, 10).map((unit) => unit.values.code!);
    faults.add('parent_makes_a_cycle', { file: 'associations', line: blamed.line, column: 'parent_code' }, { cycle: shown(codes.join(' → ')) });
  }
  return onlyRoot([...units.values()], associations.complete && cycles.length === 0 && associations.strayCells.size === 0, faults);
}

function onlyRoot(units: readonly Unit[], expected: boolean, faults: Faults): string | undefined {
  const roots = units.filter((unit) => 'parent_code' in unit.values && unit.values.parent_code === undefined);
  roots.sort((a, b) => rank(a) - rank(b) || a.line - b.line);
  const [root, ...others] = roots;
  for (const other of others) {
    markFaulty(other);
    faults.add('root_is_repeated', { file: 'associations', line: other.line, column: 'parent_code' }, { root: shown(root!.values.code!) });
  }
  // A row that could not be read may be the root.
  if (!root && expected && units.every((unit) => unit.sound)) faults.add('root_is_missing', { file: 'associations', line: 1, column: 'parent_code' });
  return root?.values.code;
}

function rank(unit: Unit): number {
  return unit.values.level === undefined ? ASSOCIATION_LEVELS.length : ASSOCIATION_LEVELS.indexOf(unit.values.level);
}

function cyclesIn(units: ReadonlyMap<string, Unit>): Unit[][] {
  const walkOf = new Map<Unit, number>();
  const cycles: Unit[][] = [];
  let walk = 0;
  for (const start of units.values()) {
    walk += 1;
    const path: Unit[] = [];
    let unit: Unit | undefined = start;
    while (unit && !walkOf.has(unit)) {
      walkOf.set(unit, walk);
      path.push(unit);
      unit = unit.values.parent_code === undefined ? undefined : units.get(unit.values.parent_code);
    }
    if (unit && walkOf.get(unit) === walk) cycles.push(path.slice(path.indexOf(unit)));
  }
  return cycles;
}

/** Every row of a cycle takes part in it; the odd one out is the one whose parent is of no higher level, or comes below it. */
function mostSuspicious(cycle: readonly Unit[], units: ReadonlyMap<string, Unit>): Unit {
  const suspicion = (unit: Unit): number => {
    const parent = units.get(unit.values.parent_code!)!;
    return (rank(parent) >= rank(unit) ? 2 : 0) + (parent.line >= unit.line ? 1 : 0);
  };
  return cycle.reduce((worst, unit) => (suspicion(unit) > suspicion(worst) ? unit : worst));
}
