import { type ApiError, type ApiErrorDetail, validationError } from "../base/api-error.ts";
import { countryCode } from "../properties/calculated-phone.ts";
import { type NormalisationSettings, normaliseValue } from "../properties/normalise.ts";
import type { PropertyRegistry } from "./property-registry.ts";

/** `warnings[]` of a 2026-09 answer: the value kept is not the value sent (hubspot-facts §1.7). */
export interface NormalisationWarning {
  readonly propertyName: string;
  readonly rawValue: string;
  readonly normalizedValue: string;
}

export interface PreparedWrite {
  /** What changes, `""` for a cleared property; properties that already have the value are absent. */
  readonly patch: Readonly<Record<string, string>>;
  readonly warnings: readonly NormalisationWarning[];
}

export interface WriteRules {
  readonly portalId: number;
  readonly properties: PropertyRegistry;
  readonly normalisation: NormalisationSettings;
  readonly defaultCountry: string;
  /** Whether dates that are not quite dates are made such (2026-09). */
  readonly isLenient: boolean;
  /** Who may own records; absent when nobody checks. */
  readonly owners: ReadonlySet<string> | undefined;
}

interface Problem {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

/** Checks and normalises one record's properties. Throws HubSpot's 400 naming every property that is wrong. */
export function prepareWrite(
  input: Readonly<Record<string, unknown>>,
  current: Readonly<Record<string, string>>,
  rules: WriteRules,
): PreparedWrite {
  const problems: Problem[] = [];
  const warnings: NormalisationWarning[] = [];
  const patch: Record<string, string> = {};
  const typedCountry = typeof input.country === "string" ? input.country : current.country;
  const country = countryCode(typedCountry) ?? rules.defaultCountry;

  for (const [name, raw] of Object.entries(input)) {
    const definition = rules.properties.find(name);
    if (definition === undefined) {
      problems.push({ name, code: "PROPERTY_DOESNT_EXIST", message: `Property "${name}" does not exist` });
      continue;
    }
    if (definition.readOnly) {
      const message = `"${name}" is a read only property; its value cannot be set.`;
      problems.push({ name, code: "READ_ONLY_VALUE", message });
      continue;
    }
    const result = normaliseValue(definition, raw, current[name], { ...rules, country });
    if (!result.ok) {
      problems.push({ name, code: result.code, message: result.message });
      continue;
    }
    if (name === "hubspot_owner_id" && result.value !== "" && rules.owners?.has(result.value) === false) {
      problems.push({ name, code: "INVALID_OWNER_ID", message: `${result.value} is not the id of an owner` });
      continue;
    }
    if (raw !== null && result.value !== String(raw)) {
      warnings.push({ propertyName: name, rawValue: String(raw), normalizedValue: result.value });
    }
    if (name === "lifecyclestage" && goesBack(definition.options, current[name], result.value)) continue;
    if ((current[name] ?? "") !== result.value) patch[name] = result.value;
  }
  if (problems.length > 0) throw refusal(problems, rules.portalId);
  return { patch, warnings };
}

/** The lifecycle stage only moves forward; HubSpot ignores a step back unless it was cleared first (facts §7.3). */
function goesBack(options: readonly { value: string }[], current: string | undefined, next: string): boolean {
  if (!current || next === "") return false;
  const place = (value: string) => options.findIndex((option) => option.value === value);
  return place(next) < place(current);
}

function refusal(problems: readonly Problem[], portalId: number): ApiError {
  const listed = problems.map(({ name, code, message }) => ({
    isValid: false,
    message,
    error: code,
    name,
    localizedErrorMessage: message,
    portalId,
  }));
  const errors: ApiErrorDetail[] = problems.map(({ name, code, message }) => ({
    message,
    code,
    context: { propertyName: [name] },
  }));
  return validationError(`Property values were not valid: ${JSON.stringify(listed)}`, errors);
}
