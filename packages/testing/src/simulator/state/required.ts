import { type ApiErrorDetail, validationError } from "../base/api-error.ts";

/** A property that an admin requires: of every new record, or of records where another property has some value. */
export interface RequiredProperty {
  /** The property that must have a value; 400 with its code where it has none. */
  readonly name: string;
  /** Only where `property` has one of `values`. Default: of every new record, and of writes that name it. */
  readonly when?: { readonly property: string; readonly values: readonly string[] };
}

type Values = Readonly<Record<string, string>>;

/** Throws 2026-09's 400 for a record that would lack what admins require (hubspot-facts §1.7). */
export function refuseIncomplete(
  rules: readonly RequiredProperty[],
  written: Values,
  resulting: Values,
  isNew: boolean,
): void {
  const errors = rules
    .filter((rule) => !resulting[rule.name] && applies(rule, written, resulting, isNew))
    .map(({ name, when }) => problem(name, when?.property));
  if (errors.length > 0) throw validationError("The property values provided are invalid", errors);
}

/** Old records need not be complete, but no write may touch a rule and leave it broken. */
function applies({ name, when }: RequiredProperty, written: Values, resulting: Values, isNew: boolean): boolean {
  if (when === undefined) return isNew || name in written;
  const isMeant = when.values.includes(resulting[when.property] ?? "");
  return isMeant && (isNew || name in written || when.property in written);
}

function problem(name: string, because: string | undefined): ApiErrorDetail {
  const context = { propertyName: [name] };
  if (because === undefined) {
    return { code: "MISSING_REQUIRED_PROPERTY", message: `A value for ${name} must be provided`, context };
  }
  const message = `${name} is required because of a conditional property rule based on [${because}]`;
  return { code: "MISSING_CONDITIONAL_REQUIRED_PROPERTY", message, context };
}
