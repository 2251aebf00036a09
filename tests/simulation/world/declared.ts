import { codec, field } from "@hubspoke/core/sync";
import { fieldsOf, refProperty, type SyncedField } from "../script/fields.ts";
import type { Setup } from "../script/steps.ts";

type Declared = ReturnType<typeof field> | ReturnType<typeof codec>;

/** What the product declares to be synced. */
export function declaredFields(setup: Setup): Readonly<Record<string, Declared>> {
  return {
    ref: field(refProperty, { owner: "hubspot" }),
    ...Object.fromEntries(fieldsOf(setup).map((synced) => [synced.local, declared(synced)])),
  };
}

function declared({ local, properties, rule }: SyncedField): Declared {
  const [property = "", second = ""] = properties;
  if (local === "roles") return field(property, { rule, as: "list" });
  if (local !== "place" || rule === "union") return field(property, { rule });
  return codec([property, second], {
    rule,
    encode: (place: string | null) => {
      const [street = "", state = ""] = (place ?? "").split("/");
      return { [property]: street.trim() || null, [second]: state.trim() || null };
    },
    decode: (values) => {
      const place = `${values[property] ?? ""}/${values[second] ?? ""}`;
      return place === "/" ? null : place;
    },
    samples: ["1 Main St/NS", "1 Main St/"],
  });
}
