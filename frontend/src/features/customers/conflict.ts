import type { QueryClient } from "@tanstack/vue-query";

import { personOptionsQuery } from "@/shared/composables/usePersonOptions";

import {
  blankCustomer,
  secretFields,
  toValues,
  type Customer,
  type CustomerField,
  type CustomerValues,
  type SecretField,
} from "./model";

export interface Conflict {
  theirs: Customer;
  differences: Difference[];
  /** Whose value each differing field shall keep. */
  choices: Partial<Record<CustomerField, "mine" | "theirs">>;
  /** Masked values that the other person has replaced; what I typed, if anything, still wins. */
  secretChanges: { field: SecretField; masked: string | null }[];
  managerNames: Record<"mine" | "theirs", string>;
}

export interface Difference {
  field: CustomerField;
  mine: CustomerValues[CustomerField];
  theirs: CustomerValues[CustomerField];
  /** Both have changed it; otherwise only the other person has. */
  contested: boolean;
}

/**
 * What stands between my form and what has been saved meanwhile: the fields that differ.
 *
 * `base` is the version I started from. A field that only I have changed is no difference to
 * decide about. Secret fields never differ here: their stored values are not known.
 */
export function differences(base: CustomerValues, mine: CustomerValues, theirs: CustomerValues): Difference[] {
  return (Object.keys(blankCustomer) as CustomerField[]).flatMap((field) => {
    if (mine[field] === theirs[field] || theirs[field] === base[field]) return [];
    return [{ field, mine: mine[field], theirs: theirs[field], contested: mine[field] !== base[field] }];
  });
}

/** Everything the person needs to decide; `base` is the version the form started from. */
export async function compare(
  client: QueryClient,
  base: Customer,
  mine: CustomerValues,
  theirs: Customer,
): Promise<Conflict> {
  const differing = differences(toValues(base), mine, toValues(theirs));
  const choices = Object.fromEntries(differing.map(({ field, contested }) => [field, contested ? "mine" : "theirs"]));
  return {
    theirs,
    differences: differing,
    choices: choices as Conflict["choices"],
    secretChanges: secretFields
      .filter((field) => theirs[field] !== base[field])
      .map((field) => ({ field, masked: theirs[field] })),
    managerNames: {
      mine: await managerName(client, base, mine.manager_id),
      theirs: theirs.manager?.display_name ?? "",
    },
  };
}

async function managerName(client: QueryClient, base: Customer, managerId: string | null): Promise<string> {
  if (managerId === null) return "";
  if (managerId === base.manager?.id) return base.manager.display_name;
  const options = await client.fetchQuery(personOptionsQuery(""));
  return options.find((person) => person.id === managerId)?.display_name ?? managerId;
}
