import type { Tenant } from "../ports/ids.ts";
import type { GroupDeclaration, LabelDeclaration, OptionDeclaration, WantedProperty } from "./declaration.ts";

export interface ActualOption extends OptionDeclaration {
  readonly displayOrder: number;
  readonly hidden: boolean;
}

/** A property as the account has it. */
export interface ActualProperty {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly fieldType: string;
  readonly groupName: string;
  readonly description: string;
  readonly options: readonly ActualOption[];
  readonly unique: boolean;
  readonly hidden: boolean;
  /** HubSpot's own: never changed, never archived. */
  readonly standard: boolean;
}

export interface ActualObject {
  readonly groups: readonly GroupDeclaration[];
  readonly properties: readonly ActualProperty[];
}

export interface ActualCustomObject {
  readonly name: string;
  readonly typeId: string;
  readonly labels: { readonly singular: string; readonly plural: string };
  readonly primaryDisplayProperty: string | null;
  readonly secondaryDisplayProperties: readonly string[];
  readonly requiredProperties: readonly string[];
  readonly searchableProperties: readonly string[];
  /** Type ids at the other end. */
  readonly associatedTypeIds: readonly string[];
}

export interface ActualLabel {
  readonly typeId: number;
  readonly label: string | null;
  readonly category: string;
}

export interface NewCustomObject {
  readonly name: string;
  readonly labels: { readonly singular: string; readonly plural: string };
  readonly primaryDisplayProperty: string;
  readonly secondaryDisplayProperties: readonly string[];
  readonly requiredProperties: readonly string[];
  readonly searchableProperties: readonly string[];
  readonly properties: readonly WantedProperty[];
  /** Type ids. */
  readonly associatedObjects: readonly string[];
}

export type CustomObjectChanges = Partial<
  Pick<
    NewCustomObject,
    "labels" | "primaryDisplayProperty" | "secondaryDisplayProperties" | "requiredProperties" | "searchableProperties"
  >
>;

/** One tenant's definitions, read and changed. `object` is a name or type id as HubSpot takes it. */
export interface SchemaPort {
  object(tenant: Tenant, object: string): Promise<ActualObject>;
  customObjects(tenant: Tenant): Promise<readonly ActualCustomObject[]>;
  labels(tenant: Tenant, from: string, to: string): Promise<readonly ActualLabel[]>;
  createGroup(tenant: Tenant, object: string, group: GroupDeclaration): Promise<void>;
  renameGroup(tenant: Tenant, object: string, group: GroupDeclaration): Promise<void>;
  createProperty(tenant: Tenant, object: string, property: WantedProperty): Promise<void>;
  updateProperty(
    tenant: Tenant,
    object: string,
    name: string,
    changes: Partial<Pick<ActualProperty, "label" | "description" | "fieldType" | "groupName" | "hidden" | "options">>,
  ): Promise<void>;
  archiveProperty(tenant: Tenant, object: string, name: string): Promise<void>;
  createCustomObject(tenant: Tenant, object: NewCustomObject): Promise<void>;
  updateCustomObject(tenant: Tenant, typeId: string, changes: CustomObjectChanges): Promise<void>;
  associate(tenant: Tenant, typeId: string, toTypeId: string, name: string): Promise<void>;
  createLabel(tenant: Tenant, label: LabelDeclaration): Promise<void>;
}
