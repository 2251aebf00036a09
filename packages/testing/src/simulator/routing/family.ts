/** Endpoints HubSpot has under one base: each path below it, with the methods it takes. */
export interface Family {
  readonly dated?: string;
  readonly legacy?: readonly string[];
  /** Space-separated methods by path; `{}` stands for any one segment. */
  readonly paths: Readonly<Record<string, string>>;
}
