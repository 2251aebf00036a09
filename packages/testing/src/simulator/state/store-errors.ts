import { ApiError, validationError } from "../base/api-error.ts";
import type { ObjectType } from "../types/object-type.ts";

export function alreadyExists(type: ObjectType, id: string): ApiError {
  const label = type.singular.charAt(0).toUpperCase() + type.singular.slice(1);
  return new ApiError(409, `${label} already exists. Existing ID: ${id}`, { category: "CONFLICT" });
}

/** The holder is the second id of this message (hubspot-facts §6). */
export function uniqueValueTaken(
  portalId: number,
  type: ObjectType,
  name: string,
  value: string,
  self: string,
  holder: string,
): ApiError {
  const object = `ObjectTypeId{legacyObjectType=${type.singular.toUpperCase()}}`;
  const coordinates = `portalId=${portalId}, objectTypeId=${object}, propertyName=${name}, value=${value}`;
  return validationError(
    `Cannot set PropertyValueCoordinates{${coordinates}} on ${self}. ${holder} already has that value.`,
  );
}

export function missingRequired(name: string): ApiError {
  const message = `Required property "${name}" is missing`;
  return validationError(message, [{ message, code: "MISSING_REQUIRED_PROPERTY", context: { propertyName: [name] } }]);
}

export function invalidOption(name: string, value: string): ApiError {
  const message = `${value} was not one of the allowed options for ${name}`;
  return validationError(message, [{ message, code: "INVALID_OPTION", context: { propertyName: [name] } }]);
}
