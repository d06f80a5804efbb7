import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number from 1 on. @throws InvalidArgumentError */
export function numberUpTo(max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= 1 && number <= max) return number;
    throw new InvalidArgumentError(`a number from 1 to ${max} is needed.`);
  };
}
