/** An option's value. Throws a sentence that names the option and what may be written. */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (!/^[0-9]{1,12}$/.test(text) || number < least || number > most) {
    throw new Error(`${option} là / is "${text}": viết một số nguyên từ / write a whole number from ${least} đến / to ${most}`);
  }
  return number;
}
