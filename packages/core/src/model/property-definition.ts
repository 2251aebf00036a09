/** A property as the portal defines it. */
export interface PropertyDefinition {
  readonly name: string;
  readonly label: string;
  /** `string`, `number`, `date`, `datetime`, `enumeration`, `bool`, … */
  readonly type: string;
  readonly fieldType: string;
  readonly groupName: string;
  /** HubSpot refuses values for it: calculated, or read-only by definition. */
  readonly readOnly: boolean;
  /** Values are unique in the portal: it can serve as `idProperty`. */
  readonly unique: boolean;
  readonly calculated: boolean;
  readonly archived: boolean;
  /** Allowed values of an enumeration, by internal value. */
  readonly options: readonly string[];
}
