/** The error for a type that the catalogue does not have. */
export const unknownType = (who: string, name: string, { policy }: { policy: object }): TypeError =>
  new TypeError(
    `${who}: the catalogue has no type ${JSON.stringify(name)}. It has ${Object.keys(policy).join(', ')}.`,
  );
