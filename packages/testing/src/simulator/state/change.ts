import type { AssociationType } from "../associations/definitions.ts";
import type { ObjectType } from "../types/object-type.ts";
import type { ChangeSource } from "./record.ts";

/** A change that says no more than that it happened. */
export type PlainChange = "creation" | "deletion" | "restore" | "privacyDeletion";

/** Something that happened to a record; webhooks are made of these. */
export type Change = {
  readonly type: ObjectType;
  readonly objectId: string;
  readonly at: number;
  readonly source: ChangeSource;
} & (
  | { readonly kind: PlainChange }
  | {
      readonly kind: "propertyChange";
      readonly propertyName: string;
      readonly propertyValue: string;
      readonly isSensitive: boolean;
    }
  | {
      /** `objectId` is the end it is told from; each change is told from both. */
      readonly kind: "associationChange";
      readonly toObjectId: string;
      readonly toType: ObjectType;
      readonly association: AssociationType;
      readonly removed: boolean;
    }
  | {
      readonly kind: "merge";
      readonly primaryObjectId: string;
      readonly mergedObjectIds: readonly string[];
      readonly newObjectId: string;
      readonly numberOfPropertiesMoved: number;
    }
);
