/** A property as the portal defines it. */
export interface PropertyDefinition {
  /** Internal name: what calls, searches and webhooks say. */
  readonly name: string;
  /** What people see. */
  readonly label: string;
  /** `string`, `number`, `date`, `datetime`, `enumeration`, `bool`, … */
  readonly type: string;
  /** How it is entered: `text`, `select`, `checkbox` … */
  readonly fieldType: string;
  /** Internal name of the group it stands in, such as `contactinformation`. */
  readonly groupName: string;
  /** HubSpot refuses values for it: calculated, or read-only by definition. */
  readonly readOnly: boolean;
  /** Values are unique in the portal: it can serve as `idProperty`. */
  readonly unique: boolean;
  /** HubSpot works it out from other values. */
  readonly calculated: boolean;
  /** Out of use; HubSpot purges it after 90 days. */
  readonly archived: boolean;
  /** Allowed values of an enumeration, by internal value. */
  readonly options: readonly string[];
}
